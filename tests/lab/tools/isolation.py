#!/usr/bin/python3
"""A call of one trunk, and the peer of another trunk who knows all about it.

    isolation.py pbx ADDRESS PORT FILE     answers every call over UDP, after a while where its user is
                                           +1; each request that it gets goes to FILE as JSON
    isolation.py attack ADDRESS:PORT NAME PKI SOURCE CERT FILE
                                           places a call as the cloud; the other peer, from SOURCE with
                                           CERT, has read every message of it, also in FILE, and sends
                                           what would end, move or answer it
    isolation.py collect ADDRESS:PORT NAME PKI CALLS FILE
                                           short calls and OPTIONS; judges the tags, branches and
                                           Call-IDs that the trunk made, those of FILE included

Prints what the other peer was told."""
import json
import math
import sys
import time

import load
import sipkit

METHODS = ("BYE", "INVITE", "CANCEL", "INFO", "UPDATE", "REFER", "PRACK", "NOTIFY", "OPTIONS", "MESSAGE", "SUBSCRIBE", "ACK")
SLOW, RINGS = "+1", 2
BITS = 64


class Pbx(load.Pbx):
    """Rings for a while where it is told to, and keeps what it hears."""

    def __init__(self, address, port, path):
        super().__init__(address, port)
        self.file = open(path, "a", encoding="utf-8")

    def answer(self, request, source):
        name = request.get("call-id")
        if f"sip:{SLOW}@" in request.start and name not in self.calls:
            self.sip.sendto(sipkit.reply(request, 180, "Ringing", name[:8], self.contact).encode(), source)
            time.sleep(RINGS)
        super().answer(request, source)

    def take(self, data, source):
        head, mark, body = data.partition(b"\r\n\r\n")
        if mark and not head.startswith(b"SIP/2.0"):
            request = sipkit.Message.parse(head, body)
            self.file.write(json.dumps({"method": request.method, "headers": request.headers}) + "\n")
            self.file.flush()
        super().take(data, source)


def pbx(address, port, path):
    Pbx(address, int(port), path).run()
    return 0


def heard(path):
    """What the PBX got, as messages."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            yield sipkit.Message(entry["method"], [tuple(header) for header in entry["headers"]])


class Other:
    """The peer of the other trunk."""

    def __init__(self, address, name, pki, cert, source):
        self.sock = sipkit.tls(address, name, pki, cert, source)
        self.sock.settimeout(5)
        self.name, self.framer, self.local = name, sipkit.Framer(), sipkit.local_of(self.sock)

    def told(self, message):
        """Sends it and a fence; the final answers that came meanwhile. Silence is none."""
        fence, said = sipkit.options(self.name, self.local), []
        self.sock.sendall(message.encode() + fence.encode())
        while True:
            data = self.sock.recv(1 << 16)
            if not data:
                raise SystemExit("the trunk closed the other peer's connection")
            for answer in self.framer.feed(data):
                if answer.get("call-id") == fence.get("call-id"):
                    return said
                if answer.status >= 200:
                    said.append(answer.status)

    def request(self, method, call, via, number, headers=()):
        """In another's dialog, with its own body where there is one."""
        fields = [("Via", via or f"SIP/2.0/TLS {self.local};branch=z9hG4bK{sipkit.token()};rport"),
                  ("Max-Forwards", "70"), *call, ("CSeq", f"{number} {method}"),
                  ("Contact", f"<sip:other@{self.local};transport=tls>"), *headers]
        body = b""
        if method in ("INVITE", "UPDATE"):
            body = sipkit.sdp(self.local.rsplit(":", 1)[0], 31002, sipkit.new_key())
            fields.append(("Content-Type", "application/sdp"))
        if method == "REFER":
            fields.append(("Refer-To", f"<sip:other@{self.local}>"))
        return sipkit.Message(f"{method} sip:{self.name}:5061;transport=tls SIP/2.0", fields, body)


def dialog(one, other, name):
    return [("From", one), ("To", other), ("Call-ID", name)]


def in_dialog(other, call, via, number, what):
    """Every method in a dialog of another's; 481 is the answer, and none to an ACK."""
    for method in METHODS:
        for branch in (via, None):
            said = other.told(other.request(method, call, branch, number))
            wanted = [] if method == "ACK" else [481]
            if said != wanted:
                raise SystemExit(f"{method} in {what}: {said}, not {wanted}")
            number += 1 if method not in ("CANCEL", "ACK") else 0
    print(what, "refused", len(METHODS) * 2, flush=True)


def forged_answers(other, request, what):
    """Responses to a request of the trunk's that was never sent to this peer."""
    for status in (180, 200, 302, 404, 481, 487, 503, 603):
        answer = sipkit.reply(request, status, "Forged", "forged", f"sip:other@{other.local}",
                              sipkit.sdp(other.local.rsplit(":", 1)[0], 31002, sipkit.new_key()))
        if other.told(answer):
            raise SystemExit(f"a response to {what} was answered")
    print(what, "not answered", flush=True)


