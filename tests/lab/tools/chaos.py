#!/usr/bin/python3
"""An end of the trunk that follows no call flow: each message it gets is answered by any other.

    chaos.py cloud ADDRESS:PORT NAME PKI SEED SECONDS   over mutual TLS
    chaos.py inside ADDRESS:PORT LOCAL SEED SECONDS     over UDP

All it sends is well formed and fits a call: offers good and bad, provisional and final answers of
several forks, CANCEL, ACK, BYE, re-INVITE, INFO and OPTIONS in any order, doubled, late or never.
It leaves its calls as they are when its time is over, and prints how many messages went each way."""
import heapq
import random
import selectors
import socket
import sys
import time

import sipkit

STATUSES = ((100, "Trying"), (180, "Ringing"), (183, "Session Progress"), (200, "OK"), (200, "OK"), (302, "Moved"),
            (486, "Busy Here"), (488, "Not Acceptable Here"), (491, "Request Pending"), (500, "Server Error"),
            (603, "Decline"))
TAIL = 3
METHODS = ("INVITE", "BYE", "INFO", "OPTIONS", "ACK", "UPDATE", "PRACK", "NOTIFY")


class Tls:
    def __init__(self, address, name, pki):
        self.address, self.name, self.pki = address, name, pki
        self.connect()

    def connect(self):
        self.socket = sipkit.tls(self.address, self.name, self.pki)
        self.framer, self.local = sipkit.Framer(), sipkit.local_of(self.socket)

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            self.connect()

    def receive(self):
        data = self.socket.recv(1 << 16)
        if not data:
            self.connect()
        yield from self.framer.feed(data)


class Udp:
    def __init__(self, address, local):
        host, port = address.rsplit(":", 1)
        self.socket, self.local = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), local
        self.socket.bind((local.rsplit(":", 1)[0], int(local.rsplit(":", 1)[1])))
        self.peer, self.name = (host, int(port)), host

    def send(self, data):
        self.socket.sendto(data, self.peer)

    def receive(self):
        head, _, body = self.socket.recv(1 << 16).partition(b"\r\n\r\n")
        yield sipkit.Message.parse(head, body)


