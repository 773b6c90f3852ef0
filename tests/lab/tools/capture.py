#!/usr/bin/python3
"""What a capture of the public wire proves: capture.py FILE.pcap EDGE INSIDE_PREFIX [TONE...]

EDGE is the trunk's public address, INSIDE_PREFIX text and address prefix of the inside (10.20.).
Prints "name value" lines. Media is every UDP packet that looks like RTP or RTCP; a stream counts
as clear when decoding its payload as PCMU or PCMA shows one of the tones, or when its bytes are
too regular to be ciphertext.
"""
import ipaddress
import math
import struct
import sys

import tone

ULAW = []
ALAW = []


def make_tables():
    for code in range(256):
        u = ~code & 0xFF
        value = (((u & 0x0F) << 3) + 0x84) << ((u & 0x70) >> 4)
        ULAW.append(0x84 - value if u & 0x80 else value - 0x84)
        a = code ^ 0x55
        segment = (a & 0x70) >> 4
        value = ((a & 0x0F) << 4) + (8 if segment == 0 else 0x108)
        value <<= max(0, segment - 1)
        ALAW.append(value if a & 0x80 else -value)


def frames(path):
    with open(path, "rb") as file:
        head = file.read(24)
        order = "<" if head[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
        unit = 1e-9 if head[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1e-6
        while True:
            record = file.read(16)
            if len(record) < 16:
                return
            seconds, fraction, size, _ = struct.unpack(order + "IIII", record)
            yield seconds + fraction * unit, file.read(size)


def datagram(frame):
    """(source, destination, protocol, bytes above IP) of an Ethernet frame, or None."""
    kind, ip = struct.unpack_from(">H", frame, 12)[0], frame[14:]
    if kind == 0x0800 and len(ip) >= 20:
        size = (ip[0] & 15) * 4
        if struct.unpack_from(">H", ip, 6)[0] & 0x1FFF:
            size = len(ip)  # a later fragment, which has no header of the protocol
        total = struct.unpack_from(">H", ip, 2)[0] or len(ip)
        return (str(ipaddress.ip_address(ip[12:16])), str(ipaddress.ip_address(ip[16:20])), ip[9],
                ip[size:total])
    if kind == 0x86DD and len(ip) >= 40:
        return (str(ipaddress.ip_address(ip[8:24])), str(ipaddress.ip_address(ip[24:40])), ip[6],
                ip[40:])
    return None


def entropy(data):
    counts = [0] * 256
    for byte in data:
        counts[byte] += 1
    return -sum(c / len(data) * math.log2(c / len(data)) for c in counts if c)


def is_clear(payload, tones):
    """Whether the joined payloads of a stream can be heard."""
    for table in (ULAW, ALAW):
        found, _ = tone.shares([table[b] for b in payload], tones)
        if max(found, default=0) > 0.2:
            return True
    return len(payload) > 8000 and entropy(payload) < 7.5


SIP = (b"SIP/2.0", b"INVITE ", b"ACK ", b"BYE ", b"CANCEL ", b"OPTIONS ", b"INFO ", b"UPDATE ")


class Facts:
    def __init__(self, edge, inside):
        self.edge, self.inside = edge, inside
        self.count = dict.fromkeys(
            ("packets", "sip_in_clear", "inside_address", "icmp_from_edge", "rst_from_edge",
             "tcp_from_edge", "udp_from_edge", "media_from_edge", "media_to_edge"), 0)
        self.streams, self.last_media = {}, 0.0
        self.from_peers, self.peers = {}, set()

    def see(self, when, source, target, protocol, data, frame):
        self.count["packets"] += 1
        if self.inside.encode() in frame or source.startswith(self.inside) or \
                target.startswith(self.inside):
            self.count["inside_address"] += 1
        if protocol == 1 or protocol == 58 and data[:1] < b"\x80":
            self.count["icmp_from_edge"] += source == self.edge
        if protocol == 6 and len(data) >= 20:
            self.count["tcp_from_edge"] += source == self.edge
            self.count["rst_from_edge"] += source == self.edge and bool(data[13] & 4)
            self.count["sip_in_clear"] += data[(data[12] >> 4) * 4:].startswith(SIP)
        if protocol == 17 and len(data) >= 8:
            self.count["udp_from_edge"] += source == self.edge
            self.udp(when, source, target, data)

    def udp(self, when, source, target, data):
        ports, body = struct.unpack_from(">HH", data), data[8:]
        if body.startswith(SIP):
            self.count["sip_in_clear"] += 1
            return
        if len(body) < 12 or body[0] >> 6 != 2 or self.edge not in (source, target):
            return
        if source == self.edge:
            self.count["media_from_edge"] += 1
            self.last_media = max(self.last_media, when)
            self.peers.add(target)
        else:
            self.from_peers[source] = self.from_peers.get(source, 0) + 1
        if not 192 <= body[1] <= 223:
            self.streams.setdefault((source, target, ports), bytearray()).extend(body[12:172])

    def print(self, tones):
        # What a stranger sends is neither media of the trunk nor a stream.
        self.count["media_to_edge"] = sum(self.from_peers.get(peer, 0) for peer in self.peers)
        self.streams = {k: v for k, v in self.streams.items() if len(v) >= 20 * 80}
        clear = sum(is_clear(payload, tones) for payload in self.streams.values())
        for name, value in self.count.items():
            print(name, value)
        print("streams", len(self.streams))
        print("streams_in_clear", clear)
        print("entropy", f"{min(map(entropy, self.streams.values()), default=0.0):.2f}")
        print("last_media_from_edge", f"{self.last_media:.3f}")


def main(path, edge, inside, *tones):
    make_tables()
    facts = Facts(str(ipaddress.ip_address(edge)), inside)
    for when, frame in frames(path):
        seen = datagram(frame)
        if seen:
            facts.see(when, *seen, frame)
    facts.print([int(t) for t in tones] or [440, 1000])
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
