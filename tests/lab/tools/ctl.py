#!/usr/bin/python3
"""Talks to baresip's ctrl_tcp: ctl.py PORT COMMAND [PARAMETERS] prints the answer."""
import json
import socket
import sys


def netstrings(stream):
    while True:
        size = b""
        while not size.endswith(b":"):
            byte = stream.read(1)
            if not byte:
                return
            size += byte
        text = stream.read(int(size[:-1]))
        stream.read(1)
        yield json.loads(text)


def main(port, command, params=""):
    with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as sock:
        text = json.dumps({"command": command, "params": params, "token": "lab"}).encode()
        sock.sendall(b"%d:%s," % (len(text), text))
        for message in netstrings(sock.makefile("rb")):
            if message.get("response"):
                print(message.get("data", "").strip())
                return 0 if message.get("ok") else 1
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
