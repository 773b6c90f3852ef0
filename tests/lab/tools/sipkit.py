"""The little SIP that scripted peers of the lab speak: messages, framing, TLS, SDP offers."""
import base64
import os
import secrets
import socket
import ssl

SUITE = "AES_CM_128_HMAC_SHA1_80"


class Message:
    def __init__(self, start, headers, body=b""):
        self.start, self.headers, self.body = start, headers, body

    @classmethod
    def parse(cls, head, body):
        lines = head.decode("utf-8", "replace").split("\r\n")
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if ":" in line]
        return cls(lines[0], headers, body)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name]

    def get(self, name):
        return next(iter(self.all(name)), "")

    @property
    def status(self):
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self):
        return self.get("cseq").split()[-1] if self.status else self.start.split()[0]

    def encode(self):
        lines = [self.start] + [f"{key}: {value}" for key, value in self.headers]
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


class Framer:
    """Cuts a stream into messages."""

    def __init__(self):
        self.pending = b""

    def feed(self, data):
        self.pending += data
        while True:
            self.pending = self.pending.lstrip(b"\r\n")
            head, mark, rest = self.pending.partition(b"\r\n\r\n")
            if not mark:
                return
            size = int(Message.parse(head, b"").get("content-length") or 0)
            if len(rest) < size:
                return
            self.pending = rest[size:]
            yield Message.parse(head, rest[:size])


def tls(address, name, pki, cert="cloud", source=None, low=None, high=None):
    """A TLS connection as the cloud makes it; cert None shows none."""
    context = ssl.create_default_context(cafile=f"{pki}/root.pem")
    if low is not None:
        context.minimum_version = low
        context.set_ciphers("ALL:@SECLEVEL=0")
    if high is not None:
        context.maximum_version = high
    if cert:
        context.load_cert_chain(f"{pki}/{cert}.pem", f"{pki}/{cert}.key")
    host, port = address.rsplit(":", 1)
    raw = socket.create_connection((host.strip("[]"), int(port)), timeout=10,
                                   source_address=(source, 0) if source else None)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(raw, server_hostname=name)


def local_of(sock):
    """host:port of our end, as a URI has it."""
    host, port = sock.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def new_key():
    return os.urandom(30)


def inline(key):
    return base64.b64encode(key).decode()


def key_of(sdp):
    for line in sdp.decode().splitlines():
        if line.startswith("a=crypto:") and SUITE in line:
            return base64.b64decode(line.split("inline:")[1].split("|")[0].split()[0])
    return None


def place_of(sdp):
    """Address and port of the first audio stream."""
    address, port = None, 0
    for line in sdp.decode().splitlines():
        if line.startswith("c="):
            address = line.split()[2]
        if line.startswith("m=audio"):
            port = int(line.split()[1])
    return address, port


def sdp(address, port, key=None, profile=None, formats="0 8 101", extra=()):
    family = "IP6" if ":" in address else "IP4"
    profile = profile or ("RTP/SAVP" if key else "RTP/AVP")
    lines = ["v=0", f"o=- 1 1 IN {family} {address}", "s=-", f"c=IN {family} {address}", "t=0 0",
             f"m=audio {port} {profile} {formats}"]
    names = {"0": "PCMU/8000", "8": "PCMA/8000", "18": "G729/8000", "101": "telephone-event/8000"}
    lines += [f"a=rtpmap:{f} {names[f]}" for f in formats.split() if f in names]
    if key:
        lines.append(f"a=crypto:1 {SUITE} inline:{inline(key)}")
    lines += list(extra) + ["a=sendrecv"]
    return "".join(line + "\r\n" for line in lines).encode()


def token():
    return secrets.token_hex(8)


def invite(user, host, local, body, transport="TLS", caller="+15550100", headers=()):
    """An INVITE of the cloud's; local is host:port of the caller."""
    fields = [("Via", f"SIP/2.0/{transport} {local};branch=z9hG4bK{token()};rport"),
              ("Max-Forwards", "70"), ("From", f"<sip:{caller}@cloud.example.test>;tag={token()}"),
              ("To", f"<sip:{user}@{host}>"), ("Call-ID", f"{token()}@cloud.example.test"),
              ("CSeq", "1 INVITE"),
              ("Contact", f"<sip:{caller}@{local};transport={transport.lower()}>"),
              ("Content-Type", "application/sdp")]
    return Message(f"INVITE sip:{user}@{host} SIP/2.0", fields + list(headers), body)


def options(host, local):
    ping = invite("ping", host, local, b"")
    ping.start = f"OPTIONS sip:{host} SIP/2.0"
    ping.headers = [(k, "1 OPTIONS" if k == "CSeq" else v) for k, v in ping.headers
                    if k != "Content-Type"]
    return ping


def within(invite_sent, answer, method, number):
    """ACK for a 2xx, or BYE: a request in the dialog of a call that we placed."""
    target = answer.get("contact").split("<")[-1].split(">")[0]
    fields = [("Via", invite_sent.get("via").split(";")[0] + f";branch=z9hG4bK{token()};rport"),
              ("Max-Forwards", "70")]
    fields += [("Route", route) for route in reversed(answer.all("record-route"))]
    fields += [("From", invite_sent.get("from")), ("To", answer.get("to")),
               ("Call-ID", invite_sent.get("call-id")), ("CSeq", f"{number} {method}")]
    return Message(f"{method} {target} SIP/2.0", fields)


def ack_refusal(invite_sent, answer):
    """ACK for a 3xx to 6xx: of the same transaction."""
    keep = [(k, v) for k, v in invite_sent.headers if k in ("Via", "Max-Forwards", "From", "Call-ID")]
    return Message("ACK " + invite_sent.start.split(" ", 1)[1],
                   keep + [("To", answer.get("to")), ("CSeq", answer.get("cseq").replace("INVITE", "ACK"))])


def reply(request, status, reason, tag, contact=None, body=b""):
    fields = [(k, v) for k, v in request.headers
              if k.lower() in ("via", "from", "call-id", "cseq", "record-route")]
    to = request.get("to")
    fields.append(("To", to if "tag=" in to else f"{to};tag={tag}"))
    if contact:
        fields.append(("Contact", f"<{contact}>"))
    if body:
        fields.append(("Content-Type", "application/sdp"))
    return Message(f"SIP/2.0 {status} {reason}", fields, body)
