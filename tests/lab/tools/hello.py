#!/usr/bin/python3
"""What the trunk says to a ClientHello, read off the wire without any TLS library.

    hello.py server ADDRESS:PORT     which versions, suites, groups, signatures and compressions it
                                     takes, of all numbers there are. Of the suites each that it
                                     chose is left out of the next offer, until it refuses; a group
                                     and a signature are offered alone
    hello.py client ADDRESS:PORT     listens there for one connection of the trunk, and prints what
                                     it offers, in the form of tests/vectors/tls-policy.txt

Numbers are those of IANA's registries; suites are in the order in which the trunk prefers them."""
import os
import socket
import struct
import sys

ALERT, HANDSHAKE, APPLICATION = 21, 22, 23
SERVER_HELLO, SERVER_KEY_EXCHANGE, SERVER_HELLO_DONE = 2, 12, 14
GROUPS = [*range(1, 42), *range(256, 261), 0x0200, 0x0201, 0x11EB, 0x11EC, 0x6399, 0xFF01, 0xFF02]
SIGNATURES = [*(h << 8 | s for h in range(1, 9) for s in range(1, 4)), *range(0x0804, 0x0810), 0x081A]
# The two signalling values (RFC 5746, RFC 7507) ask for no suite.
SUITES = [n for n in range(0x10000) if n not in (0x00FF, 0x5600)]
STEP = 4000


def vector(size, data):
    return len(data).to_bytes(size, "big") + data


def numbers(values):
    return b"".join(struct.pack(">H", value) for value in values)


def extension(kind, body):
    return struct.pack(">H", kind) + vector(2, body)


def client_hello(version, suites, groups, signatures, compressions=b"\0", more=b""):
    extensions = extension(10, vector(2, numbers(groups))) + extension(11, b"\1\0") + more
    extensions += extension(13, vector(2, numbers(signatures))) + extension(0xFF01, b"\0")
    body = struct.pack(">H", version) + os.urandom(32) + vector(1, b"") + vector(2, numbers(suites)) + \
        vector(1, compressions) + vector(2, extensions)
    return record(min(version, 0x0301), bytes([1]) + vector(3, body))


def record(version, body):
    return struct.pack(">BH", HANDSHAKE, version) + vector(2, body)


def exchange(address, data):
    """All that comes back until the trunk has had its say."""
    host, port = address.rsplit(":", 1)
    said = b""
    with socket.create_connection((host, int(port)), timeout=5) as sock:
        try:
            sock.sendall(data)
            while not has_said_all(said):
                part = sock.recv(1 << 16)
                if not part:
                    break
                said += part
        except ConnectionResetError:
            pass
    return said


def has_said_all(said):
    """An alert, ServerHelloDone, or what is encrypted behind the ServerHello of TLS 1.3."""
    kinds = [kind for kind, _ in records(said)]
    return ALERT in kinds or APPLICATION in kinds or SERVER_HELLO_DONE in [kind for kind, _ in messages(said)]


def records(said):
    at = 0
    while at + 5 <= len(said):
        kind, _, size = struct.unpack_from(">BHH", said, at)
        yield kind, said[at + 5:at + 5 + size]
        at += 5 + size


def messages(said):
    """Type and body of each handshake message."""
    stream, at = b"".join(body for kind, body in records(said) if kind == HANDSHAKE), 0
    while at + 4 <= len(stream):
        size = int.from_bytes(stream[at + 1:at + 4], "big")
        yield stream[at], stream[at + 4:at + 4 + size]
        at += 4 + size


def chosen(said):
    """What a ServerHello and a ServerKeyExchange of ECDHE name, or nothing."""
    found = {}
    for kind, body in messages(said):
        if kind == SERVER_HELLO:
            session = body[34]
            found["version"] = struct.unpack_from(">H", body)[0]
            found["suite"], found["compression"] = struct.unpack_from(">HB", body, 35 + session)
            rest = body[40 + session:]
            while len(rest) >= 4:
                kind, size = struct.unpack_from(">HH", rest)
                if kind == 43:
                    found["version"] = struct.unpack_from(">H", rest, 4)[0]
                rest = rest[4 + size:]
        if kind == SERVER_KEY_EXCHANGE and body[0] == 3:
            found["group"], size = struct.unpack_from(">HB", body, 1)
            found["signature"] = struct.unpack_from(">H", body, 4 + size)[0]
    return found


