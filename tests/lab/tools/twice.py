#!/usr/bin/python3
"""A cloud with a call up that is told what to do next.

    twice.py ADDRESS:PORT NAME PKI CERT

Places a call and prints "up". Then each line that it reads is an order: "call", a second call on the
same connection, whose final status is printed; "bye", the end of the first; "answer", one more call
whose answer is printed as "answered", and has its ACK when told "ack". Prints "BYE" when the other
side ends a call, "INVITE" when it sends one, for which it is busy, and "closed" when it closes the
connection, which is the end."""
import select
import sys

import sipkit

USER = "+4930123"


class Twice:
    def __init__(self, address, name, pki, cert):
        self.sock = sipkit.tls(address, name, pki, cert)
        self.name, self.framer = name, sipkit.Framer()
        self.first, self.second, self.answer = self.invite(), None, None
        self.slow = self.slow_answer = None

    def invite(self):
        local = sipkit.local_of(self.sock)
        here = local.rsplit(":", 1)[0].strip("[]")
        call = sipkit.invite(USER, self.name, local, sipkit.sdp(here, 31000, sipkit.new_key()))
        self.sock.sendall(call.encode())
        return call

    def order(self, what):
        if what == "call":
            self.second = self.invite()
        if what == "answer":
            self.slow = self.invite()
        if what == "ack":
            self.sock.sendall(sipkit.within(self.slow, self.slow_answer, "ACK", 1).encode())
        if what == "bye":
            self.sock.sendall(sipkit.within(self.first, self.answer, "BYE", 2).encode())

    def asked(self, message):
        if message.method == "ACK":
            return
        print(message.method, flush=True)
        status = (486, "Busy Here") if message.method == "INVITE" else (200, "OK")
        self.sock.sendall(sipkit.reply(message, *status, sipkit.token()).encode())

    def take(self, message):
        if not message.status:
            self.asked(message)
            return
        if message.method == "BYE":
            print("ended", message.status, flush=True)
        if message.method != "INVITE" or message.status < 200:
            return
        if self.slow and message.get("call-id") == self.slow.get("call-id"):
            if not self.slow_answer:
                print("answered", flush=True)
            self.slow_answer = message
            return
        if self.second and message.get("call-id") == self.second.get("call-id"):
            print("second", message.status, flush=True)
            self.sock.sendall(sipkit.ack_refusal(self.second, message).encode())
            return
        self.answer = message
        self.sock.sendall(sipkit.within(self.first, message, "ACK", 1).encode())
        print("up", flush=True)

    def hear(self):
        try:
            data = self.sock.recv(65536)
        except OSError:
            data = b""
        for message in self.framer.feed(data):
            self.take(message)
        return bool(data)

    def run(self):
        orders = [sys.stdin]
        while True:
            ready, _, _ = select.select([self.sock, *orders], [], [])
            if self.sock in ready and not self.hear():
                break
            if orders and orders[0] in ready:
                line = sys.stdin.readline()
                self.order(line.strip())
                orders = orders if line else []
        print("closed", flush=True)


if __name__ == "__main__":
    Twice(*sys.argv[1:]).run()
