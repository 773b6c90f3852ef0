/* Two ends of one stream under a script of bytes: what was sealed opens to itself, and nothing else
 * opens. Byte 0 chooses the suite, the MKI and the window; then come commands. */
#include <zerotrunk/srtp.h>

#include <stdlib.h>
#include <string.h>
#include "base/cur.h"

#define ROOM 2048u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct ends {
    ztrunk_srtp *out, *in;
    uint8_t last[ROOM];
    size_t last_len;
    uint32_t last_is_rtcp;
} ends;

static void must(int ok)
{
    if (!ok) abort();
}

static ztrunk_srtp *end_of(ztrunk_ctx *ctx, uint8_t choice, uint32_t inbound)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = 1 + choice % 8, .inbound = inbound};
    uint8_t key[46];
    ztrunk_srtp *s = NULL;

    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)(i * 5 + 1);
    opts.mki_len = choice >> 3 & 3;
    opts.mki = opts.mki_len;
    opts.window = choice & 0x20 ? 1024 : 0;
    opts.max_ssrc = 4;
    must(ztrunk_srtp_new(ctx, &opts, key, ztrunk_suite_key_len(opts.suite), &s) == ZTRUNK_OK);
    return s;
}

/* Sealed by one end, opened by the other: the same bytes, or refused by both rules alike. */
static void pass(ends *e, uint32_t is_rtcp, zti_str plain)
{
    uint8_t pkt[ROOM];
    size_t len = plain.len;
    int32_t err;

    if (len > ROOM - 64) return;
    if (len > 0) memcpy(pkt, plain.p, len);
    if (ztrunk_srtp_seal(e->out, is_rtcp, pkt, len, ROOM, &len) != ZTRUNK_OK) return;
    must(len > plain.len && len <= plain.len + ztrunk_srtp_overhead(e->out));
    memcpy(e->last, pkt, len);
    e->last_len = len;
    e->last_is_rtcp = is_rtcp;
    err = ztrunk_srtp_open(e->in, is_rtcp, pkt, len, &len);
    if (err != ZTRUNK_OK) return;
    must(len == plain.len && memcmp(pkt, plain.p, len) == 0);
}

/* The sealed packet again: a replay, and whatever is changed in it is refused. */
static void forge(ends *e, uint32_t at, uint8_t change)
{
    uint8_t pkt[ROOM];
    size_t len = e->last_len;

    if (len == 0) return;
    memcpy(pkt, e->last, len);
    pkt[at % len] ^= change;
    must(ztrunk_srtp_open(e->in, e->last_is_rtcp, pkt, len, &len) != ZTRUNK_OK || change == 0);
}

static void open_raw(ends *e, uint32_t is_rtcp, zti_str bytes)
{
    uint8_t *exact = malloc(bytes.len > 0 ? bytes.len : 1);
    size_t len = 0;

    must(exact != NULL);
    if (bytes.len > 0) memcpy(exact, bytes.p, bytes.len);
    must(ztrunk_srtp_open(e->in, is_rtcp, exact, bytes.len, &len) != ZTRUNK_OK);
    free(exact);
}

static void command(ends *e, zti_cur *c)
{
    uint8_t what = zti_cur_byte(c);
    uint32_t is_rtcp = what >> 7;
    uint32_t roc = 0;

    switch (what & 7) {
    case 0:
    case 1:
        pass(e, is_rtcp, zti_cur_take(c, zti_cur_byte(c)));
        break;
    case 2:
        forge(e, zti_cur_be16(c), zti_cur_byte(c));
        break;
    case 3:
        open_raw(e, is_rtcp, zti_cur_take(c, zti_cur_byte(c)));
        break;
    case 4:
        (void)ztrunk_srtp_set_roc(e->in, zti_cur_byte(c), zti_cur_be32(c));
        break;
    case 5:
        (void)ztrunk_srtp_set_roc(e->out, zti_cur_byte(c), zti_cur_be32(c));
        break;
    case 6:
        (void)ztrunk_srtp_get_roc(e->in, zti_cur_byte(c), &roc);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {1};
    zti_cur c = zti_cur_of((zti_str){(const char *)data, size});
    uint8_t choice = zti_cur_byte(&c);
    ztrunk_ctx *ctx = NULL;
    ends e = {0};

    must(ztrunk_ctx_new_seeded(seed, &ctx) == ZTRUNK_OK);
    e.out = end_of(ctx, choice, 0);
    e.in = end_of(ctx, choice, 1);
    while (!zti_cur_done(&c)) command(&e, &c);
    ztrunk_srtp_free(e.out);
    ztrunk_srtp_free(e.in);
    ztrunk_ctx_free(ctx);
    return 0;
}
