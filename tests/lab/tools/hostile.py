#!/usr/bin/python3
"""Sends every message of a folder over mutual TLS: hostile.py ADDRESS:PORT NAME PKI FOLDER

Each goes out whole, dripped (in pieces of 1/400 of it, at least one byte) and split in two, once
for each place to cut:
    every byte of a message of up to 2000 bytes
    of a longer one every byte of its first and last 256, and up to 32 line ends
    where the trunk hangs up on the message, so that each copy costs a handshake: every byte of
    the last 32 of its head and of the whole, and up to 32 line ends; with ZT_HOSTILE_EVERY set,
    as for the others

Each piece is a TLS record of its own. zerotrunkd reads one record at a time, so that its SIP parser
gets the pieces one by one, whatever TCP makes of them. Behind the messages goes an OPTIONS: once it
is answered, all that they brought has come. Each copy has a branch, a tag and a Call-ID of its own,
as long as the original's, so that none is taken for a retransmission. What comes back for the whole
message must fit the folder's verdict, and each copy must bring the same. Prints a line for each
file."""
import concurrent.futures
import itertools
import json
import os
import re
import socket
import string
import sys

import sipkit

SHORT, EDGE, LINES, TAIL = 2000, 256, 32, 32
EVERY = "ZT_HOSTILE_EVERY" in os.environ
WORKERS, CHUNK, BATCH = 8, 512, 16
COPIES = itertools.count()
NAMES = rb"(branch=z9hG4bK\W*|;tag=|\n(?:Call-ID|[Ii])\s*:\s*)(\w+)"
FENCE = "z9hG4bKfence"
# It asks for a session timer, which the trunk does not have, and for media at 127.0.0.1.
OWN = {"se-too-small.sip": "488"}
ALNUM = string.ascii_letters + string.digits


