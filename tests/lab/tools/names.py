#!/usr/bin/python3
"""A DNS server on 127.0.0.1:53 that answers A and AAAA from /etc/hosts, and nothing else."""
import ipaddress
import socket
import struct


def table():
    names = {}
    with open("/etc/hosts", encoding="ascii") as hosts:
        for line in hosts:
            address, *rest = line.split()
            for name in rest:
                names.setdefault(name, []).append(ipaddress.ip_address(address))
    return names


def question(packet):
    at, labels = 12, []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii"))
        at += packet[at] + 1
    return ".".join(labels).lower(), struct.unpack_from(">H", packet, at + 1)[0], at + 5


def answer(packet, names):
    name, kind, end = question(packet)
    wanted = {1: 4, 28: 6}.get(kind)
    found = [a for a in names.get(name, ()) if a.version == wanted]
    code = 0 if name in names else 3
    head = packet[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, len(found), 0, 0)
    records = b"".join(struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(a.packed)) + a.packed
                       for a in found)
    return head + packet[12:end] + records


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    names = table()
    while True:
        packet, source = server.recvfrom(512)
        server.sendto(answer(packet, names), source)


if __name__ == "__main__":
    main()
