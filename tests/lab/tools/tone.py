#!/usr/bin/python3
"""Tones: make one, and say which one a recording holds.

    tone.py make FREQUENCY SECONDS FILE.wav
    tone.py heard FILE.wav FREQUENCY...    -> prints each share of the power, in percent
    tone.py expect FILE.wav WANTED OTHER   -> succeeds when WANTED holds the sound, OTHER does not
"""
import array
import math
import struct
import sys
import wave

RATE = 8000
BLOCK = 800  # 100 ms: bins of 10 Hz, so that 440 and 1000 Hz fall on bins


def make(frequency, seconds, path):
    step = 2 * math.pi * frequency / RATE
    samples = array.array("h", (round(9000 * math.sin(step * n)) for n in range(RATE * seconds)))
    with wave.open(path, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


def goertzel(block, frequency, rate=RATE):
    """The power of one frequency in a block, as a share of the power of the whole block."""
    total = sum(x * x for x in block)
    if total == 0:
        return 0.0
    k = 2 * math.cos(2 * math.pi * frequency / rate)
    a = b = 0.0
    for x in block:
        a, b = x + k * a - b, a
    return min(1.0, 2 * (a * a + b * b - k * a * b) / (len(block) * total))


def shares(samples, frequencies, rate=RATE):
    """The median share of each frequency over the blocks that are not silent, and their number."""
    size = rate // 10
    blocks = [samples[i:i + size] for i in range(0, len(samples) - size + 1, size)]
    loud = [b for b in blocks if sum(x * x for x in b) > size * 100 * 100]
    medians = []
    for frequency in frequencies:
        found = sorted(goertzel(b, frequency, rate) for b in loud)
        medians.append(found[len(found) // 2] if found else 0.0)
    return medians, len(loud)


def read_wav(path):
    """Samples and rate; the length in the head is not believed, for a recorder that was stopped
    may not have written it."""
    data = open(path, "rb").read()
    at = data.find(b"fmt ")
    channels, rate = struct.unpack_from("<HI", data, at + 10)
    body = data[data.find(b"data") + 8:]
    samples = array.array("h")
    samples.frombytes(body[:len(body) // 2 * 2])
    return samples[::channels], rate


def expect(path, wanted, other):
    samples, rate = read_wav(path)
    (good, bad), loud = shares(samples, (wanted, other), rate)
    print(f"{wanted} Hz {good:.0%}, {other} Hz {bad:.0%}, {loud / 10:.1f} s of sound")
    return 0 if good > 0.8 and bad < 0.05 and loud >= 15 else 1


def main(args):
    if args[:1] == ["make"] and len(args) == 4:
        make(int(args[1]), int(args[2]), args[3])
        return 0
    if args[:1] == ["heard"] and len(args) > 2:
        samples, rate = read_wav(args[1])
        found, loud = shares(samples, [int(f) for f in args[2:]], rate)
        print(loud, *(f"{share:.3f}" for share in found))
        return 0
    if args[:1] == ["expect"] and len(args) == 4:
        return expect(args[1], int(args[2]), int(args[3]))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
