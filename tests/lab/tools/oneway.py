#!/usr/bin/python3
"""A peer that shows no certificate: oneway.py ADDRESS:PORT NAME PKI SOURCE

Sends an OPTIONS from SOURCE and prints what came of it: "status N", or "closed" and how many bytes it
was told before."""
import sys

import sipkit


def main(address, name, pki, source):
    told = b""
    try:
        sock = sipkit.tls(address, name, pki, cert=None, source=source)
        sock.settimeout(9)
        sock.sendall(sipkit.options(name, sipkit.local_of(sock)).encode())
        framer = sipkit.Framer()
        while True:
            data = sock.recv(65536)
            if not data:
                break
            told += data
            for message in framer.feed(data):
                print("status", message.status)
                return 0
    except OSError:
        pass
    print("closed", len(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
