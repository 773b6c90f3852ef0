#!/usr/bin/python3
"""Sends media that nobody asked for.

    spray.py range ADDRESS FIRST LAST TIMES     RTP to each UDP port
    spray.py sweep EDGE FILE.pcap VICTIM PORT FIRST LAST
                                                to each UDP port what might be the VICTIM's next
                                                packet: RTP, SRTP under another key, one of its
                                                own again; FILE and PORT as for hole
    spray.py hole EDGE FILE.pcap VICTIM PORT    to the ports on which EDGE hears VICTIM, whose packets
                                                are in FILE: copies of them, bits flipped, cut, and
                                                what was never authentic; from PORT, or from the
                                                VICTIM's own (same), or from that of this host's
                                                own call (own)
    spray.py linger ADDRESS:PORT NAME PKI CALLS calls that send good media on after they hung up;
                                                a line for each: its SSRC, and when BYE was answered
    spray.py late FILE.pcap LINGER              how long after that its media came out of the trunk,
                                                at most, in ms; FILE is a capture of the inside

All that is not a copy bears the word ZT-SPRAY. Prints how many packets went out."""
import itertools
import random
import socket
import struct
import sys
import time

import capture

MARK = b"ZT-SPRAY"
COPIES, PACE = 1000, 0.0004
UDP = 17


def rtp(seq=1, ssrc=0x5EED5EED):
    return struct.pack(">BBHII", 0x80, 0, seq & 0xFFFF, seq * 160 & 0xFFFFFFFF, ssrc) + MARK * 20


def spray_range(address, first, last, times):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    udp, count = socket.socket(family, socket.SOCK_DGRAM), 0
    for turn in range(int(times)):
        for port in range(int(first), int(last) + 1):
            udp.sendto(rtp(turn + 1), (address, port))
            count += 1
            if count % 50 == 0:
                time.sleep(PACE)
    print("sent", count)
    return 0


def media_of(path, source, edge):
    """Source port, destination port and packets of the largest stream from source to edge."""
    streams = {}
    for _, frame in capture.frames(path):
        seen = capture.datagram(frame)
        if seen is None or seen[:3] != (source, edge, UDP) or len(seen[3]) < 8:
            continue
        ports, body = struct.unpack_from(">HH", seen[3]), seen[3][8:]
        if len(body) > 12 and body[0] >> 6 == 2 and MARK not in body:
            streams.setdefault(ports, []).append(body)
    ports = max(streams, key=lambda name: len(streams[name]))
    return *ports, streams[ports]


def flipped(packet, dice):
    place = dice.randrange(len(packet) * 8)
    copy = bytearray(packet)
    copy[place // 8] ^= 1 << place % 8
    return bytes(copy)


def never_authentic(packet, dice):
    """What no key made: with the victim's SSRC and the numbers that come next, and without."""
    seq, _, ssrc = struct.unpack_from(">HII", packet, 2)
    sender = struct.pack(">BBHI", 0x80, 200, 6, ssrc) + bytes(20)
    leave = struct.pack(">BBHI", 0x81, 203, 1, ssrc)
    yield from (rtp(seq + n, ssrc) for n in range(1, 40))
    yield from (rtp(seq + (1 << n), ssrc) for n in range(16))
    yield from (packet[:12] + dice.randbytes(170) for _ in range(40))
    yield from (dice.randbytes(n) for n in (*range(1, 33), 172, 182, 1400, 1472, 1473, 4096, 65507))
    yield from (b"\x80\xc8\0\0", b"\x81\xcb\0\0", b"\x80\xc9\0\1", leave, sender + leave, sender + leave + MARK * 2)
    yield from (b"", b"\x80", b"\x80\0", b"\x8f" + rtp()[1:], b"\x90" + rtp()[1:], b"\xbf" + rtp()[1:])
    # A STUN binding request, the begin of a DTLS handshake, and SIP.
    yield b"\0\1\0\0\x21\x12\xa4\x42" + MARK + b"0000"
    yield b"\x16\xfe\xfd" + bytes(8) + b"\0\x32\1\0\0\x26\0\0\0\0\0\0\0\x26\xfe\xfd" + MARK * 4
    yield b"OPTIONS sip:a@b SIP/2.0\r\nSubject: " + MARK + b"\r\n\r\n"


def hostile(packets, dice):
    yield from packets
    yield from (flipped(packet, dice) for packet in packets)
    yield from (packet[:dice.randrange(len(packet))] for packet in packets)
    for _ in range(4):
        yield from never_authentic(packets[-1], dice)


class Sender:
    """From any port of this host, one that is in use as well."""

    def __init__(self, edge, path, victim, port):
        victims_port, self.hole, self.packets = media_of(path, victim, edge)
        self.raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, UDP)
        self.raw.connect((edge, 0))
        here = self.raw.getsockname()[0]
        self.source = {"same": lambda: victims_port,
                       "own": lambda: media_of(path, here, edge)[0]}.get(port, lambda: int(port))()
        self.count = 0

    def send(self, port, body):
        # Without a checksum, as UDP may be over IPv4.
        self.raw.send(struct.pack(">HHHH", self.source, port, 8 + len(body), 0) + body)
        self.count += 1