def line_ends(data, most):
    ends = [m.end() for m in re.finditer(rb"\n", data)]
    return ends[::(len(ends) - 1) // most + 1]


def cuts(data, is_closing):
    size, head = len(data), data.find(b"\r\n\r\n") + 4
    if is_closing and not EVERY:
        places = [*line_ends(data, LINES), *range(head - TAIL, head), *range(size - TAIL, size)]
    elif size <= SHORT:
        places = range(size)
    else:
        places = [*range(EDGE), *line_ends(data, LINES), *range(size - EDGE, size)]
    return sorted({cut for cut in places if 0 < cut < size})


def plans_of(data, is_closing):
    """The places at which the records of each copy begin and end."""
    dripped = [*range(0, len(data), max(1, len(data) // 400)), len(data)]
    return [dripped] + [[0, cut, len(data)] for cut in cuts(data, is_closing)]


def made_unique(data):
    """Another branch, tag and Call-ID, where they are; the length stays."""
    number, name = next(COPIES), ""
    for _ in range(4):
        number, digit = divmod(number, len(ALNUM))
        name += ALNUM[digit]

    def renamed(match):
        return match[1] + name.encode()[:len(match[2])] + match[2][len(name):]
    return re.sub(NAMES, renamed, data)


def ack_of(refusal):
    keep = [(k, v) for k, v in refusal.headers if k.lower() in ("from", "to", "call-id")]
    number = refusal.get("cseq").split()[0]
    return sipkit.Message("ACK sip:nobody@example.com SIP/2.0",
                          [("Via", refusal.all("via")[0]), *keep, ("Max-Forwards", "70"), ("CSeq", f"{number} ACK")])


class Line:
    """A connection that is made anew when the trunk closed it."""

    def __init__(self, target):
        self.target, self.sock = target, None

    def open(self):
        if self.sock is None:
            self.sock = sipkit.tls(*self.target)
            self.sock.settimeout(10)
            self.local, self.framer = sipkit.local_of(self.sock), sipkit.Framer()

    def say(self, data):
        """That the trunk has hung up is seen by who reads."""
        try:
            self.sock.sendall(data)
        except OSError:
            pass

    def close(self):
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def fence(self):
        probe = sipkit.options(self.target[1], self.local)
        probe.headers[0] = ("Via", f"{probe.get('via').split(';')[0]};branch={FENCE}{sipkit.token()};rport")
        return probe.encode()

    def answers(self):
        """Status lines until the fence's own, and how it ended."""
        said = []
        while True:
            try:
                data = self.sock.recv(65536)
            except socket.timeout:
                return said + ["waits"]
            except OSError:
                data = b""
            if not data:
                return said + ["closed"]
            for message in self.framer.feed(data):
                if FENCE in message.get("via"):
                    return said
                said.append(message.start.removeprefix("SIP/2.0 "))
                if message.get("cseq").endswith("INVITE") and message.status >= 300:
                    self.say(ack_of(message).encode())

    def send(self, copies, is_fenced):
        """Each copy is its bytes and the places at which its records begin and end."""
        self.open()
        for data, places in copies:
            for start, end in zip(places, places[1:]):
                self.say(data[start:end])
        if is_fenced:
            self.say(self.fence())
        said = self.answers()
        if said and said[-1] in ("closed", "waits"):
            self.close()
        return said


def verdicts(folder):
    for name, key in (("index.json", "expect"), ("verdicts.json", "verdict")):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                return {entry["file"]: entry[key] for entry in json.load(file)}
    return {}


def fits(expected, said):
    """A message that may be accepted may end in any way; one that must be refused may not."""
    final = [word for word in said if word[:1] != "1"]
    codes = set(re.findall(r"\b[3-6]\d\d\b", expected))
    if re.search("two messages|separate messages", expected):
        return len([word for word in final if word != "closed"]) == 2
    if re.search("accept|pars|handled|normal|answer|removed|forwarded|log|timeout", expected):
        return True
    if "drop" in expected:
        return all(word == "closed" or word[0] in "45" for word in final)
    if expected.startswith("connection closed within"):
        return final[-1:] == ["closed"]
    return final != [] and all(word == "closed" or word[0] in "456" and (not codes or word[:3] in codes)
                               for word in final)


def attack(target, data, plans, size, wanted=None):
    """Sends size copies at a time; what was said where it was not so often what was wanted."""
    line, said = Line(target), []
    for first in range(0, len(plans), size):
        copies = [(made_unique(data), places) for places in plans[first:first + size]]
        said.append(line.send(copies, wanted is None or "closed" not in wanted))
        if said[-1] == (wanted or []) * len(copies):
            said.pop()
    line.close()
    return said


class Job:
    """One file: the whole message says what each of its copies must bring."""

    def __init__(self, pool, target, path):
        self.pool, self.target = pool, target
        with open(path, "rb") as source:
            self.data = source.read()
        self.whole = pool.submit(attack, target, self.data, [[0, len(self.data)]], 1)

    def go_on(self):
        self.wanted = (self.whole.result() or [[]])[0]
        is_closing = "closed" in self.wanted
        plans = plans_of(self.data, is_closing)
        self.count = len(plans) + 1
        self.parts = [self.pool.submit(attack, self.target, self.data, plans[i:i + CHUNK],
                                       1 if is_closing else BATCH, self.wanted)
                      for i in range(0, len(plans), CHUNK)]

    def otherwise(self):
        return sum((part.result() for part in self.parts), [])


def main(address, name, pki, folder):
    judged, status = verdicts(folder), 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        jobs = {file: Job(pool, (address, name, pki), os.path.join(folder, file))
                for file in sorted(os.listdir(folder)) if file.endswith((".sip", ".dat"))}
        for job in jobs.values():
            job.go_on()
        for file, job in jobs.items():
            print(f"{file}, {job.count} copies: {', '.join(job.wanted) or 'silence'}", flush=True)
            if not fits(OWN.get(file, judged.get(file, "")), job.wanted):
                print(f"    WRONG, wanted: {judged.get(file)}")
                status = 1
            for said in job.otherwise():
                print(f"    WRONG, also: {', '.join(said)}")
                status = 1
    print(f"{sum(job.count for job in jobs.values())} copies of {len(jobs)} messages")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
