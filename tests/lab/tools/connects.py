#!/usr/bin/python3
"""Connects and hangs up, as fast as it can: connects.py ADDRESS:PORT SECONDS PROCESSES SOURCE...

Prints "ready" when it begins, then "made N" connections that the other side's kernel took, and
"rate N" of them a second."""
import multiprocessing
import socket
import struct
import sys
import time

RESET = struct.pack("ii", 1, 0)  # no port of ours waits for the end of a connection


def connect_on(target, sources, until):
    made = 0
    while time.monotonic() < until:
        for source in sources:
            sock = socket.socket()
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            sock.settimeout(1)
            try:
                sock.bind((source, 0))
                sock.connect(target)
                made += 1
            except OSError:
                pass
            sock.close()
    return made


def main(address, seconds, processes, *sources):
    host, port = address.rsplit(":", 1)
    began = time.monotonic()
    until = began + float(seconds)
    print("ready", flush=True)
    with multiprocessing.Pool(int(processes)) as pool:
        work = [((host, int(port)), sources, until)] * int(processes)
        made = sum(pool.starmap(connect_on, work))
    print("made", made)
    print("rate", round(made / (time.monotonic() - began)))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
