#!/usr/bin/env python3
"""Turns x509-limbo's JSON into the line format that tests/unit/tls/judge_test.c reads.

Usage: x509-limbo.py limbo.json >x509-limbo.txt

Each certificate and CRL stands once (`der NUMBER BASE64`); a case is a block of `key value` lines
that starts with `case` and ends with `end`. Certificates and CRLs are numbers of der lines.
"""
import base64
import datetime
import json
import sys

NOTICE = """# Certificate path validation cases of C2SP/x509-limbo (https://github.com/C2SP/x509-limbo),
# Copyright the x509-limbo authors, licensed under the Apache License, Version 2.0
# (http://www.apache.org/licenses/LICENSE-2.0); converted to lines by x509-limbo.py, values unchanged."""


def der(pem):
    lines = [line for line in pem.strip().splitlines() if "-----" not in line]
    return base64.b64encode(base64.b64decode("".join(lines))).decode()


def main():
    cases = json.load(open(sys.argv[1], encoding="utf-8"))["testcases"]
    numbers = {}
    out = []

    def number(pem):
        text = der(pem)
        if text not in numbers:
            numbers[text] = len(numbers)
            out.append(f"der {numbers[text]} {text}")
        return str(numbers[text])

    print(NOTICE)
    for case in cases:
        block = [f"case {case['id']}", f"expect {case['expected_result']}", f"role {case['validation_kind']}"]
        name = case["expected_peer_name"]
        if name:
            block.append(f"name {name['kind']} {name['value']}")
        if case["validation_time"]:
            time = datetime.datetime.fromisoformat(case["validation_time"])
            block.append(f"time {int(time.timestamp() // 1)}")
        if case["max_chain_depth"] is not None:
            block.append(f"depth {case['max_chain_depth']}")
        for key, field in (("trust", "trusted_certs"), ("sent", "untrusted_intermediates"), ("crl", "crls")):
            for pem in case[field]:
                block.append(f"{key} {number(pem)}")
        block.append(f"leaf {number(case['peer_certificate'])}")
        out += block + ["end"]
    print("\n".join(out))


main()
