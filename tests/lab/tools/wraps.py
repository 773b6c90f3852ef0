#!/usr/bin/python3
"""A call whose sequence numbers wrap ten times and more, through all that a call may go through.

    wraps.py pbx ADDRESS PORT                 load.py's PBX, which takes new offers too; its count also
                                              says how many of them held the call
    wraps.py cloud ADDRESS:PORT NAME PKI USER WRAPS

No packet may be lost, for a packet is sent when one has come back. Before each wrap, by turns: a new
offer with the same key; a hold, and its end; another port; another source, and back. Behind the last
wrap come new keys, each used as soon as its offer is answered, and one more wrap among them.
libsrtp of the system is the judge. Prints "wraps N", "offers N", and "sent N back N bad N"."""
import signal
import sys
import time

import load
import sipkit
import wrong

FIRST = 65000       # the first wrap comes soon
WINDOW, STALL_S = 48, 5
NEAR = 30           # packets before a wrap
KEYS, A_WHILE = 4, 300


class Pbx(load.Pbx):
    held = 0

    def answer(self, request, source):
        name = request.get("call-id")
        if name not in self.calls:
            super().answer(request, source)
            return
        body = sipkit.sdp(self.address, self.calls[name].port).replace(b"o=- 1 1", b"o=- 1 " + request.get("cseq").split()[0].encode())
        if b"a=inactive" in request.body:
            body, self.held = body.replace(b"sendrecv", b"inactive"), self.held + 1
        self.sip.sendto(sipkit.reply(request, 200, "OK", name[:8], self.contact, body).encode(), source)


def pbx(address, port):
    end = Pbx(address, int(port))

    def stop(*_):
        end.is_over = True
    signal.signal(signal.SIGTERM, stop)
    end.run()
    print("held", end.held, flush=True)
    return 0


class Wraps(wrong.Wrong):
    def __init__(self, address, name, pki):
        super().__init__(address, name, pki, "good")
        self.total, self.goal, self.streams, self.offers = 0, 0, [], 0

    def begin(self, user):
        self.place_one(user)
        self.stream.sent = FIRST
        self.streams.append(self.stream)

    def back(self):
        return len(self.stream.seen)

    def bad(self):
        return sum(stream.bad for stream in self.streams)

    def burst(self):
        while self.total < self.goal and self.total - self.back() < WINDOW:
            self.stream.send()
            self.total += 1

    def send(self, count):
        """Sends so many packets, and sees each answered."""
        self.goal += count
        heard, since = -1, time.monotonic()
        while self.back() < self.goal:
            self.burst()
            self.pump(0.2)
            if self.back() > heard:
                heard, since = self.back(), time.monotonic()
            if time.monotonic() - since > STALL_S:
                raise SystemExit(f"of {self.total} packets {self.total - self.back()} did not come back")

    def run(self, seconds):
        """While an offer is under way: media goes on, unless the call is held."""
        if not self.is_silent:
            self.send(NEAR)
        else:
            self.pump(seconds)

    def offer_again(self, port=None, key=None, direction=b"sendrecv"):
        self.offers += 1
        self.again(self.offer(port or self.stream.port, key or self.key).replace(b"sendrecv", direction))

    def same_key(self):
        self.offer_again()

    def hold(self):
        self.is_silent = True
        self.offer_again(direction=b"inactive")
        self.offer_again()
        self.is_silent = False

    def other_port(self):
        other = load.Stream(self.host, self.selector, self.stream.seal)
        for name in ("unseal", "seen", "peer", "ssrc"):
            setattr(other, name, getattr(self.stream, name))
        self.offer_again(other.port)
        other.sent = self.stream.sent
        self.stream = self.entry["stream"] = other
        self.streams.append(other)

    def other_source(self):
        kept = self.stream.ssrc, self.stream.sent
        self.stream.ssrc, self.stream.sent = kept[0] ^ 0x5A5A5A5A, 100 * self.offers
        self.send(A_WHILE)
        self.stream.ssrc, self.stream.sent = kept

    def new_key(self):
        key = sipkit.new_key()
        self.offer_again(key=key)
        self.key = key
        self.seal_with(wrong.sealing(key))
        self.send(A_WHILE)

    def to_the_wrap(self, near=NEAR):
        self.send(0x10000 - near - self.stream.sent % 0x10000)


def cloud(address, name, pki, user, wraps):
    end = Wraps(address, name, pki)
    end.begin(user)
    turns = [end.same_key, end.hold, end.other_port, end.other_source]
    for number in range(int(wraps)):
        end.to_the_wrap()
        turns[number % len(turns)]()
        end.send(A_WHILE)
    print("wraps", end.stream.sent // 0x10000, flush=True)
    end.to_the_wrap(2 * A_WHILE)
    for _ in range(KEYS):
        end.new_key()
    print("wraps", end.stream.sent // 0x10000)
    end.end()
    print("offers", end.offers)
    print("sent", end.total, "back", end.back(), "bad", end.bad(), flush=True)
    return 0


ROLES = {"pbx": pbx, "cloud": cloud}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
