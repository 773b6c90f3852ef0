#!/usr/bin/python3
"""A scripted cloud that offers one call and says what came of it.

    offer.py ADDRESS:PORT NAME PKI STORY [CERT]   with the offer that STORY names:
    good plain avp-with-crypto g729 cut twolengths q1733 port70000 require multipart pidf cancel options
    hear-bye: a call that the other side ends; info: one with a digit each way by INFO

Prints "status N", the Warning and Unsupported, the Reason of a BYE, and "closed" when the trunk hung up; a call that is answered is
acknowledged and ended."""
import socket
import sys

import sipkit

USER = "+4930123"


MIXED = {  # what stands beside the offer, and how the body ends
    "multipart": ("text/plain", "hello", b"--zt"),
    "pidf": ("application/pidf+xml", "<presence/>", b"--zt--\r\n"),
}


def mixed(name, local, body, other):
    kind, text, end = other
    parts = b"--zt\r\nContent-Type: application/sdp\r\n\r\n" + body
    parts += f"\r\n--zt\r\nContent-Type: {kind}\r\nContent-ID: <here@{local}>\r\n\r\n{text}\r\n".encode() + end
    where = [("Geolocation", f"<cid:here@{local}>;inserted-by=\"{local}\""), ("Geolocation-Routing", "yes")]
    call = sipkit.invite(USER, name, local, parts, headers=where)
    call.headers = [(k, "multipart/mixed;boundary=zt" if k == "Content-Type" else v) for k, v in call.headers]
    return call


def build(story, name, local):
    here = local.rsplit(":", 1)[0].strip("[]")
    key = sipkit.new_key()
    body = sipkit.sdp(here, 31000, key)
    if story == "plain":
        body = sipkit.sdp(here, 31000)
    if story == "avp-with-crypto":
        body = sipkit.sdp(here, 31000, key, profile="RTP/AVP")
    if story == "g729":
        body = sipkit.sdp(here, 31000, key, formats="18")
    if story == "cut":
        body = body[:body.index(b"a=crypto") + 20]
    if story == "port70000":
        body = sipkit.sdp(here, 70000, key)
    if story == "options":
        return sipkit.options(name, local)
    if story in MIXED:
        return mixed(name, local, body, MIXED[story])
    headers = {
        "q1733": [("Q1733", "9999")],
        "twolengths": [("Content-Length", "4")],
        "require": [("Require", "100rel, " + "x" * 2000), ("Require", "timer")],
    }.get(story, ())
    return sipkit.invite(USER, name, local, body, headers=headers)


def messages(sock):
    framer = sipkit.Framer()
    while True:
        try:
            data = sock.recv(65536)
        except socket.timeout:
            print("silence")
            return
        except OSError:
            data = b""
        if not data:
            print("closed")
            return
        yield from framer.feed(data)


def cancel(call):
    keep = [(k, v) for k, v in call.headers if k in ("Via", "Max-Forwards", "From", "To", "Call-ID")]
    return sipkit.Message("CANCEL " + call.start.split(" ", 1)[1], keep + [("CSeq", "1 CANCEL")])


def digit(call, answer):
    info = sipkit.within(call, answer, "INFO", 2)
    info.headers.append(("Content-Type", "application/dtmf-relay"))
    info.body = b"Signal=5\r\n"
    return info


def said(message):
    return f": {message.body.decode().strip()}" if message.body and message.method == "INFO" else ""


def hear_info(sock, call, answer, message):
    """The other side's digit is the last of it: the call ends."""
    print("INFO" + said(message))
    sock.sendall(sipkit.reply(message, 200, "OK", "").encode())
    sock.sendall(sipkit.within(call, answer, "BYE", 3).encode())


def talk(sock, story, call):
    answer = None
    for message in messages(sock):
        if message.method == "BYE" and not message.status:
            print("BYE")
            for text in message.all("reason"):
                print("reason", text)
            sock.sendall(sipkit.reply(message, 200, "OK", "").encode())
            return
        if message.method == "INFO" and not message.status:
            hear_info(sock, call, answer, message)
        if not message.status:
            continue
        print("status", message.status, message.method + said(message), flush=True)
        for name in ("warning", "unsupported"):
            for text in message.all(name):
                print(name, text)
        if message.method == "INVITE" and message.status == 180 and story == "cancel":
            sock.sendall(cancel(call).encode())
        if message.method in ("BYE", "OPTIONS"):
            return
        if message.method != "INVITE" or message.status < 200:
            continue
        if message.status >= 300:
            sock.sendall(sipkit.ack_refusal(call, message).encode())
            return
        sock.sendall(sipkit.within(call, message, "ACK", 1).encode())
        answer = message
        if story == "info":
            sock.sendall(digit(call, message).encode())
        elif story != "hear-bye":
            sock.sendall(sipkit.within(call, message, "BYE", 2).encode())


def main(address, name, pki, story, cert="cloud"):
    sock = sipkit.tls(address, name, pki, cert)
    sock.settimeout(8)
    call = build(story, name, sipkit.local_of(sock))
    sock.sendall(call.encode())
    talk(sock, story, call)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
