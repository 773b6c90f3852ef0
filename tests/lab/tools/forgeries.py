#!/usr/bin/python3
"""A call under forgery from its own address and port, which is the worst place that there is.

    forgeries.py ADDRESS:PORT NAME PKI USER each
    forgeries.py ADDRESS:PORT NAME PKI USER flood COUNT RATE

each sends, of good packets that nobody has seen yet, in SRTP and in SRTCP: every byte changed, every
cut, one byte more; then the good one. Also packets sealed by libsrtp with this very key under rollover
counters that are not this call's, 1,000 packets again, and reports again. flood sends COUNT packets of
the call's SSRC and next numbers with a false tag, RATE a second, from another process.

Good media goes on all the time. Prints "hostile N" of RTP and RTCP together, for a flood "rate N" that
was reached, and "sent N back N bad N reports N" of the good ones; back counts load.py's echoes."""
import os
import random
import socket
import struct
import sys
import time

import load
import sipkit
import wrong

SEED = 9
REPLAYS = 1000
UDP_SEGMENT = 103
SEGMENTS, SIZE = 50, 182
STEP_S = 0.005
CATCH_UP_S = 0.003


class Forged(wrong.Wrong):
    def __init__(self, address, name, pki, user):
        super().__init__(address, name, pki, "good")
        self.hostile, self.reports, self.due, self.sealed = 0, 0, 0, []
        self.dice = random.Random(SEED)
        self.place_one(user)
        seal = self.stream.seal

        def keep(packet):
            self.sealed.append(seal(packet))
            return self.sealed[-1]
        self.stream.seal = keep

    def talk(self, seconds):
        """Good media, a packet each STEP_S."""
        limit = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            if now >= self.due:
                self.stream.send()
                self.due = max(self.due + STEP_S, now - 0.1)
            if now >= limit:
                return
            self.pump(min(0.002, limit - now))

    def throw(self, packets, is_rtcp=False):
        address, port = self.stream.peer
        for packet in packets:
            self.stream.socket.sendto(packet, (address, port + is_rtcp))
            self.hostile += 1
            if self.hostile % 10 == 0:
                self.talk(0)
                self.pump(0)
                time.sleep(0.001)

    def changed(self, packet):
        for at in range(len(packet)):
            yield packet[:at] + bytes([packet[at] ^ self.dice.randrange(1, 256)]) + packet[at + 1:]
        yield from (packet[:size] for size in range(1, len(packet)))
        yield packet + b"\0"

    def unseen(self):
        number = self.stream.sent
        self.stream.sent += 1
        header = struct.pack(">BBHII", 0x80, 0, number & 0xFFFF, number * 160, self.stream.ssrc)
        return self.session.protect(header + load.SOUND)

    def report(self):
        ssrc = struct.pack(">I", self.stream.ssrc)
        return self.session.protect_rtcp(b"\x80\xc9\0\1" + ssrc + b"\x81\xca\0\3" + ssrc + b"\1\4ZT\0\0\0\0")

    def under(self, rollovers):
        """The next number under this key, after so many rollovers that this call has not had."""
        session, number = wrong.sealing(self.key), 0
        goal = rollovers << 16 | self.stream.sent & 0xFFFF
        while number < goal:
            number = min(goal, number + 0x7000)
            header = struct.pack(">BBHII", 0x80, 0, number & 0xFFFF, 0, self.stream.ssrc)
            sealed = session.protect(header + load.SOUND)
        return sealed

    def give(self, packet, is_rtcp=False):
        """A good one, late."""
        address, port = self.stream.peer
        self.stream.socket.sendto(packet, (address, port + is_rtcp))
        self.reports += is_rtcp

    def each(self):
        self.talk(0.2)
        for _ in range(4):
            packet = self.unseen()
            self.throw(self.changed(packet))
            self.give(packet)
            report = self.report()
            self.throw(self.changed(report), True)
            self.give(report, True)
            self.throw([report, report], True)
        for rollovers in (1, 2, 3, 100):
            self.throw([self.under(rollovers) for _ in range(25)])
        while len(self.sealed) < REPLAYS:
            self.talk(0.1)
        self.throw(self.sealed[-REPLAYS:])
        self.talk(0.2)

    def forge(self, count, rate):
        """Whole trains to a system call, as the kernel cuts them (UDP_SEGMENT)."""
        sent, option = 0, [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("H", SIZE))]
        trains = [b"".join(self.false(train * SEGMENTS + n) for n in range(SEGMENTS)) for train in range(100)]
        began = due = time.monotonic()
        while sent < count:
            now = time.monotonic()
            if now < due:
                time.sleep(due - now)
            # What was missed is not made up for in one burst: the rate is lower then, and is printed.
            due = max(due, now - CATCH_UP_S) + SEGMENTS / rate
            self.stream.socket.sendmsg([trains[sent // SEGMENTS % len(trains)]], option, 0, self.stream.peer)
            sent += SEGMENTS
        return sent / (time.monotonic() - began)

    def false(self, ahead):
        head = struct.pack(">BBHII", 0x80, 0, self.stream.sent + ahead & 0xFFFF, 0, self.stream.ssrc)
        return head + self.dice.randbytes(SIZE - len(head))

    def flood(self, count, rate):
        self.talk(0.5)
        self.stream.socket.setblocking(True)
        child = os.fork()
        if child == 0:
            print("rate", round(self.forge(int(count), int(rate))), flush=True)
            os._exit(0)
        self.stream.socket.setblocking(False)
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            self.talk(0.05)
        self.hostile += int(count)
        self.talk(0.5)


def main(address, name, pki, user, how, *rest):
    end = Forged(address, name, pki, user)
    getattr(end, how)(*rest)
    # What is under way arrives before the call ends.
    end.until(1, lambda: False)
    end.end()
    print("hostile", end.hostile)
    print("sent", end.stream.sent, "back", len(end.stream.seen), "bad", end.stream.bad, "reports", end.reports)
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 6 or sys.argv[5] not in ("each", "flood"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
