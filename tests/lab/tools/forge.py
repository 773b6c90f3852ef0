#!/usr/bin/python3
"""Datagrams whose source is a lie.

    forge.py sip FROM TO:PORT          an INVITE from FROM's port 5060, and OPTIONS
    forge.py media FROM TO FIRST LAST  RTP from FROM's port 6000 to each port, three times
    forge.py crowd NETWORK TO:PORT N   OPTIONS and garbage from N addresses of NETWORK, by turns

Prints "sent N" packets. Needs root: the IP header is made here."""
import ipaddress
import random
import socket
import struct
import sys
import time

import sipkit

MARK = b"ZT-FORGED"
SEED = 11
PACE = 0.0005  # a queue that overflows would make fewer of them


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


class Forger:
    """UDP over IPv4 without its own checksum, which IPv4 allows."""

    def __init__(self):
        self.raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.sent = 0

    def send(self, source, target, body):
        (source, sport), (target, dport) = source, target
        udp = struct.pack(">HHHH", sport, dport, 8 + len(body), 0) + body
        head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), self.sent & 0xFFFF, 0, 64, 17, 0,
                           socket.inet_aton(source), socket.inet_aton(target))
        head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
        try:
            self.raw.sendto(head + udp, (target, 0))
            self.sent += 1
        except OSError as error:  # the kernel of the forger sends nothing from some addresses
            print("not sent:", source, error)


def place_of(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def requests(source, target):
    invite = sipkit.invite("+15550199", target, f"{source}:5060", sipkit.sdp(source, 6000), "UDP")
    yield invite.encode()
    yield sipkit.options(target, f"{source}:5060").encode().replace(b"SIP/2.0/TLS", b"SIP/2.0/UDP")


def sip(source, where):
    forger, target = Forger(), place_of(where)
    for text in requests(source, target[0]):
        forger.send((source, 5060), target, text)
    return forger


def media(source, target, first, last):
    forger = Forger()
    for turn in range(3):
        for port in range(int(first), int(last) + 1):
            body = struct.pack(">BBHII", 0x80, 0, turn + 1, 160 * turn, 0x5EED5EED) + MARK * 20
            forger.send((source, 6000), (target, port), body)
    return forger


def crowd(network, where, count):
    forger, target, chance = Forger(), place_of(where), random.Random(SEED)
    first = int(ipaddress.ip_network(network).network_address)
    text = list(requests("0.0.0.0", target[0]))[1]
    for number in range(int(count)):
        source = str(ipaddress.ip_address(first + number + 1))
        body = text.replace(b"0.0.0.0", source.encode()).replace(b"z9hG4bK", b"z9hG4bK%d-" % number)
        forger.send((source, 5060), target, chance.randbytes(200) if number % 2 else body)
        if number % 20 == 0:
            time.sleep(PACE)
    return forger


if __name__ == "__main__":
    print("sent", {"sip": sip, "media": media, "crowd": crowd}[sys.argv[1]](*sys.argv[2:]).sent)
