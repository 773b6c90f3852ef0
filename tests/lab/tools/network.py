#!/usr/bin/python3
"""A wire that loses, doubles, reorders and delays media.

    network.py bridge ONE OTHER FIRST LAST SEED LOSS DOUBLE LATE JITTER_MS FILE
    network.py judge FILE SIDE [FILE.pcap SOURCE]

bridge carries frames between the interfaces ONE and OTHER. Of the datagrams from or to a UDP port
from FIRST to LAST it drops LOSS percent, doubles DOUBLE percent, holds LATE percent back behind
some that follow, and delays each by up to JITTER_MS; each direction has a generator of its own, from
SEED. On SIGUSR1 it says "calm" and touches nothing more; on SIGTERM it writes to FILE, a line for
each: the side it came from (0: ONE), rtp, rtcp or clear, SSRC, sequence number, how often it went on.

judge prints what a receiver of that side's media had to count: rtp and rtcp (each packet once),
dropped, lost (as RFC 3550 counts), doubled_rtp, doubled_rtcp, clear (RTCP that is not encrypted, each
copy); and from a capture behind that receiver "wrong", how many packets of the RTP that SOURCE sent on
are missing, more or there twice."""
import collections
import heapq
import random
import select
import signal
import socket
import struct
import sys
import time

import capture

SOL_PACKET, PACKET_VNET_HDR, PACKET_OUTGOING, ETH_P_ALL = 263, 15, 4, 3
VNET_HDR = 10  # carries a checksum that is still to be made
UDP = 17
LATE_S = (0.06, 0.1)
LIMIT_S = 120


def is_clear(body):
    """The lengths of a compound packet add up; ciphertext's do not."""
    at = 0
    while at + 4 <= len(body) and body[at] >> 6 == 2:
        at += 4 * (1 + struct.unpack_from(">H", body, at + 2)[0])
    return at == len(body)


def media_of(frame, ports):
    """(kind, SSRC, sequence number) of a datagram of media, or None."""
    seen = capture.datagram(frame)
    if seen is None or seen[2] != UDP or len(seen[3]) < 20:
        return None
    if not any(port in ports for port in struct.unpack_from(">HH", seen[3])) or seen[3][8] >> 6 != 2:
        return None
    seq, _, ssrc = struct.unpack_from(">HII", seen[3], 10)
    if 192 <= seen[3][9] <= 223:
        return "clear" if is_clear(seen[3][8:]) else "rtcp", struct.unpack_from(">I", seen[3], 12)[0], 0
    return "rtp", ssrc, seq


class Wire:
    def __init__(self, names, ports, seed, shares, jitter_s):
        self.sockets = [self.open(name) for name in names]
        self.dice = [random.Random(f"{seed} {side}") for side in range(2)]
        self.ports, self.shares, self.jitter_s = ports, shares, jitter_s
        self.waiting, self.order, self.fates, self.is_calm, self.is_over = [], 0, [], False, False

    @staticmethod
    def open(name):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        sock.bind((name, ETH_P_ALL))
        return sock

    def later(self, side, data, delay_s):
        self.order += 1
        heapq.heappush(self.waiting, (time.monotonic() + delay_s, self.order, side, data))

    def disturb(self, side, data, what):
        """Each packet takes the same throws, whatever becomes of it."""
        dice = self.dice[side]
        throws = [dice.random() for _ in self.shares]
        delay = dice.random() * self.jitter_s
        is_lost, is_double, is_late = (throw < share for throw, share in zip(throws, self.shares))
        if is_late:
            delay += dice.uniform(*LATE_S)
        copies = 0 if is_lost else 1 + is_double
        for _ in range(copies):
            self.later(side, data, delay)
        self.fates.append((side, *what, copies))

    def take(self, side):
        data, source = self.sockets[side].recvfrom(1 << 17)
        if source[2] == PACKET_OUTGOING:
            return
        what = media_of(data[VNET_HDR:], self.ports)
        if what and not self.is_calm:
            self.disturb(side, data, what)
            return
        if what:
            self.fates.append((side, *what, 1))
        self.later(side, data, 0)

    def release(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            _, _, side, data = heapq.heappop(self.waiting)
            self.sockets[1 - side].send(data)

    def run(self):
        limit = time.monotonic() + LIMIT_S
        while (not self.is_over or self.waiting) and time.monotonic() < limit:
            wait = self.waiting[0][0] - time.monotonic() if self.waiting else 0.05
            for sock in select.select(self.sockets, [], [], max(0.0, wait))[0]:
                self.take(self.sockets.index(sock))
            self.release()


def bridge(one, other, first, last, seed, *rest):
    *shares, jitter_ms, path = rest
    wire = Wire((one, other), range(int(first), int(last) + 1), seed, [float(share) / 100 for share in shares],
                float(jitter_ms) / 1000)

    def calm(*_):
        wire.is_calm = True
        print("calm", flush=True)

    def stop(*_):
        wire.is_over = True
    signal.signal(signal.SIGUSR1, calm)
    signal.signal(signal.SIGTERM, stop)
    print("ready", flush=True)
    wire.run()
    with open(path, "w", encoding="ascii") as file:
        file.writelines(" ".join(map(str, fate)) + "\n" for fate in wire.fates)
    return 0


def read_fates(path, side):
    with open(path, encoding="ascii") as file:
        for line in file:
            where, kind, ssrc, seq, copies = line.split()
            if where == side:
                yield kind, int(ssrc), int(seq), int(copies)


def span(numbers):
    """How many numbers lie from the lowest to the highest, across a rollover too."""
    base = numbers[0]
    steps = [(number - base + 0x8000 & 0xFFFF) - 0x8000 for number in numbers]
    return max(steps) - min(steps) + 1


def judge(path, side, pcap=None, source=None):
    count = collections.Counter(dict.fromkeys(("rtp", "rtcp", "dropped", "lost", "doubled_rtp", "doubled_rtcp", "clear"), 0))
    streams, sent = {}, collections.Counter()
    for kind, ssrc, seq, copies in read_fates(path, side):
        count[kind] += copies if kind == "clear" else copies > 0
        count["dropped"] += copies == 0
        if kind != "clear":
            count[f"doubled_{kind}"] += copies > 1
        if kind == "rtp" and copies > 0:
            streams.setdefault(ssrc, []).append(seq)
            sent[ssrc, seq] += 1
    count["lost"] = sum(span(numbers) - len(numbers) for numbers in streams.values())
    if pcap:
        got = collections.Counter()
        for _, frame in capture.frames(pcap):
            what = media_of(frame, range(1 << 16)) if (capture.datagram(frame) or ("",))[0] == source else None
            if what and what[0] == "rtp":
                got[what[1:]] += 1
        count["wrong"] = (sent - got).total() + (got - sent).total()
    for name, value in count.items():
        print(name, value)
    return 0


ROLES = {"bridge": bridge, "judge": judge}

if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
