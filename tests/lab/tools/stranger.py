#!/usr/bin/python3
"""Knocks as a stranger: stranger.py ADDRESS FIRST LAST sends RTP to each UDP port and tries the
SIP port by TCP. Fails when either answers in any way."""
import select
import socket
import struct
import sys


def knock(address):
    tcp = socket.socket()
    tcp.settimeout(2)
    try:
        tcp.connect((address, 5061))
    except socket.timeout:
        return
    except OSError as error:
        raise SystemExit(f"the SIP port answered a stranger: {error}") from error
    raise SystemExit("the SIP port took a stranger's connection")


def main(address, first, last):
    packet = struct.pack(">BBHII", 0x80, 0, 1, 160, 0x5EED5EED) + bytes(160)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(3):
        for port in range(int(first), int(last) + 1):
            udp.sendto(packet, (address, port))
    knock(address)
    if select.select([udp], [], [], 0.5)[0]:
        print("a media port answered a stranger")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
