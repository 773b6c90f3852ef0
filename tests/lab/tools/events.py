#!/usr/bin/python3
"""Looks in zerotrunkd's JSON log: events.py FILE EVENT [KEY=REGEX...] [-p KEY...]

EVENT is a regular expression for the event's whole name. Prints the matching lines, or only the
values of the keys after -p; succeeds when there is one. Lines that are no JSON are skipped."""
import json
import re
import sys


def events(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("{"):
                try:
                    yield json.loads(line)
                except ValueError:
                    continue


def matches(event, name, wanted):
    if not re.fullmatch(name, str(event.get("event", ""))):
        return False
    return all(re.search(regex, str(event.get(key, ""))) for key, regex in wanted)


def main(path, name, *rest):
    rest = list(rest)
    shown = rest[rest.index("-p") + 1:] if "-p" in rest else []
    wanted = [pair.split("=", 1) for pair in rest if "=" in pair]
    count = 0
    for event in events(path):
        if not matches(event, name, wanted):
            continue
        count += 1
        print(*(event.get(key, "") for key in shown) if shown else (json.dumps(event),))
    return 0 if count else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
