#!/usr/bin/python3
"""Offers every description of tests/vectors/sdp-policy.txt in a call of its own.

    policy.py pbx ADDRESS PORT FILE              answers every call over UDP with what was offered;
                                                 each INVITE goes to FILE, one line of JSON
    policy.py cloud ADDRESS:PORT NAME PKI VECTORS FILE
                                                 places the calls over mutual TLS, ends those that
                                                 are answered, and judges both sides

A refused offer has its verdict's status, a Warning, and no INVITE in FILE; within a call it has the
same status, and the call goes on. Of an accepted one the inside hears plain RTP/AVP in allowed
codecs, no key and no address of the cloud; the cloud hears one m= line in SRTP with an own key,
under the tag, suite, MKI and direction of the vector."""
import json
import re
import socket
import sys

import sipkit

# What the vectors leave to policy, the lab's trunk refuses: it has the default suites, and
# media_prefixes with the phone's address alone.
OWN_POLICY = "488"
CODECS = {"opus/48000/2", "PCMU/8000", "PCMA/8000", "telephone-event/8000"}
STATIC = {"0": "PCMU/8000", "8": "PCMA/8000"}
MIRROR = {"sendonly": "recvonly", "recvonly": "sendonly"}
LAST_USER = "+49999999"
CLOUD_NETS = "198.51.100."
INSIDE_NETS = "10.20."


def vectors(path):
    cases = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if line.startswith("case "):
                cases.append({"case": line[5:], "sdp": ""})
            elif line.startswith("|"):
                cases[-1]["sdp"] += line[1:] + "\r\n"
            elif line and not line.startswith("#"):
                key, value = line.split(" ", 1)
                cases[-1][key] = value
    for case in cases:
        if case["verdict"] == "policy":
            case["verdict"] = OWN_POLICY
    return cases


def answer_to(offer, address, port):
    """The PBX takes all that it is offered."""
    text = re.sub(r"IN IP4 \S+", f"IN IP4 {address}", offer)
    text = re.sub(r"^m=audio \d+", f"m=audio {port}", text, flags=re.M)
    return re.sub(r"^a=(sendonly|recvonly)\r$", lambda m: f"a={MIRROR[m[1]]}\r", text, flags=re.M).encode()