def spray_hole(edge, path, victim, port):
    sender = Sender(edge, path, victim, port)
    for body in hostile(sender.packets[-COPIES:], random.Random(port)):
        sender.send(sender.hole if sender.count % 4 else sender.hole + 1, body)
        time.sleep(PACE)
    print("sent", sender.count)
    return 0


def nearly_right(packets):
    """For each port: the victim's SSRC and a next number in RTP and under a key of ours, and a copy."""
    from wrong import sealing
    import sipkit
    session, copies = sealing(sipkit.new_key()), itertools.cycle(packets)
    seq, _, ssrc = struct.unpack_from(">HII", packets[-1], 2)
    for number in itertools.count(1):
        body = rtp(seq + number % 100, ssrc)
        yield [body, session.protect(rtp(number, ssrc)), next(copies)]


def sweep(edge, path, victim, port, first, last):
    sender = Sender(edge, path, victim, port)
    for target, bodies in zip(range(int(first), int(last) + 1), nearly_right(sender.packets[-COPIES:])):
        for body in bodies:
            sender.send(target, body)
        if target % 20 == 0:
            time.sleep(PACE)
    print("sent", sender.count)
    return 0


def linger(address, name, pki, calls):
    import load
    end = load.Cloud(address, name, pki)
    end.selector.register(end.sock, load.selectors.EVENT_READ, None)
    for number in range(int(calls)):
        end.place(number)
        entry = next(iter(end.calls.values()))
        end.until(10, lambda: entry["state"] != "placed")
        # Time for others to come first.
        end.until(0.06, lambda: False)
        for turn in itertools.count():
            entry["stream"].send()
            end.until(0.001, lambda: False)
            if turn == 100:
                end.hang_up(entry)
            if turn >= 100 and entry["state"] == "over":
                print(entry["stream"].ssrc, f"{time.time():.6f}", flush=True)
                break
            if turn == 5000:
                return 1
        for _ in range(150):
            entry["stream"].send()
            time.sleep(0.001)
        end.calls.clear()
    return 0


def late(path, name):
    last = {}
    for when, frame in capture.frames(path):
        seen = capture.datagram(frame)
        if seen and seen[2] == UDP and len(seen[3]) >= 20 and seen[3][8] >> 6 == 2:
            last[struct.unpack_from(">I", seen[3], 16)[0]] = when
    with open(name, encoding="ascii") as file:
        over = {int(ssrc): float(when) for ssrc, when in map(str.split, file)}
    print("calls", len(over))
    print("late_ms", f"{max((last[ssrc] - when) * 1000 for ssrc, when in over.items()):.1f}")
    return 0


ROLES = {"range": spray_range, "sweep": sweep, "hole": spray_hole, "linger": linger, "late": late}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
