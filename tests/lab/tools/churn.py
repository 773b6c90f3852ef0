#!/usr/bin/python3
"""Calls that come and go, without media, for as long as it takes.

    churn.py calls ADDRESS:PORT NAME PKI RATE SECONDS HOLD
                  places RATE calls a second for SECONDS, ends each after HOLD seconds; over TLS as
                  the cloud does, or over UDP as the PBX does where PKI is -
    churn.py answers ADDRESS:PORT PKI MEDIA
                  a TLS server that answers every call, as the cloud; SIGTERM ends it

The first answers calls, too, which come on its connection. It prints "up" when there are as many calls as RATE and HOLD make, and at the end how many there
were, how many failed and how many the other side ended. It succeeds when none did either."""
import collections
import selectors
import signal
import socket
import ssl
import sys
import time

import sipkit

USER = "+4930123"


def answer(sock, request, local, media=None):
    """A call, or another request, by the cloud."""
    if request.status or request.method == "ACK":
        return
    tag = request.get("call-id")[:8]
    if request.method != "INVITE":
        sock.sendall(sipkit.reply(request, 200, "OK", tag).encode())
        return
    body = sipkit.sdp(media or local.rsplit(":", 1)[0], 31002, sipkit.new_key())
    sock.sendall(sipkit.reply(request, 200, "OK", tag, f"sip:cloud@{local};transport=tls", body).encode())


class Udp:
    """What a TLS socket does here, over datagrams to one address."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.sock.connect((host, int(port)))
        self.fileno, self.getsockname = self.sock.fileno, self.sock.getsockname
        self.sendall, self.recv = self.sock.send, self.sock.recv

    def pending(self):
        return 0


class Calls:
    def __init__(self, address, name, pki):
        self.transport = "UDP" if pki == "-" else "TLS"
        self.sock = Udp(address) if pki == "-" else sipkit.tls(address, name, pki)
        self.name, self.framer = name, sipkit.Framer()
        self.local = sipkit.local_of(self.sock)
        self.calls, self.due, self.late = {}, collections.deque(), []
        self.counts = collections.Counter()
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.sock, selectors.EVENT_READ)

    def is_up(self, name):
        return name in self.calls and self.calls[name]["state"] == "up"

    def place(self, hold):
        here = self.local.rsplit(":", 1)[0].strip("[]")
        key = sipkit.new_key() if self.transport == "TLS" else None
        call = sipkit.invite(USER, self.name, self.local, sipkit.sdp(here, 31000, key),
                             transport=self.transport)
        self.calls[call.get("call-id")] = {"call": call, "state": "placed", "answer": None}
        self.due.append((time.monotonic() + hold, call.get("call-id")))
        self.counts["placed"] += 1
        self.sock.sendall(call.encode())

    def take(self, message):
        entry = self.calls.get(message.get("call-id"))
        if not message.status:
            if message.method == "BYE" and entry:
                self.counts["dropped"] += 1
                print("dropped", *message.all("reason"), flush=True)
                del self.calls[message.get("call-id")]
            answer(self.sock, message, self.local)
            return
        if entry is None:
            return
        if message.method == "BYE":
            del self.calls[message.get("call-id")]
            self.counts["over" if message.status == 200 else "failed"] += 1
        if message.method == "INVITE" and message.status >= 300:
            self.sock.sendall(sipkit.ack_refusal(entry["call"], message).encode())
            print("refused", message.status, flush=True)
            self.counts["failed"] += 1
            del self.calls[message.get("call-id")]
        elif message.method == "INVITE" and message.status >= 200:
            entry.update(state="up", answer=message)
            self.sock.sendall(sipkit.within(entry["call"], message, "ACK", 1).encode())

    def end_due(self):
        """What was not answered in time is ended when it is, or fails at the end of all."""
        self.due.extend((time.monotonic(), name) for name in self.late if self.is_up(name))
        self.late = [name for name in self.late if name in self.calls and not self.is_up(name)]
        while self.due and self.due[0][0] <= time.monotonic():
            name = self.due.popleft()[1]
            entry = self.calls.get(name)
            if entry is None:
                continue
            if entry["state"] == "placed":
                self.late.append(name)
            else:
                self.sock.sendall(sipkit.within(entry["call"], entry["answer"], "BYE", 2).encode())

    def read(self, wait):
        if not self.selector.select(max(0.0, wait)):
            return
        while True:
            data = self.sock.recv(65536)
            if not data:
                raise SystemExit(f"the connection was closed with {len(self.calls)} calls up")
            for message in self.framer.feed(data):
                self.take(message)
            if not self.sock.pending():
                return

    def run(self, rate, seconds, hold):
        began = next_at = time.monotonic()
        is_told = False
        while time.monotonic() < began + seconds:
            while next_at <= time.monotonic():
                self.place(hold)
                next_at += 1 / rate
            self.end_due()
            up = sum(e["state"] == "up" for e in self.calls.values())
            if not is_told and up >= 0.9 * rate * hold:
                is_told = True
                print("up", up, flush=True)
            self.read(min(next_at, self.due[0][0] if self.due else next_at) - time.monotonic())
        limit = time.monotonic() + hold + 5
        while self.calls and time.monotonic() < limit:
            self.end_due()
            self.read(0.05)
        self.counts["failed"] += len(self.calls)
        print("calls", *(f"{k} {self.counts[k]}" for k in ("placed", "over", "failed", "dropped")), flush=True)
        return 0 if self.counts["over"] == self.counts["placed"] else 1


class Answers:
    def __init__(self, address, pki, media):
        self.address, self.media = address, media
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=f"{pki}/root.pem")
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.context.load_cert_chain(f"{pki}/cloud.pem", f"{pki}/cloud.key")
        host, port = address.rsplit(":", 1)
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server((host, int(port)))
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.connections = 0

    def accept(self):
        raw, _ = self.listener.accept()
        raw.settimeout(5)
        try:
            sock = self.context.wrap_socket(raw, server_side=True)
        except OSError:
            return
        self.connections += 1
        self.selector.register(sock, selectors.EVENT_READ, sipkit.Framer())

    def hear(self, sock, framer):
        try:
            data = sock.recv(65536)
            while data and sock.pending():
                data += sock.recv(65536)
        except OSError:
            data = b""
        if not data:
            self.selector.unregister(sock)
            sock.close()
            return
        for request in framer.feed(data):
            answer(sock, request, self.address, self.media)

    def run(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("connections", self.connections, flush=True)))
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    self.accept()
                else:
                    self.hear(key.fileobj, key.data)


if __name__ == "__main__":
    if sys.argv[1] == "answers":
        Answers(*sys.argv[2:5]).run()
    sys.exit(Calls(*sys.argv[2:5]).run(*map(float, sys.argv[5:8])))
