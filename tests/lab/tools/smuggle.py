#!/usr/bin/python3
"""Headers that a peer would like to have at the other side.

    smuggle.py pbx ADDRESS PORT FILE               answers every call over UDP, with headers of its
                                                   own in each answer; all it gets goes to FILE, a
                                                   line of hexadecimal each
    smuggle.py cloud ADDRESS:PORT NAME PKI KEYS    places a call for each way to write a header that
                                                   should not cross, over mutual TLS, with the same
                                                   headers in ACK, INFO and BYE; looks at what comes
                                                   back; each SRTP key goes to KEYS
    smuggle.py judge FILE                          what the PBX got: one header a line, each of them
                                                   one that the trunk makes itself, and no byte more

All that is smuggled bears the word smuggled, towards the cloud insider."""
import itertools
import re
import socket
import sys

import sipkit

WORD = b"smuggled"
VALUE = b"<sip:smuggled@sbc.example.test>"
NAMES = (b"P-Asserted-Identity", b"p-asserted-IDENTITY", b"P-Preferred-Identity", b"Remote-Party-ID", b"Diversion",
         b"History-Info", b"X-Bypass-me", b"X-Passed-Not", b"Proxy-Authorization", b"Referred-By", b"b", b"Replaces",
         b"Alert-Info", b"Subject", b"s", b"Session-Expires", b"P-Charging-Vector", b"Privacy")
# ES2020-01 (CVE-2020-28361), and what else some parser takes for the end of a name.
BETWEEN = (b"", b" ", b"\t", b" \t ", b"\r\n ", b"\v", b"\f", b"\0", b"%20", b"\x85", b"\xa0", b"\xe2\x80\x8b")
# A header within the value of another one.
INNER = (b"\nP-Asserted-Identity: ", b"\rP-Asserted-Identity: ", b"\r\n P-Asserted-Identity: ", b"\r\n\tDiversion: ",
         b"\n\r\nDiversion: ", b"%0d%0aDiversion:%20", b"\\\r\nDiversion: ", b"\xe5\x98\x8a\xe5\x98\x8dDiversion: ",
         b"\0\r\nDiversion: ", b"\x0b\x0cDiversion: ", b"\xe2\x80\xa8Diversion: ", b"\x85Diversion: ", b"\xc2\x85Diversion: ")
HOSTS = (b"X-Passed", b"Subject", b"User-Agent", b"Content-Type", b"Contact", b"From", b"Max-Forwards")
USER = "+4930123"
# What some parser reads as more than a user: of the Request-URI and of From.
USERS = ("+49%0d%0aDiversion:%20smuggled", "+49%00smuggled", "+49%0Asmuggled", "%7f%1bsmuggled", "smuggled:secret",
         "+49;smuggled=1", "a%40smuggled")
# Of a request and of a response; nothing else may be in them.
OURS = {"via", "from", "to", "call-id", "cseq", "contact", "allow", "user-agent", "content-type", "content-length"}
REQUEST, RESPONSE = OURS | {"max-forwards", "x-passed"}, OURS | {"accept", "warning", "retry-after", "unsupported"}
SECRETS = [("P-Asserted-Identity", "<sip:insider@10.20.0.2>"), ("X-Inside", "insider"), ("X-Passed", "insider"),
           ("Server", "insider 1.0"), ("Warning", '399 10.20.0.2 "insider"'), ("Reason", "insider"),
           ("Remote-Party-ID", "<sip:insider@10.20.0.2>"), ("Error-Info", "<sip:insider@10.20.0.2>")]


def attacks():
    """A line to add to a message, or a header's name and what goes behind its value; with the INVITE
    and all that follows, or with what follows alone. Or users."""
    lines = [(name + between + b": " + VALUE, None) for name, between in itertools.product(NAMES, BETWEEN)]
    inner = [(None, (name, inner + VALUE)) for name, inner in itertools.product(HOSTS, INNER)]
    for attack in lines + inner:
        yield attack, 1, USER
    for attack in inner:
        yield attack, 0, USER
    for user in USERS:
        yield (None, None), 1, user
    yield (b"X-Passed: good", None), 1, USER


def dressed(message, attack):
    line, inner = attack
    data = message.encode()
    if line is not None:
        return data.replace(b"\r\nContent-Length:", b"\r\n" + line + b"\r\nContent-Length:", 1)
    if inner is None:
        return data
    name, inner = inner
    changed = re.sub(rb"\r\n" + name + rb": [^\r]*", lambda m: m[0] + inner, data, count=1)
    if changed == data:
        changed = data.replace(b"\r\nContent-Length:", b"\r\n" + name + b": x" + inner + b"\r\nContent-Length:", 1)
    return changed


