#!/usr/bin/python3
"""What a stranger drew from the trunk: silence.py FILE.pcap STRANGER EDGE...

FILE is a capture of the stranger's own link, EDGE each address of the trunk. Prints "name value"
lines: packets and bytes of IP from the stranger to the trunk (asked, asked_bytes) and back to the
stranger (answered, answered_bytes), and how many ports the stranger tried (tcp_ports, udp_ports).
ARP is no IP; neighbour discovery (RFC 4861) and multicast listeners (RFC 3810) are not counted."""
import ipaddress
import struct
import sys

import capture

TCP, UDP, ICMPV6 = 6, 17, 58
NEIGHBOURS = (*range(130, 138), 143)


def is_neighbourly(protocol, data):
    return protocol == ICMPV6 and data[:1] != b"" and data[0] in NEIGHBOURS


def main(path, stranger, *edges):
    stranger = str(ipaddress.ip_address(stranger))
    edges = {str(ipaddress.ip_address(edge)) for edge in edges}
    count = dict.fromkeys(("asked", "asked_bytes", "answered", "answered_bytes"), 0)
    ports = {TCP: set(), UDP: set()}
    for _, frame in capture.frames(path):
        seen = capture.datagram(frame)
        if seen is None or is_neighbourly(*seen[2:]):
            continue
        source, target, protocol, data = seen
        if source == stranger and target in edges:
            count["asked"] += 1
            count["asked_bytes"] += len(frame) - 14
            if protocol in ports and len(data) >= 4:
                ports[protocol].add(struct.unpack_from(">H", data, 2)[0])
        if source in edges and target == stranger:
            count["answered"] += 1
            count["answered_bytes"] += len(frame) - 14
    for name, value in count.items():
        print(name, value)
    print("tcp_ports", len(ports[TCP]))
    print("udp_ports", len(ports[UDP]))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
