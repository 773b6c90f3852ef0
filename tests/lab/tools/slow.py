#!/usr/bin/python3
"""Peers that take their time, at a TLS listener.

slow.py crowd ADDRESS:PORT SOURCE COUNT SECONDS
    COUNT connections that say nothing, at once; each that ends is made anew a second later, until
    SECONDS have passed. Waits for the rest to end.
slow.py sorts ADDRESS:PORT SOURCE NAME PKI
    One of each sort of slow peer, before the proof and after it; how long each was borne.
slow.py hellos ADDRESS:PORT SOURCE NAME SECONDS
    Whole ClientHellos, 200 a second, each left alone once the server has answered it.
slow.py visit ADDRESS:PORT NAME PKI COUNT
    A good peer: connects, proves itself, has an OPTIONS answered; so many times, one by one.

Prints facts, one a line: name and value."""
import collections
import heapq
import resource
import selectors
import socket
import ssl
import sys
import threading
import time

import sipkit

PATIENCE = 20


def target_of(text):
    host, port = text.rsplit(":", 1)
    return host.strip("[]"), int(port)


def dial(target, source):
    sock = socket.socket()
    sock.bind((source, 0))
    sock.setblocking(False)
    sock.connect_ex(target)
    return sock


def client_hello(name):
    context = ssl.create_default_context()
    wire = ssl.MemoryBIO()
    tls = context.wrap_bio(ssl.MemoryBIO(), wire, server_hostname=name)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return wire.read()


class Crowd:
    """Connections on one selector: what came on each, and how long it lived."""

    def __init__(self, target, source):
        self.target, self.source = target, source
        self.selector = selectors.DefaultSelector()
        self.born, self.came = {}, collections.Counter()
        self.lives, self.replies = [], 0

    def add(self, first=b""):
        sock = dial(self.target, self.source)
        self.born[sock] = time.monotonic()
        self.selector.register(sock, selectors.EVENT_WRITE if first else selectors.EVENT_READ, first)

    def drop(self, sock):
        self.lives.append(time.monotonic() - self.born.pop(sock))
        self.selector.unregister(sock)
        sock.close()

    def turn(self, seconds):
        """The sockets on which something came; those that ended are gone."""
        for key, events in self.selector.select(max(0, seconds)):
            sock = key.fileobj
            if events & selectors.EVENT_WRITE:
                self.speak(sock, key.data)
                continue
            try:
                data = sock.recv(65536)
            except OSError:
                data = b""
            self.came["bytes"] += len(data)
            if data:
                yield sock
            else:
                self.drop(sock)

    def speak(self, sock, data):
        try:
            sock.send(data)
            self.selector.modify(sock, selectors.EVENT_READ)
        except OSError:
            self.drop(sock)


def crowd(address, source, count, seconds):
    c = Crowd(target_of(address), source)
    begin, again, done = time.monotonic(), [], 0
    for _ in range(int(count)):
        c.add()
    print("ready", flush=True)
    while c.born or (again and time.monotonic() - begin < float(seconds)):
        for _ in c.turn(0.05):
            pass
        now = time.monotonic()
        for _ in c.lives[done:]:
            heapq.heappush(again, now + 1)
        done = len(c.lives)
        while again and again[0] <= now and now - begin < float(seconds):
            heapq.heappop(again)
            c.add()
        if now - begin > float(seconds) + PATIENCE:
            break
    stood = [life for life in c.lives if life > 2]
    print("made", len(c.lives) + len(c.born))
    print("left_over", len(c.born))
    print("bytes", c.came["bytes"])
    print("stood", len(stood))
    print("longest_ms", round(1000 * max(c.lives)))


def hellos(address, source, name, seconds):
    c, hello = Crowd(target_of(address), source), client_hello(name)
    begin, made, answered = time.monotonic(), 0, 0
    print("ready", flush=True)
    while (now := time.monotonic()) - begin < float(seconds):
        while made < 200 * (now - begin) and len(c.born) < 16:
            c.add(hello)
            made += 1
        for sock in list(c.turn(0.005)):
            answered += 1
            c.drop(sock)
    print("made", made)
    print("answered", answered)