def pbx(address, port, path):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, int(port)))
    with open(path, "a", encoding="utf-8") as file:
        while True:
            data, source = sock.recvfrom(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            request = sipkit.Message.parse(head, body)
            if request.status or request.method == "ACK":
                continue
            answer, contact = b"", f"sip:pbx@{address}:{port}"
            if request.method == "INVITE":
                user = request.start.split(":", 1)[1].split("@")[0]
                file.write(json.dumps({"user": user, "head": head.decode(), "sdp": body.decode()}) + "\n")
                file.flush()
                answer = answer_to(body.decode(), address, 6000)
            sock.sendto(sipkit.reply(request, 200, "OK", "pbx", contact, answer).encode(), source)


class Cloud:
    def __init__(self, address, name, pki):
        self.sock = sipkit.tls(address, name, pki)
        self.sock.settimeout(10)
        self.name, self.framer, self.waiting = name, sipkit.Framer(), []

    def final(self, call, method):
        """The final response to our call's request, others skipped."""
        while True:
            for message in self.waiting:
                if message.status >= 200 and message.method == method and \
                        message.get("call-id") == call.get("call-id"):
                    self.waiting.remove(message)
                    return message
            data = self.sock.recv(65536)
            if not data:
                raise SystemExit("the trunk closed the connection")
            self.waiting += self.framer.feed(data)

    def offer(self, user, sdp, offers=()):
        """The answer to a call; to each further offer within it; and to its BYE."""
        call = sipkit.invite(user, self.name, sipkit.local_of(self.sock), sdp.encode())
        answer = self.ask(call)
        if answer.status >= 300:
            return answer, [], None
        self.sock.sendall(sipkit.within(call, answer, "ACK", 1).encode())
        others = [self.ask(self.again(call, answer, number, text)) for number, text in enumerate(offers, 2)]
        self.sock.sendall(sipkit.within(call, answer, "BYE", len(offers) + 2).encode())
        return answer, others, self.final(call, "BYE")

    def ask(self, invite):
        self.sock.sendall(invite.encode())
        answer = self.final(invite, "INVITE")
        if answer.status >= 300:
            self.sock.sendall(sipkit.ack_refusal(invite, answer).encode())
        return answer

    def again(self, call, answer, number, sdp):
        invite = sipkit.within(call, answer, "INVITE", number)
        invite.headers += [("Contact", call.get("contact")), ("Content-Type", "application/sdp")]
        invite.body = sdp.encode()
        return invite


def sections(sdp):
    """The session's lines, then those of each m= line."""
    parts = [[]]
    for line in sdp.splitlines():
        if line.startswith("m="):
            parts.append([])
        parts[-1].append(line)
    return parts[0], parts[1:]


def codecs_of(media):
    names = dict(STATIC)
    names.update(re.match(r"a=rtpmap:(\d+) (\S+)", line).groups() for line in media
                 if line.startswith("a=rtpmap:"))
    return {names.get(number, f"payload type {number}") for number in media[0].split()[3:]}


def keys_of(lines):
    return [line.split(":", 1)[1].split() for line in lines if line.startswith("a=crypto:")]


def inside_faults(case, invite):
    _, media = sections(invite["sdp"])
    if len(media) != 1 or not re.match(r"m=audio [1-9]\d* RTP/AVP ", media[0][0]):
        return [f"the inside was offered {[m[0] for m in media]}"]
    faults = [f"the inside was offered {codec}" for codec in codecs_of(media[0])
              if not any(codec.lower() == known.lower() for known in CODECS)]
    if re.search("crypto|inline|fingerprint|zrtp", invite["sdp"], re.I) or "\nk=" in invite["sdp"]:
        faults.append("a key went inside")
    if "dir" in case and not {"a=sendonly", "a=inactive"} & set(media[0]):
        faults.append("the inside was not told that the cloud does not receive")
    if CLOUD_NETS in invite["head"] + invite["sdp"]:
        faults.append("an address of the cloud went inside")
    return faults


def key_faults(case, taken, offered):
    tag, suite, key = taken[:3]
    mki = re.match(r"inline:[^|]*\|(?:[^:|]*\|)?(\d+):(\d+)", key)
    faults = []
    if not any(o[0] == tag and o[1].upper() == suite.upper() for o in offered):
        faults.append(f"the answer took {tag} {suite}, which was not offered")
    if tag not in case.get("tag", tag).split() or suite != case.get("suite", suite):
        faults.append(f"the answer took {tag} {suite}")
    if key.split("|")[0] in [o[2].split("|")[0] for o in offered]:
        faults.append("the answer has the offer's key")
    if "mki" in case and (mki is None or f"{int(mki[1]):0{2 * int(mki[2])}x}" != case["mki"]):
        faults.append(f"the answer's MKI is not {case['mki']}")
    return faults


def answer_faults(case, answer):
    _, offered = sections(case["sdp"])
    _, media = sections(answer.body.decode())
    live = [n for n, m in enumerate(media) if m[0].split()[1] != "0"]
    if len(media) != len(offered) or len(live) != 1:
        return [f"the answer has {[m[0] for m in media]}"]
    taken = media[live[0]]
    keys = keys_of(taken)
    if "SAVP" not in taken[0] or len(keys) != 1:
        return [f"the answer is {taken[0]} with {len(keys)} keys"]
    faults = key_faults(case, keys[0], keys_of(offered[live[0]]))
    direction = [word for word in ("sendonly", "recvonly", "inactive") if f"a={word}" in taken]
    if "dir" in case and not set(direction) & set(case["dir"].split()):
        faults.append(f"the answer's direction is {direction or 'sendrecv'}")
    if INSIDE_NETS in answer.encode().decode():
        faults.append("an address of the inside reached the cloud")
    return faults


def judge(case, answer, invites):
    if case["verdict"] == "accept":
        if answer.status != 200 or len(invites) != 1:
            return [f"status {answer.status}, {len(invites)} INVITEs inside, wanted a call"]
        return inside_faults(case, invites[0]) + answer_faults(case, answer)
    faults = [f"{len(invites)} INVITEs went inside"] if invites else []
    if str(answer.status) not in case["verdict"].split():
        faults.append(f"status {answer.status}, wanted {case['verdict']}")
    if not re.match(r'3\d\d \S+ ".+"$', answer.get("warning")):
        faults.append(f"the Warning is {answer.get('warning')!r}")
    return faults


def reoffer_faults(end, good, refused):
    """Within a call each gets its refusal as well, and the call goes on (RFC 3261 14.2)."""
    _, answers, bye = end.offer(LAST_USER, good["sdp"], [case["sdp"] for case in refused])
    faults = [f"{case['case']} within a call: status {answer.status}"
              for case, answer in zip(refused, answers) if str(answer.status) not in case["verdict"].split()]
    if len(answers) != len(refused) or bye is None or bye.status != 200:
        faults.append("the call did not go on behind the refused offers")
    return faults


def cloud(address, name, pki, path, seen):
    cases, end = vectors(path), Cloud(address, name, pki)
    users = [f"+49{number:06}" for number in range(len(cases))]
    answers = [end.offer(user, case["sdp"])[0] for user, case in zip(users, cases)]
    # This call comes behind every INVITE that might still be under way.
    faults = reoffer_faults(end, cases[0], [case for case in cases if case["verdict"] != "accept"])
    with open(seen, encoding="utf-8") as file:
        invites = [json.loads(line) for line in file]
    if [i["user"] for i in invites].count(LAST_USER) != 1 or invites[-1]["user"] != LAST_USER:
        faults.append("an offer that was refused within a call went inside")
    for user, case, answer in zip(users, cases, answers):
        print(case["case"], case["verdict"], answer.status, answer.get("warning"))
        faults += [f"{case['case']}: {fault}"
                   for fault in judge(case, answer, [i for i in invites if i["user"] == user])]
    print("accepted", sum(c["verdict"] == "accept" for c in cases), "of", len(cases))
    for fault in faults:
        print("WRONG:", fault)
    return 1 if faults else 0


ROLES = {"pbx": pbx, "cloud": cloud}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