def answer(address, *hello):
    """What a hello of TLS 1.2 leads to; a refusal is an alert."""
    said = exchange(address, client_hello(0x0303, *hello))
    if not said:
        raise SystemExit("the trunk closed the connection without a word")
    return chosen(said)


def eliminate(offer, values):
    """Every suite that is ever chosen."""
    taken = []
    while True:
        left = [value for value in values if value not in taken]
        value = offer(left).get("suite")
        if value is None:
            return taken
        if value not in left:
            raise SystemExit(f"{value:04x} was chosen and not offered")
        taken.append(value)


def probe_suites(address):
    """In steps that fit a record; the order among what several steps found is asked for at the end."""
    def offer(suites):
        return answer(address, suites, GROUPS, SIGNATURES)
    found = []
    for first in range(0, len(SUITES), STEP):
        found += eliminate(offer, SUITES[first:first + STEP])
    return eliminate(offer, sorted(found, reverse=True))


def probe_versions(address, suites):
    taken = []
    for version in (0x0300, 0x0301, 0x0302, 0x0303):
        # Every suite of the old versions, and what the trunk takes in the new one.
        hello = client_hello(version, [*suites, *range(1, 0x100), *range(0xC001, 0xC100)], GROUPS, SIGNATURES)
        taken += [chosen(exchange(address, hello)).get("version")]
    ssl2 = b"\1\0\2\0\6\0\0\0\x10\1\0\x80\7\0\xc0" + os.urandom(16)
    said = exchange(address, struct.pack(">H", 0x8000 | len(ssl2)) + ssl2)
    if said and said[0] & 0x80:
        taken.append(2)
    share = extension(51, vector(2, numbers([0x1D]) + vector(2, os.urandom(32))))
    newest = client_hello(0x0303, [0x1301, 0x1302, 0x1303], GROUPS, SIGNATURES,
                          more=extension(43, vector(1, numbers([0x0304]))) + share)
    taken.append(chosen(exchange(address, newest)).get("version"))
    return sorted({version for version in taken if version is not None})


def show(name, values, width=4):
    print(name, *(f"{value:0{width}x}" for value in values))


def server(address):
    suites = probe_suites(address)

    def offer(what, groups=GROUPS, signatures=SIGNATURES, compressions=b"\0"):
        return answer(address, suites, groups, signatures, compressions).get(what)
    show("versions", probe_versions(address, suites))
    show("suites", suites)
    show("groups", [group for group in GROUPS if offer("group", groups=[group]) == group])
    show("signatures", [one for one in SIGNATURES if offer("signature", signatures=[one]) == one])
    show("compressions", {offer("compression", compressions=bytes([one, 0])) for one in (0, 1, 64)}, 2)
    return 0


def words(data, size):
    return [value for value, in struct.iter_unpack(">H", data[size:size + int.from_bytes(data[:size], "big")])]


def client(address):
    host, port = address.rsplit(":", 1)
    with socket.create_server((host, int(port))) as listener:
        print("listening", flush=True)
        sock, _ = listener.accept()
    data = b""
    while len(data) < 5 or len(data) < 5 + int.from_bytes(data[3:5], "big"):
        data += sock.recv(1 << 16)
    hello = data[9:]
    session = hello[34]
    hello = hello[35 + session:]
    show("suites", words(hello, 2))
    hello = hello[2 + int.from_bytes(hello[:2], "big"):]
    compressions = hello[1:1 + hello[0]]
    found, rest = {}, hello[3 + hello[0]:]
    while rest:
        kind, size = struct.unpack_from(">HH", rest)
        found[kind], rest = rest[4:4 + size], rest[4 + size:]
    if 43 in found:
        show("versions", words(found[43], 1))
    show("groups", words(found[10], 2))
    show("signatures", words(found[13], 2))
    show("compressions", compressions, 2)
    # RFC 5077, RFC 8446 2.3, RFC 6520: none of them is offered.
    show("never", [kind for kind in (15, 35, 41, 42) if kind in found])
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("server", "client"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit({"server": server, "client": client}[sys.argv[1]](sys.argv[2]))
