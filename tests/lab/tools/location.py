#!/usr/bin/python3
"""Judges how a caller's location arrived, by a reader of multipart bodies that others wrote.

    location.py SIPP-MESSAGES HIDDEN

In what sipp received, the INVITE with a Geolocation has a body part that it names, beside the
offer, and the address HIDDEN is nowhere in the message."""
import email
import sys


def invites(text):
    for chunk in text.split("message received ["):
        start = chunk.find("INVITE sip:")
        if 0 <= start < 60:
            yield chunk[start:].split("\n--------------------")[0]


def parts_of(message):
    head = message.split("\n", 1)[1]  # without the start line it is what the mail library reads
    return email.message_from_string(head)


def judge(message, hidden):
    parsed = parts_of(message)
    kinds = [part.get_content_type() for part in parsed.walk() if not part.is_multipart()]
    ids = [part["Content-ID"] for part in parsed.walk() if part["Content-ID"]]
    assert kinds == ["application/sdp", "application/pidf+xml"], kinds
    assert [f"<cid:{i[1:-1]}>" for i in ids] == parsed.get_all("Geolocation"), (ids, parsed.get_all("Geolocation"))
    assert parsed["Geolocation-Routing"] == "yes"
    assert parsed.get_payload()[1].get_payload().strip() == "<presence/>"
    assert parsed.get_payload()[0].get_payload().lstrip().startswith("v=0")
    assert hidden not in message, "the caller's address crossed"


def main(path, hidden):
    with open(path, encoding="utf-8", newline="") as log:
        text = log.read().replace("\r\n", "\n")
    located = [m for m in invites(text) if "\nGeolocation:" in m]
    assert len(located) == 1, f"{len(located)} INVITEs with a location"
    judge(located[0], hidden)


if __name__ == "__main__":
    main(*sys.argv[1:])
