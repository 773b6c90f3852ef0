#!/usr/bin/python3
"""Sends every message of a folder over mutual TLS: hostile.py ADDRESS:PORT NAME PKI FOLDER HOW

HOW is whole, dripped (a few bytes at a time) or split (at each of several places). After each one
a new connection must still be answered. Prints "FILE HOW: what came back"."""
import os
import socket
import sys

import sipkit

PLACES = 16


def pieces(data, how):
    if how == "whole":
        return [[data]]
    if how == "dripped":
        step = max(1, len(data) // 400)
        return [[data[i:i + step] for i in range(0, len(data), step)]]
    cuts = sorted({len(data) * n // PLACES for n in range(1, PLACES)} - {0})
    return [[data[:cut], data[cut:]] for cut in cuts]


def answer(sock, seconds):
    sock.settimeout(seconds)
    got = b""
    try:
        while data := sock.recv(65536):
            got += data
            if got.endswith(b"\r\n\r\n") and b" 100 " not in got[:12]:
                break
        else:
            return (first(got) + " closed").strip()
    except socket.timeout:
        return first(got) or "silence"
    except OSError:
        return (first(got) + " closed").strip()
    return first(got)


def first(got):
    return got.split(b"\r\n")[0].decode("ascii", "replace")


def send(target, parts):
    sock = sipkit.tls(*target)
    try:
        for part in parts:
            sock.sendall(part)
        return answer(sock, 0.3)
    except OSError:
        return "closed"
    finally:
        sock.close()


def is_alive(target):
    sock = sipkit.tls(*target)
    local = "{}:{}".format(*sock.getsockname()[:2])
    ping = sipkit.invite("ping", target[1], local, b"")
    ping.start = f"OPTIONS sip:{target[1]} SIP/2.0"
    ping.headers = [(k, "1 OPTIONS" if k == "CSeq" else v) for k, v in ping.headers
                    if k != "Content-Type"]
    sock.sendall(ping.encode())
    alive = answer(sock, 5).startswith("SIP/2.0 ")
    sock.close()
    return alive


def main(address, name, pki, folder, how):
    target = (address, name, pki)
    for file in sorted(os.listdir(folder)):
        if not file.endswith((".sip", ".dat")):
            continue
        with open(os.path.join(folder, file), "rb") as source:
            data = source.read()
        for parts in pieces(data, how):
            print(f"{file} {how}: {send(target, parts)}", flush=True)
        if not is_alive(target):
            print(f"{file} {how}: the trunk does not answer any more")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