def head(length):
    return (f"OPTIONS sip:sbc.example.test SIP/2.0\r\nVia: SIP/2.0/TLS 198.51.100.22;branch=z9hG4bK{sipkit.token()}\r\n"
            f"From: <sip:a@cloud.example.test>;tag=1\r\nTo: <sip:b@sbc.example.test>\r\nCall-ID: {sipkit.token()}\r\n"
            f"CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: {length}\r\n\r\n").encode()


class Sort:
    """A connection that says `first` at once and `drip` byte by byte, one a second."""

    def __init__(self, dialled, first=b"", drip=b"", ends=True):
        self.first, self.drip, self.ends = first, drip, ends
        self.sock, self.sent, self.came, self.life = dialled, 0, 0, None

    def say(self, data):
        self.sock.sendall(data)
        self.sent += len(data)

    def hear(self):
        """One second; raises when it is over."""
        self.sock.settimeout(1)
        try:
            data = self.sock.recv(65536)
        except socket.timeout:
            return
        if not data:
            raise ConnectionError
        self.came += len(data)

    def live(self):
        begin = time.monotonic()
        try:
            if self.first:
                self.say(self.first)
            for i in range(PATIENCE if self.ends else 9):
                if self.drip:
                    self.say(self.drip[i % len(self.drip):][:1])
                heard = time.monotonic()
                self.hear()
                time.sleep(max(0, heard + 1 - time.monotonic()) if self.drip else 0)
        except (OSError, ConnectionError):
            self.life = time.monotonic() - begin


class Deaf(Sort):
    """Asks and asks, and reads no answer."""

    def live(self):
        begin = time.monotonic()
        self.sock.settimeout(PATIENCE)
        try:
            while time.monotonic() - begin < PATIENCE:
                self.say(head(0) * 8)
        except OSError:
            self.life = time.monotonic() - begin


def sorts(address, source, name, pki):
    hello = client_hello(name)

    def raw():
        return socket.create_connection(target_of(address), 10, (source, 0))

    def proved(small=False):
        return sipkit.tls(address, name, pki, source=source)

    keeps = raw()
    keeps.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    keeps.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
    keeps.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    named = {
        "drip_hello": Sort(raw(), drip=hello),
        "half_hello": Sort(raw(), first=hello[:-1]),
        "hello_then_silence": Sort(raw(), first=hello),
        "tcp_keepalive": Sort(keeps),
        "drip_header": Sort(proved(), drip=head(0)),
        "endless_body": Sort(proved(), first=head(60000), drip=b"v"),
        "reads_nothing": Deaf(proved()),
        "idle_ready": Sort(proved(), ends=False),
        "pings_ready": Sort(proved(), drip=b"\r\n\r\n", ends=False),
    }
    threads = [threading.Thread(target=sort.live) for sort in named.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for what, sort in named.items():
        print(f"{what}_ms", round(1000 * sort.life) if sort.life is not None else -1)
        print(f"{what}_bytes", sort.came)
        print(f"{what}_sent", sort.sent)


def visit(address, name, pki, count):
    for _ in range(int(count)):
        begin, answer = time.monotonic(), b""
        try:
            with sipkit.tls(address, name, pki) as sock:
                sock.sendall(sipkit.options(name, sipkit.local_of(sock)).encode())
                answer = sock.recv(65536)
        except OSError:
            pass
        print("status", answer.split()[1].decode() if answer else 0)
        print("took_ms", round(1000 * (time.monotonic() - begin)), flush=True)


def main():
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    {"crowd": crowd, "sorts": sorts, "hellos": hellos, "visit": visit}[sys.argv[1]](*sys.argv[2:])


main()
