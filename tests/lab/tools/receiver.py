#!/usr/bin/python3
"""Receivers of alarms: receiver.py ADDRESS PORT CERT KEY FOLDER [HMAC-KEY-FILE BEARER-FILE]

POST /v2/enqueue is PagerDuty's Events API v2: what its published description requires, and the
bounds that its guide names, are checked, with nothing more let through. POST /webhook is any
receiver: bearer and signature are checked. What is taken is a line of FOLDER/taken, what is
refused one of FOLDER/refused. FOLDER/mode says how /v2/enqueue behaves: ok, a status, "429 SECONDS",
or hang."""
import hashlib
import hmac
import http.server
import json
import pathlib
import re
import ssl
import sys
import threading

TOP = {"routing_key", "event_action", "dedup_key", "payload", "client", "client_url", "links", "images"}
PAYLOAD = {"summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


def wrong_payload(payload):
    if not isinstance(payload, dict):
        return "payload is no object"
    for name in ("summary", "source", "severity"):
        if not isinstance(payload.get(name), str) or payload[name] == "":
            return f"payload.{name} is missing"
    if len(payload["summary"]) > 1024:
        return "payload.summary is longer than 1024"
    if payload["severity"] not in ("critical", "error", "warning", "info"):
        return "payload.severity is none of four"
    if "timestamp" in payload and not TIME.fullmatch(payload["timestamp"]):
        return "payload.timestamp is no time"
    if any(not isinstance(payload.get(name, ""), str) for name in ("component", "group", "class")):
        return "a text of payload is none"
    if not isinstance(payload.get("custom_details", {}), dict):
        return "payload.custom_details is no object"
    return "payload has more" if payload.keys() - PAYLOAD else None


def wrong(event):
    if not isinstance(event, dict) or event.keys() - TOP:
        return "no event, or one that has more"
    if not re.fullmatch(r"[A-Za-z0-9]{32}", str(event.get("routing_key"))):
        return "Length of 'routing_key' is incorrect (should be 32 characters)"
    if event.get("event_action") not in ("trigger", "acknowledge", "resolve"):
        return "event_action is none of three"
    if not isinstance(event.get("dedup_key"), str) or not 1 <= len(event["dedup_key"]) <= 255:
        return "dedup_key is missing or longer than 255"
    if event["event_action"] != "trigger" and "payload" not in event:
        return None
    return wrong_payload(event.get("payload"))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def note(self, name, said):
        with self.server.lock, open(self.server.folder / name, "a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")

    def answer(self, status, headers=(), said=None):
        body = json.dumps(said or {"status": "success"}).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"] != "application/json":
            self.answer(415)
        elif self.path == "/v2/enqueue":
            self.enqueue(body)
        elif self.path == "/webhook":
            self.webhook(body)
        else:
            self.answer(404)

    def enqueue(self, body):
        mode = (self.server.folder / "mode").read_text().split()
        self.note("asked", " ".join(mode))
        if mode[0] == "hang":
            self.rfile.read(1)  # until the other side has had enough
            return
        if mode[0] != "ok":
            self.answer(int(mode[0]), [("Retry-After", second) for second in mode[1:]])
            return
        try:
            event = json.loads(body)
        except ValueError:
            event = None
        fault = wrong(event)
        if fault:
            self.note("refused", fault)
            self.answer(400, said={"status": "invalid event", "message": "Event object is invalid", "errors": [fault]})
            return
        del event["routing_key"]
        self.note("taken", event)
        self.answer(202, said={"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]})

    def webhook(self, body):
        sign = "sha256=" + hmac.new(self.server.key, body, hashlib.sha256).hexdigest()
        if self.headers["X-Zerotrunk-Signature"] != sign or self.headers["Authorization"] != self.server.bearer:
            self.note("refused", "webhook")
            self.answer(401)
            return
        self.note("hooked", {"delivery": self.headers["X-Zerotrunk-Delivery"], **json.loads(body)})
        self.answer(204)

    def log_message(self, *args):
        pass


def main(address, port, cert, key, folder, sign="", bearer=""):
    server = http.server.ThreadingHTTPServer((address, int(port)), Handler)
    server.folder, server.lock = pathlib.Path(folder), threading.Lock()
    if sign:
        server.key = pathlib.Path(sign).read_bytes().strip()
        server.bearer = "Bearer " + pathlib.Path(bearer).read_text().strip()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (6, 8):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
