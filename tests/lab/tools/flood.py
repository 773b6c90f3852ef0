#!/usr/bin/python3
"""Floods the trunk as a peer with a good certificate, and says what came back.

    flood.py ADDRESS:PORT NAME PKI RATE SECONDS CONNECTIONS [KIND]

KIND: invite; options; cancel, of calls that are not there; reinvite and info, in a call of its own on
each connection; bye, in dialogs that are not there. Prints "sent N", "status CODE COUNT" for each
final or provisional answer, "last MS", when the last answer came after the first request went, and
"closed N" connections."""
import collections
import re
import selectors
import sys
import time

import sipkit

STATUS = re.compile(rb"^SIP/2\.0 (\d{3}) ", re.MULTILINE)
NUMBER = "~N~"  # where each request differs from the others
BATCH_S = 0.005  # requests that are due within it go out together


class End:
    """A connection: the request that it repeats, with what must differ each time."""

    def __init__(self, address, name, pki, kind):
        self.sock, self.name, self.kind = sipkit.tls(address, name, pki), name, kind
        self.here = sipkit.local_of(self.sock)
        self.number = 1000000
        self.text = self.prepare().encode()
        self.sock.setblocking(False)

    def prepare(self):
        offer = sipkit.sdp(self.here.rsplit(":", 1)[0], 31000, sipkit.new_key())
        invite = sipkit.invite("+49301", self.name, self.here, offer)
        if self.kind == "options":
            invite = sipkit.options(self.name, self.here)
        if self.kind in ("reinvite", "info"):
            invite = self.in_a_call(invite, offer)
        if self.kind in ("cancel", "bye"):
            method = self.kind.upper()
            invite.start = invite.start.replace("INVITE", method)
            invite.headers = [(k, f"1 {method}" if k == "CSeq" else v + ";tag=x" if (k, method) == ("To", "BYE") else v)
                              for k, v in invite.headers if k not in ("Content-Type", "Contact")]
            invite.body = b""
        numbers = {"Via": ("branch=z9hG4bK", f"branch=z9hG4bK{NUMBER}"), "Call-ID": ("", NUMBER),
                   "To": ("+49301", f"+49{NUMBER}")}
        if self.kind in ("reinvite", "info"):
            numbers = {"Via": numbers["Via"], "CSeq": ("1 ", f"{NUMBER} ")}
        else:
            invite.start = invite.start.replace("+49301", f"+49{NUMBER}")
        invite.headers = [(k, v.replace(*numbers[k], 1) if k in numbers else v) for k, v in invite.headers]
        return invite

    def in_a_call(self, invite, offer):
        self.sock.settimeout(10)
        self.sock.sendall(invite.encode())
        framer = sipkit.Framer()
        while True:
            for answer in framer.feed(self.sock.recv(65536)):
                if answer.status != 200:
                    continue
                self.sock.sendall(sipkit.within(invite, answer, "ACK", 1).encode())
                again = sipkit.within(invite, answer, "INVITE" if self.kind == "reinvite" else "INFO", 1)
                if self.kind == "reinvite":
                    again.headers += [(k, v) for k, v in invite.headers if k in ("Contact", "Content-Type")]
                    again.body = offer
                return again

    def batch(self, count):
        wire = b""
        for _ in range(count):
            self.number += 1
            wire += self.text.replace(NUMBER.encode(), b"%d" % self.number)
        self.sock.send(wire)


class Flood:
    def __init__(self, address, name, pki, connections, kind):
        self.selector = selectors.DefaultSelector()
        self.ends, self.closed, self.turn = [], 0, 0
        self.answers, self.last, self.sent, self.began = collections.Counter(), 0.0, 0, 0.0
        for _ in range(connections):
            end = End(address, name, pki, kind)
            self.ends.append(end)
            self.selector.register(end.sock, selectors.EVENT_READ, end)

    def place(self, count):
        """What does not fit into a full connection is not sent."""
        end = self.ends[self.turn % len(self.ends)]
        self.turn += 1
        try:
            end.batch(count)
        except (sipkit.ssl.SSLWantWriteError, BlockingIOError):
            return
        except OSError:
            self.drop(end)
            return
        self.sent += count

    def drop(self, end):
        self.closed += 1
        self.selector.unregister(end.sock)
        self.ends.remove(end)
        end.sock.close()

    def hear(self, end):
        try:
            data = end.sock.recv(65536)
        except (sipkit.ssl.SSLWantReadError, BlockingIOError):
            return
        except OSError:
            data = b""
        if not data:
            self.drop(end)
        for status in STATUS.findall(data):
            self.answers[int(status)] += 1
            self.last = time.monotonic() - self.began

    def hear_until(self, when):
        while True:
            ready = self.selector.select(max(0.0, when - time.monotonic()))
            for key, _ in ready:
                self.hear(key.data)
            if not ready or time.monotonic() >= when:
                return

    def run(self, rate, seconds):
        self.began, done = time.monotonic(), 0
        batch = max(1, round(rate * BATCH_S))
        while done < rate * seconds and self.ends:
            self.hear_until(self.began + done / rate)
            if self.ends:
                self.place(batch)
            done += batch
        self.hear_until(time.monotonic() + 0.5)


def main(address, name, pki, rate, seconds, connections, kind="invite"):
    flood = Flood(address, name, pki, int(connections), kind)
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
