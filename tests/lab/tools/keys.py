#!/usr/bin/python3
"""Calls with a tone, and what the public side tells of it.

    keys.py pbx ADDRESS PORT        load.py's PBX, with the tone
    keys.py calls ADDRESS:PORT NAME PKI CALLS AT-ONCE FILE
                                    CALLS in all, AT-ONCE at a time, each with a 1 kHz tone of 10 packets
                                    there and back; the keys of both sides go to FILE
    keys.py judge FILE.pcap KEYS    "packets N" of media, "heard N" in which the tone is, as G.711 or byte
                                    for byte; "keys N" of all calls, "doubled N" that came twice, "seen N"
                                    in the capture, as bytes or in base64"""
import collections
import math
import sys

import capture
import load
import sipkit
import tone

PACKETS = 10
HZ = 1000
BLOCK = 160


def ulaw(sample):
    return min(range(256), key=lambda code: abs(capture.ULAW[code] - sample))


def sound():
    capture.make_tables()
    return bytes(ulaw(8000 * math.sin(2 * math.pi * HZ * n / tone.RATE)) for n in range(BLOCK))


def pbx(address, port):
    load.SOUND = sound()
    return load.pbx(address, port)


def some(end, number, count, file):
    """A few calls at once, from their beginning to their end."""
    for n in range(count):
        end.place(number + n)
    entries = list(end.calls.values())
    end.until(20, lambda: end.count("placed") == 0)
    if end.count("up") != count:
        raise SystemExit(f"calls are {sorted(entry['state'] for entry in entries)}")
    for turn in range(1, PACKETS + 1):
        for entry in entries:
            entry["stream"].send()
        end.until(5, lambda: all(len(entry["stream"].seen) >= turn for entry in entries))
    for entry in entries:
        end.hang_up(entry)
        for side in ("call", "answer"):
            file.write(sipkit.key_of(entry[side].body).hex() + "\n")
    end.until(20, lambda: end.count("over") == count)
    heard = sum(len(entry["stream"].seen) for entry in entries)
    for entry in entries:
        entry["stream"].close()
    end.calls.clear()
    return heard


def calls(address, name, pki, total, at_once, path):
    load.SOUND = sound()
    end, heard = load.Cloud(address, name, pki), 0
    end.selector.register(end.sock, load.selectors.EVENT_READ, None)
    with open(path, "w", encoding="ascii") as file:
        for number in range(0, int(total), int(at_once)):
            heard += some(end, number, int(at_once), file)
    print("back", heard, "of", int(total) * PACKETS)
    return 0 if heard == int(total) * PACKETS else 1


def is_heard(payload, pattern):
    if pattern in payload:
        return True
    return any(tone.goertzel([table[b] for b in payload], HZ) > 0.5 for table in (capture.ULAW, capture.ALAW))


def judge(path, keys):
    capture.make_tables()
    pattern, count = sound()[:16], collections.Counter(dict.fromkeys(("packets", "heard"), 0))
    for _, frame in capture.frames(path):
        seen = capture.datagram(frame)
        if seen and seen[2] == 17 and len(seen[3]) > 20 and seen[3][8] >> 6 == 2:
            count["packets"] += 1
            count["heard"] += is_heard(seen[3][20:20 + BLOCK], pattern)
    with open(keys, encoding="ascii") as file:
        every = [bytes.fromhex(line) for line in file]
    with open(path, "rb") as file:
        data = file.read()
    count["keys"], count["doubled"] = len(every), 2 * len(every) - len({k[:16] for k in every}) - len({k[16:] for k in every})
    count["seen"] = sum(key[:16] in data or sipkit.inline(key)[:20].encode() in data for key in every)
    for name, value in count.items():
        print(name, value)
    return 0


ROLES = {"pbx": pbx, "calls": calls, "judge": judge}

if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in ROLES:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(ROLES[sys.argv[1]](*sys.argv[2:]))
