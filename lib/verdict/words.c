#include "verdict/words.h"

#include <stdio.h>
#include "base/time.h"

/* Which figures bear a verdict out. */
enum { REFUSED = 1, CODECS, UNSENT, REPORTS, NOTHING };

typedef struct words_row {
    const char *name, *sentence, *advice;
    uint32_t evidence;
} words_row;

static const char rekey[] =
    "have the peer take the key of the latest offer and answer, or turn off "
    "re-INVITEs that change keys there";

static const words_row rows[] = {
    [ZTRUNK_VERDICT_NONE] = {"none", "", "", 0},
    [ZTRUNK_VERDICT_PLAIN_RTP] = {"plain-rtp", "sends RTP without SRTP, none of which may pass",
                                  "turn SRTP on for this trunk at the peer, and off any fallback "
                                  "to RTP",
                                  REFUSED},
    [ZTRUNK_VERDICT_OLD_KEY] = {"old-key", "still seals its media with the key of the offer before",
                                rekey, REFUSED},
    [ZTRUNK_VERDICT_OWN_KEY] = {"own-key", "seals its media with the key that we send with",
                                "the peer has the two keys of a=crypto the wrong way round, or "
                                "something sends our own packets back",
                                REFUSED},
    [ZTRUNK_VERDICT_OTHER_LINE] = {"other-line",
                                   "seals its media with another crypto line than was chosen",
                                   "let the peer offer the one suite that both use", REFUSED},
    [ZTRUNK_VERDICT_TAG_LENGTH] = {"tag-length",
                                   "seals its media with the other length of tag, 32 or 80 bits",
                                   "let the peer offer the one suite that it uses, "
                                   "AES_CM_128_HMAC_SHA1_80 at best",
                                   REFUSED},
    [ZTRUNK_VERDICT_SUITE] = {"suite", "seals its media with the right key by the wrong cipher",
                              "let the peer offer the one suite that it uses", REFUSED},
    [ZTRUNK_VERDICT_MKI] = {"mki", "sends another MKI than was agreed on, or none",
                            "turn the MKI off at the peer", REFUSED},
    [ZTRUNK_VERDICT_ROLLOVER] = {"rollover",
                                 "counts its rollovers of the sequence number otherwise than we do",
                                 "have the peer keep its counter while it keeps its key, or change "
                                 "the key with each offer",
                                 REFUSED},
    [ZTRUNK_VERDICT_LIFETIME] = {"lifetime", "sends under a key whose lifetime is over",
                                 "let the peer send a new key before, by a re-INVITE", REFUSED},
    [ZTRUNK_VERDICT_SOURCES] = {"sources", "sends under more sources than one key may have",
                                "have the peer keep its SSRC, or change the key", REFUSED},
    [ZTRUNK_VERDICT_REPLAY] = {"replay", "sends nothing that was not sent before",
                               "look for a loop, or for somebody who plays a recording", REFUSED},
    [ZTRUNK_VERDICT_WRONG_KEY] = {"wrong-key", "seals its media with a key that nobody agreed on",
                                  rekey, REFUSED},
    [ZTRUNK_VERDICT_AUTH] = {"auth", "sends media that does not authenticate",
                             "compare the a=crypto lines of both sides", REFUSED},
    [ZTRUNK_VERDICT_NO_KEY] = {"no-key", "can be sent nothing, for no key was agreed on with it",
                               "have the peer answer with a=crypto", UNSENT},
    [ZTRUNK_VERDICT_CODEC] = {"codec", "sends a codec that was not agreed on",
                              "allow that codec on both sides, or take it out of the peer's list",
                              CODECS},
    [ZTRUNK_VERDICT_NOT_RTP] = {"not-rtp", "sends packets that are no RTP",
                                "look at what the peer sends: STUN and DTLS are not spoken here",
                                REFUSED},
    [ZTRUNK_VERDICT_SOURCE] = {"source", "sends from an address that may not send on this call",
                               "add the address to the media prefixes if it is the peer's",
                               REFUSED},
    [ZTRUNK_VERDICT_SEND] = {"send", "cannot be sent to: the system refuses",
                             "look at the routes and at the firewall of this machine for outgoing "
                             "UDP",
                             UNSENT},
    [ZTRUNK_VERDICT_UNHEARD] = {"unheard", "says by RTCP that none of what we send arrives",
                                "let its firewall pass UDP from our media ports, and look whether "
                                "its SDP names the right address",
                                REPORTS},
    [ZTRUNK_VERDICT_ICE] = {"ice", "sends nothing yet: it waits for ICE",
                            "turn ICE off at the peer; this end is reachable without", NOTHING},
    [ZTRUNK_VERDICT_PRIVATE_OURS] = {"private-ours",
                                     "sends nothing: the address that we gave it is a private one",
                                     "set the public address of this side", NOTHING},
    [ZTRUNK_VERDICT_PRIVATE_THEIRS] = {"private-theirs",
                                       "sends nothing, and the address that it gave is a private "
                                       "one",
                                       "set the public address at the peer, and let its NAT pass "
                                       "media both ways",
                                       NOTHING},
    [ZTRUNK_VERDICT_RTCP_ONLY] = {"rtcp-only", "sends RTCP and no media",
                                  "look for mute or hold at the peer, and for a firewall that "
                                  "passes odd ports only",
                                  NOTHING},
    [ZTRUNK_VERDICT_NO_MEDIA] = {"no-media", "sends no media, or none of it arrives",
                                 "let the firewalls and NATs in front of this machine pass UDP to "
                                 "its media ports",
                                 NOTHING},
    [ZTRUNK_VERDICT_STOPPED] = {"stopped", "has stopped sending, or its media arrives no more",
                                "look for a network that failed, or a NAT or firewall that forgot "
                                "the call",
                                NOTHING},
};

