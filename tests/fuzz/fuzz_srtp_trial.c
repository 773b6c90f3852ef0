/* Packets of any make refused by one context and tried: nothing of it moves, no byte of the packet
 * changes, a budget holds, and the peer's next good packet still opens. Byte 0 chooses the suite
 * and the MKI; then come commands. */
#include <zerotrunk/srtp.h>

#include <stdlib.h>
#include <string.h>
#include "base/cur.h"

#define ROOM  1024u
#define PEERS 4u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct ends {
    ztrunk_ctx *ctx;
    ztrunk_srtp_trials *trials;
    ztrunk_srtp *in, *out, *before;
    ztrunk_srtp *good, *peers[PEERS]; /* that seal */
    uint64_t now_ns;
    uint16_t seq;
} ends;

static void must(int ok)
{
    if (!ok) abort();
}

static ztrunk_srtp *end_of(ends *e, uint8_t choice, uint32_t inbound, uint8_t first)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = 1 + choice % 8, .inbound = inbound};
    uint8_t key[46];
    ztrunk_srtp *s = NULL;

    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)(i * 5 + first);
    opts.mki_len = choice >> 3 & 3;
    opts.mki = opts.mki_len;
    must(ztrunk_srtp_new(e->ctx, &opts, key, ztrunk_suite_key_len(opts.suite), &s) == ZTRUNK_OK);
    return s;
}

static void arrive(ends *e, uint32_t is_rtcp, zti_str bytes)
{
    uint8_t *exact = malloc(bytes.len > 0 ? bytes.len : 1);
    uint32_t cause;
    size_t len = 0;
    int32_t err;

    must(exact != NULL);
    if (bytes.len > 0) memcpy(exact, bytes.p, bytes.len);
    err = ztrunk_srtp_open(e->in, is_rtcp, exact, bytes.len, &len);
    if (err != ZTRUNK_OK) {
        cause = ztrunk_srtp_trials_look(e->trials, e->now_ns, e->in, e->out, e->before, err,
                                        is_rtcp, exact, bytes.len);
        must(cause <= ZTRUNK_SRTP_CAUSE_SOURCES);
        must(bytes.len == 0 || memcmp(exact, bytes.p, bytes.len) == 0);
    }
    free(exact);
}

static size_t header(uint8_t *pkt, uint16_t seq, zti_str payload)
{
    static const uint8_t fixed[12] = {0x80, 8, 0, 0, 0, 0, 0, 1, 0xca, 0xfe, 0xba, 0xbe};
    size_t len = payload.len < ROOM - 128 ? payload.len : ROOM - 128;

    memcpy(pkt, fixed, sizeof fixed);
    pkt[2] = (uint8_t)(seq >> 8);
    pkt[3] = (uint8_t)seq;
    if (len > 0) memcpy(pkt + sizeof fixed, payload.p, len);
    return sizeof fixed + len;
}

static void peer_sends(ends *e, ztrunk_srtp *peer, uint16_t seq, zti_str payload)
{
    uint8_t pkt[ROOM];
    size_t len = header(pkt, seq, payload);

    if (ztrunk_srtp_seal(peer, 0, pkt, len, sizeof pkt, &len) != ZTRUNK_OK) return;
    arrive(e, 0, (zti_str){(const char *)pkt, len});
}

static void good_sends(ends *e)
{
    uint8_t pkt[ROOM];
    size_t len = header(pkt, ++e->seq, ZTI_STR("a payload of twenty!"));

    must(ztrunk_srtp_seal(e->good, 0, pkt, len, sizeof pkt, &len) == ZTRUNK_OK);
    must(ztrunk_srtp_open(e->in, 0, pkt, len, &len) == ZTRUNK_OK);
}

static void command(ends *e, zti_cur *c)
{
    uint8_t what = zti_cur_byte(c);

    e->now_ns += (uint64_t)(what >> 3) * 20000000;
    switch (what & 7) {
    case 0:
        good_sends(e);
        break;
    case 1:
        arrive(e, what >> 7, zti_cur_take(c, zti_cur_byte(c)));
        break;
    case 2:
        (void)ztrunk_srtp_set_roc(e->peers[what >> 3 & 3], 0xcafebabe, zti_cur_byte(c));
        break;
    default:
        peer_sends(e, e->peers[what & 3], zti_cur_be16(c), zti_cur_take(c, zti_cur_byte(c)));
        break;
    }
}

static void check_budget(const ends *e, uint64_t from_ns)
{
    for (uint32_t is_rtcp = 0; is_rtcp < 2; is_rtcp++) {
        ztrunk_srtp_finding f = {.size = sizeof f};

        must(ztrunk_srtp_finding_of(e->in, is_rtcp, &f) == ZTRUNK_OK);
        must(f.trials <= 11 + (e->now_ns - from_ns) / 500000000);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {1};
    const uint64_t from_ns = 1000000000;
    zti_cur c = zti_cur_of((zti_str){(const char *)data, size});
    uint8_t choice = zti_cur_byte(&c);
    ends e = {.now_ns = from_ns};

    must(ztrunk_ctx_new_seeded(seed, &e.ctx) == ZTRUNK_OK);
    must(ztrunk_srtp_trials_new(e.ctx, NULL, &e.trials) == ZTRUNK_OK);
    e.in = end_of(&e, choice, 1, 1);
    e.good = end_of(&e, choice, 0, 1);
    e.out = end_of(&e, choice, 0, 2);
    e.before = end_of(&e, choice, 1, 3);
    for (uint8_t i = 0; i < PEERS; i++)
        e.peers[i] = end_of(&e, (uint8_t)(choice + (i & 1)), 0, (uint8_t)(2 + i));
    good_sends(&e);
    while (!zti_cur_done(&c)) command(&e, &c);
    check_budget(&e, from_ns);
    good_sends(&e);
    ztrunk_srtp_free(e.in);
    ztrunk_srtp_free(e.good);
    ztrunk_srtp_free(e.out);
    ztrunk_srtp_free(e.before);
    for (uint8_t i = 0; i < PEERS; i++) ztrunk_srtp_free(e.peers[i]);
    ztrunk_srtp_trials_free(e.trials);
    ztrunk_ctx_free(e.ctx);
    return 0;
}
