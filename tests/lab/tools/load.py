#!/usr/bin/python3
"""Many calls with media through the trunk.

    load.py pbx ADDRESS PORT                   answers every call over UDP, and each packet of RTP by
                                               one of its own; on SIGTERM prints its count
    load.py cloud ADDRESS:PORT NAME PKI CALLS SECONDS [CERT]
                                               places CALLS at once over one TLS connection, SRTP
                                               both ways for SECONDS, hangs up, prints its count
                                               and the status of each call that was refused
    load.py series ADDRESS:PORT NAME PKI CALLS RATE
                                               one call after the other, without media, RATE a
                                               second at most

Each end numbers its packets and counts what it received intact. The PBX falls silent when the
cloud does, so that nothing is under way when a call ends and every packet missing is a loss.
libsrtp of the system is the judge on the cloud's side."""
import collections
import selectors
import signal
import socket
import struct
import sys
import time

import sipkit

PACE = 0.02
SOUND = bytes(160)


class Stream:
    """One end of the media of a call: a socket, an outgoing stream, a count of the incoming."""

    def __init__(self, address, selector, seal=None, is_echo=False):
        self.socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET,
                                    socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.selector, self.seal, self.unseal, self.is_echo = selector, seal, None, is_echo
        self.peer, self.sent, self.bad, self.seen = None, 0, 0, set()
        self.ssrc = int.from_bytes(sipkit.new_key()[:4], "big")
        selector.register(self.socket, selectors.EVENT_READ, self)

    def send(self):
        packet = struct.pack(">BBHII", 0x80, 0, self.sent & 0xFFFF, self.sent * 160, self.ssrc) + SOUND
        self.socket.sendto(self.seal(packet) if self.seal else packet, self.peer)
        self.sent += 1

    def receive(self):
        while True:
            try:
                packet = self.socket.recv(2048)
            except BlockingIOError:
                return
            except OSError:
                continue
            if len(packet) < 12 or 192 <= packet[1] <= 223:
                continue
            try:
                # Number, timestamp and SSRC: numbers alone come again after a rollover.
                self.seen.add((self.unseal(packet) if self.unseal else packet)[2:12])
            except Exception:  # pylibsrtp's own kind, where the packet does not authenticate
                self.bad += 1
                continue
            if self.is_echo:
                self.send()

    def close(self):
        self.receive()
        self.selector.unregister(self.socket)
        self.socket.close()


class Pace:
    """Sends for every live stream each 20 ms; late ticks are caught up, none is skipped."""

    def __init__(self):
        self.next = time.monotonic()

    def wait(self):
        return max(0.0, self.next - time.monotonic())

    def run(self, streams):
        if time.monotonic() < self.next:
            return
        self.next += PACE
        for stream in streams:
            stream.send()


def total(streams):
    counts = collections.Counter()
    for s in streams:
        counts.update(sent=s.sent, received=len(s.seen), bad=s.bad)
    return counts


class Pbx:
    def __init__(self, address, port):
        self.selector = selectors.DefaultSelector()
        self.address, self.done = address, []
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.sip.bind((address, port))
        self.sip.setblocking(False)
        self.contact = f"sip:pbx@{address}:{port}"
        self.calls, self.answers, self.is_over = {}, {}, False
        self.selector.register(self.sip, selectors.EVENT_READ, None)

    def answer(self, request, source):
        name = request.get("call-id")
        if name in self.calls:
            self.sip.sendto(self.answers[name], source)
            return
        stream = Stream(self.address, self.selector, is_echo=True)
        stream.peer = sipkit.place_of(request.body)
        self.calls[name] = stream
        body = sipkit.sdp(self.address, stream.port)
        self.sip.sendto(sipkit.reply(request, 180, "Ringing", name[:8], self.contact).encode(), source)
        self.answers[name] = sipkit.reply(request, 200, "OK", name[:8], self.contact, body).encode()
        self.sip.sendto(self.answers[name], source)

    def take(self, data, source):
        head, _, body = data.partition(b"\r\n\r\n")
        if not head.strip():
            return
        request = sipkit.Message.parse(head, body)
        name = request.get("call-id")
        if request.status:
            return
        if request.method == "INVITE":
            self.answer(request, source)
        elif request.method != "ACK":
            self.sip.sendto(sipkit.reply(request, 200, "OK", name[:8]).encode(), source)
            if request.method == "BYE" and name in self.calls:
                self.end(name)

    def end(self, name):
        self.answers.pop(name, None)
        stream = self.calls.pop(name)
        stream.close()
        self.done.append(total([stream]))

    def run(self):
        print("ready", flush=True)
        while self.calls or not self.is_over:
            for key, _ in self.selector.select(0.5):
                if key.data:
                    key.data.receive()
                    continue
                try:
                    self.take(*self.sip.recvfrom(65536))
                except BlockingIOError:
                    pass
        print("calls", len(self.done), *(f"{k} {sum(c[k] for c in self.done)}"
                                         for k in ("sent", "received", "bad")), flush=True)


