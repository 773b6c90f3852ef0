#!/usr/bin/python3
"""Sends every message of a folder over mutual TLS: hostile.py ADDRESS:PORT NAME PKI FOLDER HOW

HOW is whole, dripped (a few bytes at a time) or split (in two, at each of several places). What
comes back must fit the folder's verdicts, and the trunk must still answer on a new connection.
Prints one line for each file."""
import concurrent.futures
import json
import os
import re
import socket
import sys

import sipkit

PLACES = 16
WORKERS = 16


def pieces(data, how):
    if how == "whole":
        return [[data]]
    if how == "dripped":
        step = max(1, len(data) // 400)
        return [[data[i:i + step] for i in range(0, len(data), step)]]
    cuts = sorted({len(data) * n // PLACES for n in range(1, PLACES)} - {0})
    return [[data[:cut], data[cut:]] for cut in cuts]


def first(got):
    return got.split(b"\r\n")[0].decode("ascii", "replace")


def answer(sock, seconds):
    sock.settimeout(seconds)
    got = b""
    try:
        while data := sock.recv(65536):
            got += data
            if b"\r\n\r\n" in got:
                return first(got)
    except socket.timeout:
        return first(got) or "silence"
    except OSError:
        pass
    return first(got) or "closed"


def send(target, parts):
    sock = sipkit.tls(*target)
    try:
        for part in parts:
            sock.sendall(part)
        return answer(sock, 1.0)
    except OSError:
        return answer(sock, 0.1) if sock.fileno() >= 0 else "closed"
    finally:
        sock.close()


def is_alive(target):
    sock = sipkit.tls(*target)
    sock.sendall(sipkit.options(target[1], sipkit.local_of(sock)).encode())
    alive = answer(sock, 10).startswith("SIP/2.0 ")
    sock.close()
    return alive


def verdicts(folder):
    for name, key in (("index.json", "expect"), ("verdicts.json", "verdict")):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                return {entry["file"]: entry[key] for entry in json.load(file)}
    return {}


def fits(expected, result):
    """A message that may be accepted may end in any way; one that must be refused may not."""
    if re.search("accept|pars|handled|normal|answer|removed|forwarded|log|timeout", expected):
        return True
    if "drop" in expected:
        return result in ("silence", "closed") or result.startswith(("SIP/2.0 4", "SIP/2.0 5"))
    return result == "closed" or re.match(r"SIP/2.0 [4-6]", result) is not None


def attack(target, path, how, expected):
    with open(path, "rb") as source:
        data = source.read()
    results = sorted({send(target, parts) for parts in pieces(data, how)})
    wrong = [r for r in results if not fits(expected, r)]
    return results, wrong


def main(address, name, pki, folder, how):
    target = (address, name, pki)
    judged = verdicts(folder)
    files = sorted(f for f in os.listdir(folder) if f.endswith((".sip", ".dat")))
    status = 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        jobs = {f: pool.submit(attack, target, os.path.join(folder, f), how, judged.get(f, "")) for f in files}
        for file, job in jobs.items():
            results, wrong = job.result()
            print(f"{file} {how}: {', '.join(results)}", flush=True)
            if wrong:
                print(f"    WRONG, wanted: {judged[file]}")
                status = 1
    if not is_alive(target):
        print("the trunk does not answer any more")
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
