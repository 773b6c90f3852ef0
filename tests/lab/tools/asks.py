#!/usr/bin/python3
"""A scripted cloud that asks for one Request-URI after the other and judges what comes back.

    asks.py ADDRESS:PORT NAME PKI [CERT] < FILE

Each line of FILE is "WANT METHOD URI" and, behind a bar each, further or other headers:

    silent    nothing may come back, neither for the request, nor when it is sent again, nor for its CANCEL
    call      a call comes about, and is ended
    twice     the same, though the INVITE is sent twice
    cancel    it rings: 100, and 487 for our CANCEL
    a number  the status of the final answer

An OPTIONS to NAME, which is answered, stands behind each request: answers come in order, so that what
has not come before its answer never will. Prints what came; fails when that was not wanted."""
import sys

import sipkit

USER = "+4930123"


class Peer:
    def __init__(self, address, name, pki, cert="cloud"):
        self.sock = sipkit.tls(address, name, pki, cert)
        self.sock.settimeout(8)
        self.name, self.framer, self.waiting = name, sipkit.Framer(), []
        self.local = sipkit.local_of(self.sock)

    def send(self, message):
        self.sock.sendall(message.encode())

    def next(self):
        while not self.waiting:
            data = self.sock.recv(65536)
            if not data:
                raise SystemExit("the trunk closed the connection")
            self.waiting += self.framer.feed(data)
        return self.waiting.pop(0)

    def until_fence(self):
        """All messages before the answer to an OPTIONS that is sent now."""
        fence, came = sipkit.options(self.name, self.local), []
        self.send(fence)
        while True:
            message = self.next()
            if message.get("call-id") == fence.get("call-id"):
                return came
            came.append(message)

    def final(self, request, method):
        while True:
            message = self.next()
            if message.get("call-id") == request.get("call-id") and message.status >= 200 and \
                    message.method == method:
                return message


def build(peer, method, uri, headers):
    here = peer.local.rsplit(":", 1)[0].strip("[]")
    body = sipkit.sdp(here, 31000, sipkit.new_key()) if method == "INVITE" else b""
    request = sipkit.invite(USER, peer.name, peer.local, body)
    request.start = f"{method} {uri} SIP/2.0"
    own = [key for key, _ in headers] + ([] if body else ["Content-Type"])
    request.headers = [(k, f"1 {method}" if k == "CSeq" else v) for k, v in request.headers if k not in own]
    request.headers += headers
    return request


def cancel(request):
    keep = [(k, v) for k, v in request.headers
            if k in ("Via", "Max-Forwards", "From", "To", "Call-ID", "Route")]
    return sipkit.Message("CANCEL " + request.start.split(" ", 1)[1], keep + [("CSeq", "1 CANCEL")])


def ask_silent(peer, request, method):
    for again in (request, request) + ((cancel(request),) if method == "INVITE" else ()):
        peer.send(again)
    came = [str(m.status or m.start) for m in peer.until_fence()]
    return " ".join(came) or "silent"


def ask_call(peer, request, _method):
    peer.send(request)
    answer = peer.final(request, "INVITE")
    if answer.status >= 300:
        peer.send(sipkit.ack_refusal(request, answer))
        return str(answer.status)
    peer.send(sipkit.within(request, answer, "ACK", 1))
    peer.send(sipkit.within(request, answer, "BYE", 2))
    return "call" if peer.final(request, "BYE").status == 200 else "no answer to BYE"


def ask_twice(peer, request, method):
    peer.send(request)
    got = ask_call(peer, request, method)
    return "twice" if got == "call" else got


def ask_cancel(peer, request, _method):
    peer.send(request)
    while peer.next().status != 100:
        pass
    peer.send(cancel(request))
    answer = peer.final(request, "INVITE")
    peer.send(sipkit.ack_refusal(request, answer))
    return "cancel" if answer.status == 487 else str(answer.status)


def ask_status(peer, request, method):
    peer.send(request)
    answer = peer.final(request, method)
    if method == "INVITE":
        peer.send(sipkit.ack_refusal(request, answer))
    return str(answer.status)


ASKS = {"silent": ask_silent, "call": ask_call, "twice": ask_twice, "cancel": ask_cancel}


def main(address, name, pki, cert="cloud"):
    peer, wrong = Peer(address, name, pki, cert), 0
    for line in sys.stdin.read().splitlines():
        if not line.strip():
            continue
        request, *more = line.split("|")
        want, method, uri = request.split(None, 2)
        headers = [tuple(part.strip() for part in header.split(":", 1)) for header in more]
        got = ASKS.get(want, ask_status)(peer, build(peer, method, uri.strip(), headers), method)
        wrong += got != want
        print("ok" if got == want else f"WRONG: wanted {want}:", got, line.split(None, 1)[1], flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
