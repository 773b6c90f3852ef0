/* Drives a table with a script of bytes and holds it against the one rule that matters: a packet
 * passes only where a hole is open whose prefixes or latch cover its source. */
#include <zerotrunk/pinhole.h>

#include <stdlib.h>
#include <string.h>
#include "base/cur.h"

#define PORTS 8u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct model {
    ztrunk_pinholes *table;
    uint64_t now_ns, ids[PORTS];
    uint32_t latched[PORTS]; /* 1 + source, 0: not */
} model;

static ztrunk_addr local_of(uint32_t port)
{
    return (ztrunk_addr){.family = 4, .port = (uint16_t)(20000 + port), .ip = {192, 0, 2, 1}};
}

/* Sources 0..3 lie inside 198.51.100.0/24, 4..7 outside. */
static ztrunk_addr source_of(uint32_t source)
{
    return (ztrunk_addr){.family = 4,
                         .port = 4000,
                         .ip = {198, 51, source < 4 ? 100 : 101, (uint8_t)source}};
}

static void must(int ok)
{
    if (!ok) abort();
}

static void open_hole(model *m, uint32_t port)
{
    ztrunk_pinhole_spec spec = {.size = sizeof spec, .dialog_id = port / 2, .prefix_count = 1};
    int32_t err;

    spec.local = local_of(port);
    spec.prefixes[0] = (ztrunk_prefix){.addr = {.family = 4, .ip = {198, 51, 100, 0}}, .bits = 24};
    err = ztrunk_pinholes_open(m->table, m->now_ns, &spec, &m->ids[port]);
    must(err == ZTRUNK_OK || err == ZTRUNK_E_STATE || err == ZTRUNK_E_LIMIT);
    if (err == ZTRUNK_OK) m->latched[port] = 0;
}

static uint32_t is_open(const model *m, uint32_t port)
{
    ztrunk_pinhole_info info = {.size = sizeof info};

    return ztrunk_pinholes_get_info(m->table, m->ids[port], &info) == ZTRUNK_OK;
}

static void packet(model *m, uint32_t port, uint32_t source, uint32_t authentic)
{
    ztrunk_addr from = source_of(source), to = local_of(port);
    uint32_t passes =
        is_open(m, port) && (m->latched[port] != 0 ? m->latched[port] == source + 1 : source < 4);
    uint64_t id = 0;

    must((ztrunk_pinholes_check(m->table, &from, &to, &id) == ZTRUNK_OK) == passes);
    if (!passes || !authentic) return;
    must(ztrunk_pinholes_touch(m->table, m->now_ns, id, &from) == ZTRUNK_OK);
    m->latched[port] = source + 1;
}

static void step(model *m, uint8_t verb, uint32_t port, uint32_t source)
{
    ztrunk_addr from = source_of(source);
    ztrunk_event event = {.size = sizeof event};

    if (verb == 0) open_hole(m, port);
    if (verb == 1) packet(m, port, source, 0);
    if (verb == 2) packet(m, port, source, 1);
    if (verb == 3) (void)ztrunk_pinholes_close(m->table, m->now_ns, m->ids[port], 5);
    if (verb == 4) (void)ztrunk_pinholes_close_dialog(m->table, m->now_ns, port / 2, NULL);
    if (verb == 5) m->now_ns += (uint64_t)source * 10000000000u;
    if (verb == 5) must(ztrunk_pinholes_expire(m->table, m->now_ns) == ZTRUNK_OK);
    if (verb == 6 && m->latched[port] == source + 1)
        (void)ztrunk_pinholes_answered(m->table, m->now_ns, m->ids[port], &from);
    must(ztrunk_pinholes_poll(m->table, &event) == ZTRUNK_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {3};
    ztrunk_pinholes_opts opts = {.size = sizeof opts, .max_open = 6, .idle_ns = 25000000000u};
    zti_cur c = zti_cur_of((zti_str){(const char *)data, size});
    model m = {0};
    ztrunk_ctx *ctx = NULL;

    must(ztrunk_ctx_new_seeded(seed, &ctx) == ZTRUNK_OK);
    must(ztrunk_pinholes_new(ctx, &opts, &m.table) == ZTRUNK_OK);
    while (!zti_cur_done(&c)) {
        uint8_t verb = zti_cur_byte(&c) % 7;
        uint8_t what = zti_cur_byte(&c);

        step(&m, verb, what % PORTS, what / PORTS % 8);
    }
    ztrunk_pinholes_free(m.table);
    ztrunk_ctx_free(ctx);
    return 0;
}