class Chaos:
    def __init__(self, way, is_secure, seed, seconds):
        self.way, self.is_secure, self.dice = way, is_secure, random.Random(seed)
        self.end, self.due, self.order = time.monotonic() + seconds, [], 0
        self.placed, self.sent, self.got = {}, 0, 0

    def later(self, message, most=0.4):
        self.order += 1
        heapq.heappush(self.due, (time.monotonic() + self.dice.random() * most, self.order, message))

    def body(self):
        host = self.way.local.rsplit(":", 1)[0]
        key = sipkit.new_key() if self.is_secure else None
        text = sipkit.sdp(host, self.dice.randrange(30000, 32000, 2), key,
                          formats=self.dice.choice(("0 8 101", "0", "8 101", "18")))
        if self.dice.random() < 0.1:
            text = text[:self.dice.randrange(len(text))]
        if self.dice.random() < 0.2:
            # A call that is on hold from both sides waits for ever, and ends by no timer.
            text = text.replace(b"sendrecv", b"sendonly")
        return text if self.dice.random() < 0.8 else b""

    def contact(self):
        return f"sip:chaos@{self.way.local}" + (";transport=tls" if self.is_secure else "")

    def place(self):
        call = sipkit.invite("+4930123" if self.is_secure else "+15550100", self.way.name, self.way.local,
                             self.body(), "TLS" if self.is_secure else "UDP")
        if not call.body:
            call.headers = [(k, v) for k, v in call.headers if k != "Content-Type"]
        self.placed[call.get("call-id")] = call
        self.later(call)
        if self.dice.random() < 0.3:
            self.later(self.cancel(call))
        if self.dice.random() < 0.1:
            self.later(call)

    @staticmethod
    def cancel(call):
        keep = [(k, v) for k, v in call.headers if k in ("Via", "Max-Forwards", "From", "To", "Call-ID")]
        return sipkit.Message("CANCEL " + call.start.split(" ", 1)[1], keep + [("CSeq", "1 CANCEL")])

    def with_body(self, message):
        if self.dice.random() < 0.5:
            message.body = self.body()
        message.headers.append(("Contact", f"<{self.contact()}>"))
        if message.body:
            message.headers.append(("Content-Type", "application/sdp"))
        return message

    def follow(self, call, answer):
        """After a response to a call of ours: mostly what is right, else anything within it."""
        if answer.method != "INVITE" or answer.status == 100:
            return
        if answer.status >= 300:
            self.later(sipkit.ack_refusal(call, answer), 0.05)
            return
        if "<" not in answer.get("contact"):
            return
        if answer.status >= 200 and self.dice.random() < 0.9:
            ack = sipkit.within(call, answer, "ACK", 1)
            self.later(ack if call.body else self.with_body(ack), 0.1)
        for number in range(self.dice.randrange(4)):
            method = self.dice.choice(METHODS)
            self.later(self.with_body(sipkit.within(call, answer, method, 2 + number)), 1)
        if self.dice.random() < 0.6:
            self.later(sipkit.within(call, answer, "BYE", 9), 1.5)

    def back(self, request, tag, method, number):
        """A request of ours within a call that the trunk placed."""
        to = request.get("to")
        fields = [("Via", f"SIP/2.0/{'TLS' if self.is_secure else 'UDP'} {self.way.local};branch=z9hG4bK{sipkit.token()}"),
                  ("Max-Forwards", "70"), ("From", to if "tag=" in to else f"{to};tag={tag}"),
                  ("To", request.get("from")), ("Call-ID", request.get("call-id")), ("CSeq", f"{number} {method}")]
        target = request.get("contact").split("<")[-1].split(">")[0]
        return self.with_body(sipkit.Message(f"{method} {target} SIP/2.0", fields))

    def respond(self, request):
        if request.method == "ACK":
            return
        if request.method != "INVITE":
            if self.dice.random() < 0.05:
                return
            status = (200, "OK") if self.dice.random() < 0.8 else self.dice.choice(STATUSES)
            self.later(sipkit.reply(request, *status, "x"), 0.2)
            return
        for _ in range(1 + self.dice.randrange(4)):
            tag, status = self.dice.choice("ab"), self.dice.choice(STATUSES)
            self.later(sipkit.reply(request, *status, tag, self.contact(),
                                    self.body() if status[0] in (180, 183, 200) else b""), 0.5)
            if self.dice.random() < 0.5:
                self.later(self.back(request, tag, self.dice.choice(METHODS), self.dice.randrange(1, 5)), 1.5)
            if self.dice.random() < 0.6:
                self.later(self.back(request, tag, "BYE", 9), 2)

    def take(self, message):
        self.got += 1
        if not message.status:
            self.respond(message)
        elif message.get("call-id") in self.placed:
            self.follow(self.placed[message.get("call-id")], message)

    def flush(self):
        while self.due and self.due[0][0] <= time.monotonic():
            message = heapq.heappop(self.due)[2].encode()
            for _ in range(2 if self.dice.random() < 0.05 else 1):
                self.way.send(message)
                self.sent += 1

    def run(self):
        next_call = 0
        # The last seconds place no call: an INVITE that got no response would go on to whoever
        # takes this end's place.
        while time.monotonic() < self.end + TAIL:
            if next_call <= time.monotonic() < self.end:
                next_call = time.monotonic() + 0.05
                self.place()
            self.flush()
            pending = getattr(self.way.socket, "pending", lambda: 0)()
            with selectors.DefaultSelector() as selector:
                selector.register(self.way.socket, selectors.EVENT_READ)
                if pending or selector.select(0.01):
                    for message in self.way.receive():
                        self.take(message)
        print("sent", self.sent, "received", self.got, flush=True)


def main(role, *rest):
    seed, seconds = int(rest[-2]), float(rest[-1])
    way = Tls(*rest[:-2]) if role == "cloud" else Udp(*rest[:-2])
    Chaos(way, role == "cloud", seed, seconds).run()
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 6 or sys.argv[1] not in ("cloud", "inside"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
