#!/usr/bin/python3
"""A scripted cloud with one call whose media is wrong in one way.

    wrong.py ADDRESS:PORT NAME PKI USER HOW

HOW: good; at once: plain, wrong-key, own-key, other-line, tag-32, suite, mki, codec, silent,
inside-address; after four good seconds: old-key (a re-INVITE brings a new key and the old one stays
in use), rollover (more numbers are lost than a receiver can tell), stopped, deaf (RTCP that reports
all as lost).

Prints "up TIME" and "wrong TIME" in seconds since 1970, from when what it sends can no longer be
heard, ends the call six seconds later and prints "received N", the packets of the other side."""
import struct
import sys
import time

from pylibsrtp import Policy, Session

import load
import sipkit

GOOD_S, WRONG_S = 4, 6
OVERLAP_S = 2  # the relay still takes the key of the offer before
INSIDE = "192.168.77.7"
LATER = ("old-key", "rollover", "stopped", "deaf")


def sealing(key, profile=None):
    policy = Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND,
                    **({"srtp_profile": profile} if profile is not None else {}))
    return Session(policy)


class Wrong(load.Cloud):
    def __init__(self, address, name, pki, how):
        super().__init__(address, name, pki)
        self.selector.register(self.sock, load.selectors.EVENT_READ, None)
        self.how, self.number, self.pace = how, 1, load.Pace()
        self.key, self.other = sipkit.new_key(), sipkit.new_key()
        self.session = sealing(self.key)
        self.stream, self.is_silent, self.ssrc = None, False, None

    def offer(self, port, key):
        extra = []
        if self.how == "other-line":
            extra.append(f"a=crypto:2 AEAD_AES_128_GCM inline:{sipkit.inline(self.other[:28])}")
        place = INSIDE if self.how == "inside-address" else self.host
        return sipkit.sdp(place, port, key, formats="0 101", extra=extra)

    def place_one(self, user):
        self.stream = load.Stream(self.host, self.selector, self.session.protect)
        self.stream.sent = 30000 if self.how == "rollover" else 0
        call = sipkit.invite(user, self.name, self.local, self.offer(self.stream.port, self.key))
        entry = {"call": call, "stream": self.stream, "state": "placed"}
        self.calls[call.get("call-id")] = entry
        self.sock.sendall(call.encode())
        self.until(15, lambda: entry["state"] != "placed")
        if entry["state"] != "up":
            raise SystemExit(f"the call is {entry['state']}")
        self.entry, self.trunk_key = entry, sipkit.key_of(entry["answer"].body)
        opened = self.stream.unseal

        def unseal(packet):
            self.ssrc = packet[8:12]
            return opened(packet)
        self.stream.unseal = unseal

    def run(self, seconds):
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            self.pump(min(0.02, self.pace.wait()))
            self.pace.run([] if self.is_silent else [self.stream])

    def seal_with(self, session):
        self.session = session
        self.stream.seal = session.protect

    def as_codec(self, packet):
        return self.session.protect(packet[:1] + b"\x08" + packet[2:])

    def spoil(self):
        """What is wrong from now on; gives how long it may still be heard."""
        how = self.how
        if how == "plain":
            self.stream.seal = None
        elif how == "wrong-key":
            self.seal_with(sealing(self.other))
        elif how == "own-key":
            self.seal_with(sealing(self.trunk_key))
        elif how == "other-line":
            self.seal_with(sealing(self.other[:28], Policy.SRTP_PROFILE_AEAD_AES_128_GCM))
        elif how == "tag-32":
            self.seal_with(sealing(self.key, Policy.SRTP_PROFILE_AES128_CM_SHA1_32))
        elif how == "suite":
            self.seal_with(sealing(self.key[:28], Policy.SRTP_PROFILE_AEAD_AES_128_GCM))
        elif how == "mki":
            self.stream.seal = self.with_mki
        elif how == "codec":
            self.stream.seal = self.as_codec
        elif how in ("silent", "inside-address", "stopped"):
            self.is_silent = True
        elif how == "rollover":
            self.lose(40000)
        elif how == "old-key":
            self.rekey()
            return OVERLAP_S
        return 0

    def with_mki(self, packet):
        sealed = self.session.protect(packet)
        return sealed[:-10] + b"\x01" + sealed[-10:]

    def lose(self, count):
        """Seals so many packets that never leave."""
        while count > 0:
            packet = struct.pack(">BBHII", 0x80, 0, self.stream.sent & 0xFFFF, 0, self.stream.ssrc)
            self.session.protect(packet + load.SOUND)
            self.stream.sent, count = self.stream.sent + 1, count - 1

    def rekey(self):
        """A new key in a new offer, answered and acknowledged, and never used."""
        self.again(self.offer(self.stream.port, sipkit.new_key()))

    def again(self, body):
        """A new offer within the call; media goes on meanwhile."""
        self.number += 1
        again = sipkit.within(self.entry["call"], self.entry["answer"], "INVITE", self.number)
        again.headers += [("Contact", self.entry["call"].get("contact")),
                          ("Content-Type", "application/sdp")]
        again.body = body.replace(b"o=- 1 1", b"o=- 1 %d" % self.number)
        self.entry["state"] = "again"
        self.sock.sendall(again.encode())
        limit = time.monotonic() + 10
        while self.entry["state"] == "again" and time.monotonic() < limit:
            self.run(0.02)
        if self.entry["state"] != "up":
            raise SystemExit("the new offer was refused")

    def take(self, message):
        again = self.calls and self.entry_of(message)["state"] == "again"
        if not again or message.method != "INVITE" or message.status < 200:
            super().take(message)
            return
        self.sock.sendall(sipkit.within(self.entry["call"], message, "ACK", self.number).encode())
        self.entry["state"] = "up" if message.status < 300 else "refused"

    def entry_of(self, message):
        return self.calls.get(message.get("call-id"), {"state": None})

    def report(self):
        """A receiver report: of what the trunk sends nothing arrives."""
        if self.ssrc is None:
            return
        block = self.ssrc + struct.pack(">IIIII", 0xFF000000, 1, 0, 0, 0)
        packet = struct.pack(">BBHI", 0x81, 201, 7, self.stream.ssrc) + block
        packet += struct.pack(">BBHI", 0x81, 202, 1, self.stream.ssrc) + bytes(4)
        address, port = self.stream.peer
        self.stream.socket.sendto(self.session.protect_rtcp(packet[:40]), (address, port + 1))

    def end(self):
        self.number += 1
        self.sock.sendall(sipkit.within(self.entry["call"], self.entry["answer"], "BYE",
                                        self.number).encode())
        self.entry["state"] = "ending"
        self.until(10, lambda: self.entry["state"] == "over")


def main(address, name, pki, user, how):
    end = Wrong(address, name, pki, how)
    end.place_one(user)
    print("up", time.time(), flush=True)
    end.run(GOOD_S if how in LATER + ("good",) else 0)
    heard_for = end.spoil()
    end.run(heard_for)
    print("wrong", time.time(), flush=True)
    if how == "deaf":
        end.report()
    end.run(WRONG_S)
    end.end()
    print("received", len(end.stream.seen), flush=True)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 6:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