def new_calls(other, call, leaked):
    """A call of its own that claims to be the other's: it may be refused, and takes nothing."""
    known = dict(leaked)
    same = [(key, value) for key, value in call.headers if key in ("From", "To", "Call-ID")]
    pair = f"{known['Call-ID']};to-tag={known['To'].split('tag=')[1]};from-tag={known['From'].split('tag=')[1]}"
    for what, claims, via, headers in (("the same INVITE", same, call.get("via"), ()),
                                       ("Replaces", same[:2] + [("Call-ID", sipkit.token())], None, [("Replaces", pair)]),
                                       ("Join", same[:2] + [("Call-ID", sipkit.token())], None, [("Join", pair)])):
        message = other.request("INVITE", claims, via, 1, headers)
        message.start = call.start
        said = other.told(message)
        if any(status < 300 for status in said):
            raise SystemExit(f"{what}: {said}")
        print(what, "to a domain of the first trunk:", *said or ["silence"], flush=True)


def attack(address, name, pki, source, cert, path):
    cloud, other = load.Cloud(address, name, pki), Other(address, name, pki, cert, source)
    cloud.selector.register(cloud.sock, load.selectors.EVENT_READ, None)
    pace, ringing = load.Pace(), []
    take = cloud.take

    def watch(message):
        if message.status == 180:
            ringing.append(message)
        take(message)
    cloud.take = watch
    cloud.place(0, SLOW)
    entry = next(iter(cloud.calls.values()))
    call = entry["call"]
    if not cloud.until(10, lambda: bool(ringing)):
        raise SystemExit("it does not ring")
    early = dialog(call.get("from"), ringing[0].get("to"), call.get("call-id"))
    asked = next(heard(path))
    inside = dialog(asked.get("from"), f"{asked.get('to')};tag={asked.get('call-id')[:8]}", asked.get("call-id"))
    in_dialog(other, early, call.get("via"), 2, "a ringing call")
    in_dialog(other, inside, asked.get("via"), 2, "its inside")
    forged_answers(other, asked, "its INVITE")
    if entry["state"] != "placed":
        raise SystemExit(f"the attack took too long: {entry['state']}")
    if not cloud.until(10, lambda: entry["state"] != "placed") or entry["state"] != "up":
        raise SystemExit(f"the call is {entry['state']}")
    up = dialog(call.get("from"), entry["answer"].get("to"), call.get("call-id"))
    for what, known, via in (("a call", up, call.get("via")), ("its inside", inside, asked.get("via")),
                             ("a call, as the trunk", dialog(up[1][1], up[0][1], up[2][1]), None),
                             ("its inside, as the trunk", dialog(inside[1][1], inside[0][1], inside[2][1]), None)):
        cloud.until(0.2, lambda: False, pace)
        in_dialog(other, known, via, 2, what)
    new_calls(other, call, up)
    cloud.until(1, lambda: False, pace)
    cloud.until(0.5, lambda: False)
    cloud.hang_up(entry)
    cloud.until(10, lambda: entry["state"] == "over" and len(list(heard(path))) >= 3)
    counts = load.total([entry["stream"]])
    print("call", entry["state"], *(f"{key} {counts[key]}" for key in ("sent", "received", "bad")))
    methods = [message.start for message in heard(path)]
    print("PBX", *methods)
    is_unhurt = entry["state"] == "over" and counts["sent"] == counts["received"] > 50 and counts["bad"] == 0
    return 0 if is_unhurt and methods == ["INVITE", "ACK", "BYE"] else 1


def bits(values):
    """What the characters at each place are worth together, were each place independent."""
    total = 0.0
    for column in zip(*values):
        counts = [column.count(character) for character in set(column)]
        total -= sum(count / len(column) * math.log2(count / len(column)) for count in counts)
    return total


def judge(name, values):
    shortest = min(map(len, values))
    worth = bits([value[:shortest] for value in values])
    print(f"{name}: {len(values)}, {len(set(values))} of them distinct, {shortest} characters, {worth:.0f} bits")
    # Half a value is enough to tell it from all others, from either end.
    halves = ({value[:shortest // 2] for value in values}, {value[-(shortest // 2):] for value in values})
    return len(set(values)) == len(values) == len(halves[0]) == len(halves[1]) and worth >= BITS


def collect(address, name, pki, calls, path):
    end = load.Cloud(address, name, pki)
    end.selector.register(end.sock, load.selectors.EVENT_READ, None)
    tags, calls = [], int(calls)

    def keep(message):
        if message.status:
            tags.append(message.get("to").split("tag=")[1])
    end.take = keep
    while len(tags) < calls:
        wanted = len(tags) + 50
        end.sock.sendall(b"".join(sipkit.options(name, end.local).encode() for _ in range(50)))
        if not end.until(10, lambda: len(tags) >= wanted):
            raise SystemExit("OPTIONS was not answered")
    if load.series(address, name, pki, calls // 3 + 1, 200) != 0:
        return 1
    known = list(heard(path))
    branches = [message.get("via").split("branch=z9hG4bK")[1].split(";")[0] for message in known]
    from_tags = [message.get("from").split("tag=")[1] for message in known if message.start == "INVITE"]
    names = [message.get("call-id").split("@")[0] for message in known if message.start == "INVITE"]
    results = [judge("tags of responses", tags), judge("branches", branches), judge("tags of requests", from_tags),
               judge("Call-IDs", names), len(branches) >= calls]
    return 0 if all(results) else 1


ROLES = {"pbx": pbx, "attack": attack, "collect": collect}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
