#!/usr/bin/env python3
"""Turns sdp-policy.json into sdp-policy.txt, which a C test reads without a JSON library.

usage: sdp-policy.py sdp-policy.json >sdp-policy.txt

Of each case: "case ID", "verdict accept|488|policy|400 488", where given "suite", "tag" (or several),
"mki" and "dir", then its lines behind "|" (each ends with CRLF), then an empty line."""
import json
import sys


def words(value):
    return " ".join(str(v) for v in value) if isinstance(value, list) else str(value)


print("# Written by sdp-policy.py: SDP offers, and what a trunk that requires SRTP does with them.")
for case in json.load(open(sys.argv[1], encoding="utf-8")):
    if not case["sdp"].endswith("\r\n") or "\n" in case["sdp"].replace("\r\n", ""):
        sys.exit(f"{case['id']}: not all lines end with CRLF")
    print(f"\n# {case['why']}\ncase {case['id']}\nverdict {case['verdict'].replace('|', ' ')}")
    for key, name in ("suite", "suite"), ("tag", "tag"), ("tags", "tag"), ("mki", "mki"), ("answer_dir", "dir"):
        if key in case:
            print(name, words(case[key]))
    for line in case["sdp"].split("\r\n")[:-1]:
        print(f"|{line}")
