#!/usr/bin/python3
"""Round trips of an OPTIONS over one TLS connection: rtt.py ADDRESS:PORT NAME PKI SECONDS

One request each 5 ms; prints how many and the median, 99th percentile and maximum in microseconds."""
import sys
import time

import sipkit

PACE = 0.005


def main(address, name, pki, seconds):
    sock = sipkit.tls(address, name, pki)
    local = sipkit.local_of(sock)
    framer, trips = sipkit.Framer(), []
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        ping = sipkit.options(name, local).encode()
        start = time.monotonic()
        sock.sendall(ping)
        while not list(framer.feed(sock.recv(65536))):
            pass
        trips.append(time.monotonic() - start)
        time.sleep(max(0, PACE - trips[-1]))
    trips = sorted(round(trip * 1e6) for trip in trips)
    print(f"{len(trips)} round trips, median {trips[len(trips) // 2]} us, "
          f"99 % {trips[len(trips) * 99 // 100]} us, longest {trips[-1]} us")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
