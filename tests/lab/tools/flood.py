#!/usr/bin/python3
"""Floods the trunk with INVITEs as a peer with a good certificate, and says what came back.

    flood.py ADDRESS:PORT NAME PKI RATE SECONDS CONNECTIONS

Prints "sent N", "status CODE COUNT" for each final or provisional answer, "last MS", when the last
answer came after the first INVITE went, and "closed N" connections."""
import collections
import selectors
import sys
import time

import sipkit


class Flood:
    def __init__(self, address, name, pki, connections):
        self.selector = selectors.DefaultSelector()
        self.ends, self.name, self.closed = [], name, 0
        self.answers, self.last, self.sent, self.began = collections.Counter(), 0.0, 0, 0.0
        for _ in range(connections):
            sock = sipkit.tls(address, name, pki)
            sock.setblocking(False)
            self.ends.append(sock)
            self.selector.register(sock, selectors.EVENT_READ, sipkit.Framer())

    def place(self):
        sock = self.ends[self.sent % len(self.ends)]
        here = sipkit.local_of(sock).rsplit(":", 1)[0]
        call = sipkit.invite(f"+49{self.sent:08}", self.name, sipkit.local_of(sock),
                             sipkit.sdp(here, 31000, sipkit.new_key()))
        self.sent += 1
        sock.send(call.encode())

    def drop(self, sock):
        self.closed += 1
        self.selector.unregister(sock)
        self.ends.remove(sock)
        sock.close()

    def hear(self, sock, framer):
        try:
            data = sock.recv(65536)
        except (sipkit.ssl.SSLWantReadError, BlockingIOError):
            return
        except OSError:
            data = b""
        if not data:
            self.drop(sock)
        for message in framer.feed(data):
            if message.status:
                self.answers[message.status] += 1
                self.last = time.monotonic() - self.began

    def hear_until(self, when):
        while True:
            ready = self.selector.select(max(0.0, when - time.monotonic()))
            for key, _ in ready:
                self.hear(key.fileobj, key.data)
            if not ready or time.monotonic() >= when:
                return

    def run(self, rate, seconds):
        self.began = time.monotonic()
        for number in range(int(rate * seconds)):
            self.hear_until(self.began + number / rate)
            if not self.ends:
                break
            self.place()
        self.hear_until(time.monotonic() + 0.5)


def main(address, name, pki, rate, seconds, connections):
    flood = Flood(address, name, pki, int(connections))
    print("connected", flush=True)
    flood.run(float(rate), float(seconds))
    print("sent", flood.sent)
    for status, count in sorted(flood.answers.items()):
        print("status", status, count)
    print("last", int(flood.last * 1000))
    print("closed", flood.closed)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