def pbx(address, port):
    end = Pbx(address, int(port))

    def stop(*_):
        end.is_over = True
    signal.signal(signal.SIGTERM, stop)
    end.run()
    return 0


class Cloud:
    def __init__(self, address, name, pki, cert="cloud"):
        self.sock = sipkit.tls(address, name, pki, cert)
        self.name, self.framer = name, sipkit.Framer()
        self.host, self.local = self.sock.getsockname()[0], sipkit.local_of(self.sock)
        self.selector = selectors.DefaultSelector()
        self.calls = {}

    def place(self, number, user=None):
        # Only the load needs it: the scripted offers run where pylibsrtp is not installed.
        from pylibsrtp import Policy, Session
        key = sipkit.new_key()
        stream = Stream(self.host, self.selector,
                        Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND)).protect)
        call = sipkit.invite(user or f"+49{number:08}", self.name, self.local,
                             sipkit.sdp(self.host, stream.port, key))
        self.calls[call.get("call-id")] = {"call": call, "stream": stream, "state": "placed"}
        self.sock.sendall(call.encode())

    def take(self, message):
        from pylibsrtp import Policy, Session
        entry = self.calls.get(message.get("call-id"))
        if entry is None or not message.status:
            return
        if message.method == "BYE":
            entry["state"] = "over"
        if message.method != "INVITE" or message.status < 200:
            return
        if message.status >= 300:
            entry["state"] = f"refused {message.status}"
            self.sock.sendall(sipkit.ack_refusal(entry["call"], message).encode())
            return
        self.sock.sendall(sipkit.within(entry["call"], message, "ACK", 1).encode())
        if entry["state"] != "placed":
            return
        key = sipkit.key_of(message.body)
        stream = entry["stream"]
        stream.unseal = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND)).unprotect
        stream.peer = sipkit.place_of(message.body)
        entry.update(state="up", answer=message)

    def hang_up(self, entry):
        self.sock.sendall(sipkit.within(entry["call"], entry["answer"], "BYE", 2).encode())
        entry["state"] = "ending"

    def read(self):
        data = self.sock.recv(1 << 16)
        if not data:
            raise SystemExit("the trunk closed the connection")
        for message in self.framer.feed(data):
            self.take(message)

    def pump(self, wait):
        for key, _ in self.selector.select(wait):
            if key.data:
                key.data.receive()
            else:
                self.read()
                while self.sock.pending():
                    self.read()

    def count(self, state):
        return sum(e["state"] == state for e in self.calls.values())

    def until(self, seconds, is_done, pace=None):
        limit = time.monotonic() + seconds
        while not is_done() and time.monotonic() < limit:
            self.pump(min(0.05, pace.wait() if pace else 0.05, max(0.0, limit - time.monotonic())))
            if pace:
                pace.run([e["stream"] for e in self.calls.values() if e["state"] == "up"])
        return is_done()


def cloud(address, name, pki, calls, seconds, cert="cloud"):
    end, calls = Cloud(address, name, pki, cert), int(calls)
    end.selector.register(end.sock, selectors.EVENT_READ, None)
    pace, stop = Pace(), []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    for number in range(calls):
        end.place(number)
        end.until(0.02, lambda: False, pace)  # no burst of signalling: 50 calls a second
    end.until(15, lambda: end.count("placed") == 0, pace)
    up = end.count("up")
    print("up", up, flush=True)
    for entry in end.calls.values():
        if entry["state"].startswith("refused"):
            print(entry["state"], flush=True)
    end.until(float(seconds), lambda: stop, pace)
    # What is under way arrives before the calls end, or the count would blame the relay.
    end.until(0.5, lambda: False)
    for entry in list(end.calls.values()):
        if entry["state"] == "up":
            end.hang_up(entry)
    end.until(15, lambda: end.count("ending") == 0)
    counts = total(e["stream"] for e in end.calls.values())
    print("calls", up, *(f"{k} {counts[k]}" for k in ("sent", "received", "bad")),
          "ended", end.count("over"), flush=True)
    return 0 if up == calls == end.count("over") else 1


def series(address, name, pki, calls, rate):
    end = Cloud(address, name, pki)
    end.selector.register(end.sock, selectors.EVENT_READ, None)
    failed, began = 0, time.monotonic()
    for number in range(int(calls)):
        due = began + number / float(rate)
        end.until(due - time.monotonic(), lambda: False)
        end.place(number)
        entry = next(iter(end.calls.values()))
        end.until(10, lambda: entry["state"] != "placed")
        if entry["state"] == "up":
            end.hang_up(entry)
            end.until(10, lambda: entry["state"] == "over")
        failed += entry["state"] != "over"
        entry["stream"].close()
        end.calls.clear()
    print("calls", int(calls) - failed, "failed", failed,
          f"in {time.monotonic() - began:.0f} s", flush=True)
    return 0 if failed == 0 else 1


ROLES = {"pbx": pbx, "cloud": cloud, "series": series}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
