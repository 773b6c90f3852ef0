#!/usr/bin/python3
"""Calls that end in every way, and what their holes did.

    ends.py pbx ADDRESS PORT             a PBX that does what the called user says (WAYS); until SIGTERM
    ends.py cloud ADDRESS:PORT NAME PKI WAY   one call that ends so; "ended" when it did
    ends.py judge LOG                    of the trunk's JSON log: "calls N", "holes N" opened and "left"
                                         not closed, "late_ms" from the end of a call to its holes' at
                                         most, "rest_ms" from a hole's end to the next on its port at
                                         least

WAY is a call that: bye, bye-pbx are answered and ended; media falls silent; cancel, busy, timeout, lost
have early media and end unanswered; offer is refused for its codec; answer for the PBX's answer."""
import datetime
import signal
import socket
import sys
import time

import events
import sipkit

WAYS = ("bye", "bye-pbx", "media", "cancel", "busy", "timeout", "lost", "offer", "answer")
EARLY = ("cancel", "busy", "timeout", "lost")
USER = "+49301"


class Pbx:
    """Its media ports stay closed: all media that there is comes from elsewhere."""

    def __init__(self, address, port):
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.bind((address, port))
        self.address, self.contact = address, f"sip:pbx@{address}:{port}"

    def say(self, request, status, reason, formats=None):
        body = sipkit.sdp(self.address, 6000, formats=formats) if formats else b""
        tag = request.get("call-id")[:8]
        self.sip.sendto(sipkit.reply(request, status, reason, tag, self.contact, body).encode(), self.trunk)

    def bye(self, invite):
        """Ours to send, so From and To change places."""
        target = invite.get("contact").split("<")[-1].split(">")[0]
        fields = [("Via", f"SIP/2.0/UDP {self.address}:5060;branch=z9hG4bK{sipkit.token()}"), ("Max-Forwards", "70"),
                  ("From", invite.get("to") + ";tag=" + invite.get("call-id")[:8]), ("To", invite.get("from")),
                  ("Call-ID", invite.get("call-id")), ("CSeq", "1 BYE")]
        self.sip.sendto(sipkit.Message(f"BYE {target} SIP/2.0", fields).encode(), self.trunk)

    def invited(self, request):
        way = WAYS[int(request.start.split("@")[0].removeprefix(f"INVITE sip:{USER}"))]
        if way in EARLY:
            self.say(request, 183, "Session Progress", "0")
        if way == "busy":
            time.sleep(0.2)
            self.say(request, 486, "Busy Here")
        if way in ("bye", "bye-pbx", "media"):
            self.say(request, 200, "OK", "0")
        if way == "answer":
            self.say(request, 200, "OK", "18")
        self.way, self.invite = way, request

    def take(self, data):
        head, _, body = data.partition(b"\r\n\r\n")
        request = sipkit.Message.parse(head, body)
        if request.status or not head.strip():
            return
        if request.method == "INVITE":
            self.invited(request)
        if request.method in ("BYE", "CANCEL"):
            self.say(request, 200, "OK")
        if request.method == "CANCEL":
            self.say(self.invite, 487, "Request Terminated")
        if request.method == "ACK" and self.way == "bye-pbx":
            time.sleep(0.2)
            self.bye(self.invite)

    def run(self):
        print("ready", flush=True)
        while True:
            data, self.trunk = self.sip.recvfrom(65536)
            self.take(data)


def pbx(address, port):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Pbx(address, int(port)).run()


class Cloud:
    def __init__(self, address, name, pki, way):
        self.sock, self.name, self.way = sipkit.tls(address, name, pki), name, way
        self.sock.settimeout(20)
        self.framer = sipkit.Framer()

    def send(self, message):
        self.sock.sendall(message.encode())

    def heard(self):
        while True:
            data = self.sock.recv(65536)
            if not data:
                return
            yield from self.framer.feed(data)

    def call(self):
        local = sipkit.local_of(self.sock)
        formats = "18" if self.way == "offer" else "0"
        body = sipkit.sdp(local.rsplit(":", 1)[0].strip("[]"), 31000, sipkit.new_key(), formats=formats)
        invite = sipkit.invite(f"{USER}{WAYS.index(self.way)}", self.name, local, body)
        self.send(invite)
        for message in self.heard():
            if message.status == 0:
                self.send(sipkit.reply(message, 200, "OK", "x"))
                return True
            if message.method == "INVITE" and message.status >= 300:
                self.send(sipkit.ack_refusal(invite, message))
                return message.status != 503
            if message.method == "INVITE" and self.progress(invite, message):
                return True
        return False

    def progress(self, invite, message):
        """True when nothing more will come."""
        if message.status == 183 and self.way == "cancel":
            self.send(sipkit.Message(invite.start.replace("INVITE", "CANCEL"),
                                     [(k, v.replace("INVITE", "CANCEL") if k == "CSeq" else v)
                                      for k, v in invite.headers if k not in ("Content-Type", "Contact")]))
        if message.status == 183 and self.way == "lost":
            self.sock.close()
            return True
        if message.status == 200:
            self.send(sipkit.within(invite, message, "ACK", 1))
            if self.way == "bye":
                time.sleep(0.2)
                self.send(sipkit.within(invite, message, "BYE", 2))
                return True
        return False


def cloud(address, name, pki, way):
    for _ in range(20):  # ports rest before they are used again
        if Cloud(address, name, pki, way).call():
            print("ended", flush=True)
            return 0
        time.sleep(0.5)
    return 1


def stamp_ms(event):
    return datetime.datetime.fromisoformat(event["ts"].replace("Z", "+00:00")).timestamp() * 1000


def judge(path):
    over, open_at, closed_at = {}, {}, {}
    holes, late, rest = 0, 0, float("inf")
    for event in events.events(path):
        what, call, place = event["event"], event.get("call"), (event.get("side"), event.get("address"))
        if what == "call.end":
            over[call] = stamp_ms(event)
        if what == "pinhole.opened":
            holes += 1
            open_at[place] = call
            rest = min(rest, stamp_ms(event) - closed_at.get(place, float("-inf")))
        if what == "pinhole.closed":
            closed_at[place] = stamp_ms(event)
            late = max(late, closed_at[place] - over.get(open_at.pop(place), float("-inf")))
    print("calls", len(over))
    print("holes", holes)
    print("left", len(open_at))
    print("late_ms", round(late))
    print("rest_ms", round(rest) if rest < float("inf") else "none")
    return 0


if __name__ == "__main__":
    sys.exit({"pbx": pbx, "cloud": cloud, "judge": judge}[sys.argv[1]](*sys.argv[2:]))
