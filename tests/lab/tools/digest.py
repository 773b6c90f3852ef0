#!/usr/bin/python3
"""A scripted cloud that is asked for a password: what it tells, and what comes of it.

    digest.py ADDRESS:PORT NAME PKI USER PASSWORD [sha256]

With sha256, that alone is offered, and one call is enough. Prints one line for each answer; fails at the first that is not the wanted one."""
import hashlib
import re
import secrets
import sys

import asks
import sipkit

URI = "sip:+4930123@"
HASHES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


class Client:
    def __init__(self, address, name, pki, user, password):
        self.peer = asks.Peer(address, name, pki)
        self.realm, self.user, self.password = name, user, password
        self.uri = URI + name

    def call(self, method="INVITE", headers=(), uri=None):
        """What comes of a request: a status, and "call" for one that is answered and ended."""
        request = asks.build(self.peer, method, uri or self.uri, list(headers))
        self.peer.send(request)
        answer = self.peer.final(request, method)
        if method != "INVITE":
            return answer.status, answer
        if answer.status >= 300:
            self.peer.send(sipkit.ack_refusal(request, answer))
            return answer.status, answer
        self.peer.send(sipkit.within(request, answer, "ACK", 1))
        self.peer.send(sipkit.within(request, answer, "BYE", 2))
        return "call" if self.peer.final(request, "BYE").status == 200 else "no answer to BYE", answer

    def challenge(self):
        """A nonce of each algorithm that is offered, in the order of the offer."""
        status, answer = self.call()
        if status != 401:
            raise SystemExit(f"a call without an answer: {status}")
        return read(answer)

    def answer(self, nonce, algorithm="SHA-256", count=1, **other):
        """The Authorization of RFC 7616; other says what is wrong with it."""
        def digest(text):
            return hashlib.new(HASHES[algorithm], text.encode()).hexdigest()
        user, realm = other.get("user", self.user), other.get("realm", self.realm)
        uri, nc, cnonce = other.get("uri", self.uri), f"{count:08x}", secrets.token_hex(8)
        a1 = digest(f"{user}:{realm}:{other.get('password', self.password)}")
        a2 = digest(f"{other.get('method', 'INVITE')}:{uri}")
        response = digest(f"{a1}:{nonce}:{nc}:{cnonce}:auth:{a2}")
        return ("Authorization",
                f'Digest username="{other.get("says", user)}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
                f'response="{response}", algorithm={algorithm}, cnonce="{cnonce}", qop=auth, nc={nc}')


def read(answer):
    found = {}
    for text in answer.all("www-authenticate"):
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', text.split(None, 1)[1]))
        if fields.get("qop") != "auth" or "opaque" in fields:
            raise SystemExit(f"an odd challenge: {text}")
        found[fields["algorithm"]] = fields
    return found


def want(what, got, wanted):
    print(what, got, flush=True)
    if got != wanted:
        raise SystemExit(f"{what}: wanted {wanted}")


def good(c):
    offered = c.challenge()
    want("what is offered:", list(offered), ["SHA-512-256", "SHA-256", "MD5"])
    for algorithm, fields in offered.items():
        want(f"{algorithm}:", c.call(headers=[c.answer(fields["nonce"], algorithm)])[0], "call")
    nonce = offered["SHA-256"]["nonce"]
    want("the nonce again, counted on:", c.call(headers=[c.answer(nonce, count=2)])[0], "call")
    return nonce


def stale(c, what, header):
    status, answer = c.call(headers=[header])
    want(what, (status, {f.get("stale") for f in read(answer).values()}), (401, {"true"}))


def hostile(c, nonce):
    fresh = c.challenge()["SHA-256"]["nonce"]
    header = c.answer(fresh)
    want("an answer:", c.call(headers=[header])[0], "call")
    stale(c, "the same answer for another call:", header)
    stale(c, "a count that was used:", c.answer(nonce, count=2))
    stale(c, "a nonce that is not ours:", c.answer("0" * 64))
    stale(c, "a nonce with another time:", c.answer(fresh[:31] + ("0" if fresh[31] != "0" else "1") + fresh[32:], count=9))
    for what, status, wrong in (
            ("a wrong password:", 403, {"password": "open sesam"}),
            ("another user:", 403, {"user": "admin"}),
            ("another user's name:", 403, {"says": "admin"}),
            ("the answer for another method:", 403, {"method": "REGISTER"}),
            ("the answer for another number:", 400, {"uri": URI.replace("4930", "1900") + c.realm}),
            ("the answer for another realm:", 401, {"realm": "elsewhere"})):
        want(what, c.call(headers=[c.answer(c.challenge()["SHA-256"]["nonce"], **wrong)])[0], status)
    name, text = c.answer(c.challenge()["SHA-256"]["nonce"])
    for cut in (8, 20, len(text) // 2, len(text) - 12):
        want(f"cut after {cut}:", c.call(headers=[(name, text[:cut])])[0], 400)
    for count in (2, 32, 100):
        want(f"{count} of them:", c.call(headers=[(name, text)] * count)[0], 400)
    want("in Proxy-Authorization:", c.call(headers=[("Proxy-" + name, text)])[0], 401)


def others(c):
    for method in ("REGISTER", "MESSAGE", "SUBSCRIBE", "REFER", "PUBLISH"):
        want(f"{method}:", c.call(method)[0], 401)
        nonce = c.challenge()["SHA-256"]["nonce"]
        want(f"{method} with an answer:", c.call(method, [c.answer(nonce, method=method)])[0], 405)
    want("OPTIONS:", c.call("OPTIONS")[0], 200)


def flood(c, count=500):
    """Challenges that nobody answers, then a call."""
    sent = [asks.build(c.peer, "INVITE", c.uri, []) for _ in range(count)]
    for request in sent:
        c.peer.send(request)
    for request in sent:
        answer = c.peer.final(request, "INVITE")
        c.peer.send(sipkit.ack_refusal(request, answer))
        if answer.status != 401:
            raise SystemExit(f"in a flood: {answer.status}")
    want("after a flood:", c.call(headers=[c.answer(c.challenge()["SHA-256"]["nonce"])])[0], "call")


def main(address, name, pki, user, password, alone=None):
    client = Client(address, name, pki, user, password)
    if alone:
        offered = client.challenge()
        want("what is offered:", list(offered), ["SHA-256"])
        want("its answer:", client.call(headers=[client.answer(offered["SHA-256"]["nonce"])])[0], "call")
        return 0
    hostile(client, good(client))
    others(client)
    flood(client)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
