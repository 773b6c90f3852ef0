#!/usr/bin/python3
"""Calls of the PBX that the cloud answers without SRTP, at once or when it is asked again.

    downgrade.py cloud ADDRESS:PORT PKI    a cloud that answers as the called user's last digit says
                                           (HOWS); one that is followed by 1 answers well first
    downgrade.py pbx ADDRESS TRUNK:PORT USER
                                           calls each in both ways, and sends RTP all the while; a line
                                           for each, "HOW first|again STATUS", and "WRONG ..." for a
                                           call that did not end

The cloud prints "HOW first|again ended" when the trunk has hung up."""
import socket
import ssl
import struct
import sys
import time

import sipkit

HOWS = ("plain", "no-key", "clear-srtp", "null", "other-tag", "dtls", "no-media")
WAIT_S = 5


def how_of(user):
    return HOWS[int(user[-2])], user[-1] == "1"


def bad_answer(how, host, key):
    if how == "plain":
        return sipkit.sdp(host, 31000, formats="0")
    good = sipkit.sdp(host, 31000, key, formats="0").decode()
    line = next(line for line in good.splitlines() if line.startswith("a=crypto")) + "\r\n"
    return {"no-key": good.replace(line, ""),
            "clear-srtp": good.replace(line, line[:-2] + " UNENCRYPTED_SRTP\r\n"),
            "null": good.replace(sipkit.SUITE, "NULL_HMAC_SHA1_80"),
            "other-tag": good.replace("crypto:1 ", "crypto:77 "),
            "dtls": good.replace("RTP/SAVP", "UDP/TLS/RTP/SAVP").replace(line, "a=fingerprint:sha-256 " + "00:" * 31 + "00\r\n"),
            "no-media": good.replace("m=audio 31000", "m=audio 0")}[how].encode()


class Cloud:
    def __init__(self, sock):
        self.sock, self.offers = sock, {}
        self.host, self.contact = sock.getsockname()[0], f"sip:cloud@{sipkit.local_of(sock)};transport=tls"

    def take(self, request):
        name = request.get("call-id")
        if request.status or request.method == "ACK":
            return
        body = b""
        if request.method == "INVITE":
            self.offers[name] = self.offers.get(name, 0) + 1
            self.how, is_late = how_of(request.get("to").split("sip:")[1].split("@")[0])
            self.is_good = is_late and self.offers[name] == 1
            body = sipkit.sdp(self.host, 31000, sipkit.new_key(), formats="0") if self.is_good else \
                bad_answer(self.how, self.host, sipkit.new_key()).replace(b"o=- 1 1", b"o=- 1 %d" % self.offers[name])
        if request.method == "BYE":
            print(self.how, "again" if self.offers[name] > 1 else "first", "ended", flush=True)
        self.sock.sendall(sipkit.reply(request, 200, "OK", name[:8], self.contact, body).encode())


def cloud(address, pki):
    host, port = address.split(":")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=f"{pki}/root.pem")
    context.load_cert_chain(f"{pki}/cloud.pem", f"{pki}/cloud.key")
    with socket.create_server((host, int(port))) as server:
        print("ready", flush=True)
        while True:
            try:
                sock = context.wrap_socket(server.accept()[0], server_side=True)
            except OSError:
                continue
            end, framer = Cloud(sock), sipkit.Framer()
            while data := sock.recv(65536):
                for request in framer.feed(data):
                    end.take(request)


class Call:
    def __init__(self, address, trunk, user):
        host, port = trunk.split(":")
        self.trunk, self.address = (host, int(port)), address
        self.sip, self.media = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.sip.bind((address, 5060))
        self.media.bind((address, 0))
        self.sip.settimeout(0.02)
        self.local, self.peer, self.number, self.is_ended = f"{address}:5060", None, 0, False
        body = sipkit.sdp(address, self.media.getsockname()[1], formats="0")
        self.invite = sipkit.invite(user, host, self.local, body, transport="UDP", caller="+4930123")
        self.invite.headers = [(k, v.replace("cloud.example.test", address) if k == "From" else v) for k, v in self.invite.headers]

    def send(self, message):
        self.sip.sendto(message.encode(), self.trunk)

    def speak(self):
        self.number += 1
        if self.peer:
            packet = struct.pack(">BBHII", 0x80, 0, self.number, self.number * 160, 7)
            self.media.sendto(packet + b"\xd5" * 160, self.peer)

    def talk(self):
        for _ in range(10):
            self.speak()
            time.sleep(0.005)

    def final(self, number):
        """The answer to our INVITE of that CSeq, or None; RTP goes on, and a BYE is answered."""
        limit = time.monotonic() + WAIT_S
        while time.monotonic() < limit:
            self.speak()
            try:
                head, _, body = self.sip.recv(65536).partition(b"\r\n\r\n")
            except socket.timeout:
                continue
            message = sipkit.Message.parse(head, body)
            if not message.status and message.method == "BYE":
                self.is_ended = True
                self.send(sipkit.reply(message, 200, "OK", ""))
            if message.status >= 200 and message.get("cseq") == f"{number} INVITE":
                return message
            if self.is_ended and number is None:
                return None
        return None

    def answered(self, answer):
        self.peer = sipkit.place_of(answer.body)
        self.send(sipkit.within(self.invite, answer, "ACK", 1))

    def again(self, answer):
        offer = sipkit.within(self.invite, answer, "INVITE", 2)
        offer.headers = [(k, v.replace("TLS", "UDP") if k == "Via" else v) for k, v in offer.headers]
        offer.headers += [("Contact", self.invite.get("contact")), ("Content-Type", "application/sdp")]
        offer.body = self.invite.body.replace(b"o=- 1 1", b"o=- 1 2")
        self.send(offer)
        return self.final(2), offer

    def close(self):
        self.sip.close()
        self.media.close()


def one(call, is_late):
    """What came of it: the status, and whether the call is over."""
    call.send(call.invite)
    answer = call.final(1)
    if answer is None or answer.status >= 300:
        if answer:
            call.send(sipkit.ack_refusal(call.invite, answer))
        return answer.status if answer else 0, answer is not None and not is_late
    call.answered(answer)
    call.talk()
    if not is_late:
        return answer.status, False
    status = 0
    second, offer = call.again(answer)
    if second:
        status = second.status
        call.send(sipkit.ack_refusal(offer, second) if status >= 300 else sipkit.within(call.invite, second, "ACK", 2))
    call.final(None)
    call.talk()
    return status, call.is_ended and status != 200


def pbx(address, trunk, user):
    faults = 0
    for number, how in enumerate(HOWS):
        for is_late in (0, 1):
            call = Call(address, trunk, f"{user}{number}{is_late}")
            status, is_over = one(call, is_late)
            print("" if is_over else "WRONG ", how, " again " if is_late else " first ", status, sep="", flush=True)
            faults += not is_over
            call.close()
    return 1 if faults else 0


ROLES = {"cloud": cloud, "pbx": pbx}

if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
