#!/usr/bin/python3
"""Pelts a UDP port with INVITEs: pelt.py FROM ADDRESS PORT RATE SECONDS good|garbage

good: well-formed, each a call of its own; garbage: the same with a broken first line and headers.
Prints how many went, and how many datagrams came back."""
import socket
import sys
import time

import sipkit

BATCH = 20


def text_of(kind, local, number):
    call = sipkit.invite(f"+49{number:08}", local, local, sipkit.sdp("192.0.2.1", 31000), "UDP").encode()
    if kind == "garbage":
        return call.replace(b"INVITE sip:", b"INV\x01TE <", 1).replace(b"\r\nTo: ", b"\r\nTo ;: ")
    return call


def main(source, address, port, rate, seconds, kind):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    sock.bind((source, 0))
    sock.setblocking(False)
    local = sipkit.local_of(sock)
    texts = [text_of(kind, local, number) for number in range(2000)]
    total, sent, heard, began = int(float(rate) * float(seconds)), 0, 0, time.monotonic()
    while sent < total:
        for _ in range(BATCH):
            sock.sendto(texts[sent % len(texts)], (address, int(port)))
            sent += 1
        try:
            while sock.recv(65536):
                heard += 1
        except (BlockingIOError, ConnectionRefusedError):
            pass
        time.sleep(max(0.0, began + sent / float(rate) - time.monotonic()))
    print("sent", sent, "in", round(time.monotonic() - began, 1), "s, came back", heard)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