class Cloud:
    def __init__(self, address, name, pki, keys):
        self.target, self.keys, self.sock = (address, name, pki), keys, None

    def open(self):
        self.sock = sipkit.tls(*self.target)
        self.sock.settimeout(10)
        self.local, self.framer, self.waiting = sipkit.local_of(self.sock), sipkit.Framer(), []

    def final(self, fence=None):
        """The next final response, or nothing where the trunk hangs up, or answers the fence and
        did not say before that it tries."""
        tries = False
        while True:
            while self.waiting:
                message = self.waiting.pop(0)
                tries = tries or message.status == 100
                if fence is not None and message.get("call-id") == fence.get("call-id"):
                    if not tries:
                        return None
                elif message.status >= 200:
                    return message
            try:
                data = self.sock.recv(1 << 16)
            except OSError:
                data = b""
            if not data:
                self.sock = None
                return None
            self.waiting += self.framer.feed(data)
            for message in self.waiting:
                judge_response(message)

    def skip(self, fence):
        while (self.final() or fence).get("call-id") != fence.get("call-id"):
            continue

    def keep(self, sdp):
        for text in re.findall(rb"inline:([A-Za-z0-9+/=]+)", sdp):
            self.keys.write(text.decode() + "\n")

    def place(self, attack, is_invite, user):
        if self.sock is None:
            self.open()
        call = sipkit.invite(user, self.target[1], self.local,
                             sipkit.sdp(self.local.rsplit(":", 1)[0], 31000, sipkit.new_key()), caller=user)
        self.keep(call.body)
        fence = sipkit.options(self.target[1], self.local)
        self.sock.sendall((dressed(call, attack) if is_invite else call.encode()) + fence.encode())
        answer = self.final(fence)
        if answer is None:
            return "closed" if self.sock is None else "dropped"
        if answer.status >= 300:
            self.skip(fence)
        if answer.status >= 300:
            self.sock.sendall(sipkit.ack_refusal(call, answer).encode())
            return answer.status
        self.keep(answer.body)
        self.sock.sendall(dressed(sipkit.within(call, answer, "ACK", 1), attack))
        info = sipkit.within(call, answer, "INFO", 2)
        info.headers.append(("Content-Type", "application/dtmf-relay"))
        info.body = b"Signal=5\r\n"
        for request in (info, sipkit.within(call, answer, "BYE", 3)):
            if self.sock is not None:
                self.sock.sendall(dressed(request, attack))
                said = self.final()
        if said is None or said.status != 200:
            self.hang_up(sipkit.within(call, answer, "BYE", 4))
        return 200

    def hang_up(self, bye):
        if self.sock is None:
            self.open()
        self.sock.sendall(bye.encode())
        self.final()


def judge_response(message):
    head = message.start + "".join(f"\n{name}: {value}" for name, value in message.headers)
    strange = {name.lower() for name, _ in message.headers} - (RESPONSE if message.status else REQUEST)
    if strange or "insider" in head or "10.20." in head:
        raise SystemExit(f"came back: {strange}\n{head}")


def cloud(address, name, pki, keys):
    said = {}
    with open(keys, "w", encoding="ascii") as file:
        end = Cloud(address, name, pki, file)
        for attack in attacks():
            result = end.place(*attack)
            said[result] = said.get(result, 0) + 1
    print("calls", sum(said.values()), *(f"{key}: {count}" for key, count in said.items()))
    return 0


def pbx(address, port, path):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, int(port)))
    with open(path, "a", encoding="ascii") as file:
        while True:
            data, source = sock.recvfrom(65536)
            file.write(data.hex() + "\n")
            file.flush()
            head, _, body = data.partition(b"\r\n\r\n")
            request = sipkit.Message.parse(head, body)
            if request.status or request.method == "ACK":
                continue
            answer = sipkit.sdp(address, 6000) if request.method == "INVITE" else b""
            reply = sipkit.reply(request, 200, "OK", "pbx", f"sip:pbx@{address}:{port}", answer)
            reply.headers += SECRETS
            sock.sendto(reply.encode(), source)


def faults(data):
    """What is wrong with a message, read by the letter of RFC 3261 25.1 and by nobody's parser."""
    head, mark, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    names = [line.split(b":", 1)[0].decode("latin-1").lower() for line in lines[1:]]
    kind = RESPONSE if lines[0].startswith(b"SIP/2.0 ") else REQUEST
    # What the operator lets cross has its value, but stays one line.
    passed = [line for line in lines if line.startswith(b"X-Passed: ")]
    made = b"\r\n".join(line for line in lines if line not in passed) + body
    if not mark:
        yield "no end of the head"
    if re.search(rb"[^\x20-\x7e]", made.replace(b"\r\n", b"")):
        yield "a byte that is no printable ASCII"
    if re.search(r"[^\t -~\xa0-\U0010ffff]", b"".join(passed).decode("utf-8", "surrogateescape")):
        yield "a control character"
    if any(not re.fullmatch(rb"[A-Za-z-]+: .*", line) for line in lines[1:]):
        yield "a line that is no header"
    if set(names) - kind:
        yield f"headers {set(names) - kind}"
    if len(set(names)) != len(names):
        yield "a header twice"
    if re.search(rb"%[01].|%7f", made, re.I):
        yield "an escaped control character"
    if dict(zip(names, lines[1:])).get("content-length", b"").split()[-1:] != [str(len(body)).encode()]:
        yield "not the length of its body"
    if re.search(WORD + rb"(?!@|=1@)", made):
        yield "it was smuggled"


def judge(path):
    count, wrong, passed = 0, 0, 0
    with open(path, encoding="ascii") as file:
        for line in file:
            data = bytes.fromhex(line)
            if not data.strip():
                continue
            count, passed = count + 1, passed + (b"\r\nX-Passed: good\r\n" in data)
            for fault in faults(data):
                wrong += 1
                print(f"{fault}:\n{data!r}")
    print("messages", count, "with X-Passed", passed, "faults", wrong)
    return 0 if wrong == 0 and passed > 0 else 1


ROLES = {"pbx": pbx, "cloud": cloud, "judge": judge}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
