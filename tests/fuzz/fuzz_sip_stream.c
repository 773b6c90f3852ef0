/* Any bytes, in any pieces: the same messages come out whole and dripped, and what passes the gate
 * passes it again after it was encoded. The first byte says in which steps. */
#include <stdlib.h>
#include <zerotrunk/sip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct tally {
    uint32_t messages, faults, is_dead;
    size_t bodies;
} tally;

static void check_again(ztrunk_ctx *ctx, const ztrunk_sip_msg *m)
{
    static uint8_t wire[1 << 18];
    ztrunk_sip_info info = {.size = sizeof info};
    ztrunk_sip_msg *again = NULL;
    size_t len;

    if (ztrunk_sip_msg_encode(m, wire, sizeof wire, &len) != ZTRUNK_OK) abort();
    if (len > 65536) return;
    if (ztrunk_sip_msg_parse(ctx, NULL, wire, len, &again) != ZTRUNK_OK) abort();
    if (ztrunk_sip_msg_info(again, &info) != ZTRUNK_OK || info.fault != 0) abort();
    ztrunk_sip_msg_free(again);
}

static void take(ztrunk_ctx *ctx, ztrunk_sip_msg *m, tally *t)
{
    ztrunk_sip_info info = {.size = sizeof info};

    if (ztrunk_sip_msg_info(m, &info) != ZTRUNK_OK) abort();
    t->messages++;
    t->faults = t->faults * 31 + info.fault;
    t->bodies += info.body_len;
    if (info.fault == 0) check_again(ctx, m);
    ztrunk_sip_msg_free(m);
}

static tally run(ztrunk_ctx *ctx, const uint8_t *data, size_t size, size_t step)
{
    ztrunk_sip_stream *s = NULL;
    tally t = {.messages = 0};

    if (ztrunk_sip_stream_new(ctx, NULL, &s) != ZTRUNK_OK) abort();
    while (size > 0 && !t.is_dead) {
        size_t used = 0, want = step < size ? step : size;
        ztrunk_sip_msg *m;

        if (ztrunk_sip_stream_feed(s, data, want, &used) != ZTRUNK_OK) abort();
        do {
            t.is_dead = ztrunk_sip_stream_next(s, &m) != ZTRUNK_OK;
            if (m != NULL) take(ctx, m, &t);
        } while (m != NULL && !t.is_dead);
        if (used == 0 && !t.is_dead) abort();
        data += used;
        size -= used;
    }
    ztrunk_sip_stream_free(s);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {1};
    ztrunk_ctx *ctx = NULL;
    tally whole, parts;

    if (size < 1 || ztrunk_ctx_new_seeded(seed, &ctx) != ZTRUNK_OK) return 0;
    whole = run(ctx, data + 1, size - 1, size);
    parts = run(ctx, data + 1, size - 1, (size_t)data[0] + 1);
    if (whole.messages != parts.messages || whole.faults != parts.faults) abort();
    if (whole.bodies != parts.bodies || whole.is_dead != parts.is_dead) abort();
    ztrunk_ctx_free(ctx);
    return 0;
}