#define CODE_COUNT (sizeof rows / sizeof rows[0])

typedef unsigned long long big;

static void address(const ztrunk_addr *a, char text[64])
{
    size_t len;

    if (a->family == 0 || ztrunk_addr_format(a, text, 64, &len) != ZTRUNK_OK)
        snprintf(text, 64, "nowhere");
}

static void evidence_refused(char *out, size_t cap, const zti_verdict_track *t)
{
    const ztrunk_verdict_leg *now = &t->now, *then = &t->heard.leg;

    snprintf(out, cap,
             "in %llu.%llu s none let in; refused: %llu by authentication, %llu seen before, "
             "%llu malformed, %llu of another source",
             (big)((t->now_ns - t->heard.at_ns) / ZTI_SECOND),
             (big)((t->now_ns - t->heard.at_ns) / (100 * ZTI_MS) % 10),
             (big)(now->drop_auth - then->drop_auth), (big)(now->drop_replay - then->drop_replay),
             (big)(now->drop_malformed - then->drop_malformed),
             (big)(now->drop_denied - then->drop_denied));
}

static void evidence_codecs(char *out, size_t cap, const zti_verdict_track *t)
{
    snprintf(out, cap, "%llu authentic packets, %llu of them of payload types not agreed on",
             (big)(t->now.rx_packets - t->talk.leg.rx_packets),
             (big)(t->now.rx_other_codec - t->talk.leg.rx_other_codec));
}

static void evidence_unsent(char *out, size_t cap, const zti_verdict_track *t)
{
    char to[64];

    address(&t->now.theirs, to);
    snprintf(out, cap, "none sent to %s; %llu refused by the system, %llu without a key", to,
             (big)(t->now.drop_send - t->sent.leg.drop_send),
             (big)(t->now.drop_no_key - t->sent.leg.drop_no_key));
}

static void evidence_reports(char *out, size_t cap, const zti_verdict_track *t)
{
    char to[64];

    address(t->now.seen.family != 0 ? &t->now.seen : &t->now.theirs, to);
    snprintf(out, cap, "%llu packets sent to %s; its last report: %llu %% lost, up to number %llu",
             (big)(t->now.tx_packets - t->talk.leg.tx_packets), to,
             (big)t->now.report_lost * 100 / 256, (big)t->now.report_sequence % 65536);
}

static void evidence_nothing(char *out, size_t cap, const zti_verdict_track *t)
{
    char at[64], from[64];

    address(&t->now.ours, at);
    address(&t->now.theirs, from);
    snprintf(out, cap, "in %llu.%llu s nothing at %s from %s; before: %llu of RTP, %llu of RTCP",
             (big)((t->now_ns - t->heard.at_ns) / ZTI_SECOND),
             (big)((t->now_ns - t->heard.at_ns) / (100 * ZTI_MS) % 10), at, from,
             (big)t->now.rx_packets, (big)t->now.rx_rtcp);
}

static void evidence(char *out, size_t cap, uint32_t kind, const zti_verdict_track *t)
{
    static void (*const by_kind[])(char *, size_t,
                                   const zti_verdict_track *) = {[REFUSED] = evidence_refused,
                                                                 [CODECS] = evidence_codecs,
                                                                 [UNSENT] = evidence_unsent,
                                                                 [REPORTS] = evidence_reports,
                                                                 [NOTHING] = evidence_nothing};

    by_kind[kind](out, cap, t);
}

void zti_verdict_words(ztrunk_verdict_finding *finding, const char *peer,
                       const zti_verdict_track *t)
{
    const words_row *row = &rows[finding->code < CODE_COUNT ? finding->code : 0];

    if (row->evidence == 0) return;
    snprintf(finding->sentence, sizeof finding->sentence, "%s %s", peer, row->sentence);
    snprintf(finding->advice, sizeof finding->advice, "%s", row->advice);
    evidence(finding->evidence, sizeof finding->evidence, row->evidence, t);
}

const char *ztrunk_verdict_name(uint32_t code)
{
    return code < CODE_COUNT ? rows[code].name : "unknown";
}
