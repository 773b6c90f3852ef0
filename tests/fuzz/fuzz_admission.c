/* Drives an admission with a script of bytes and holds it against what its limits promise: never
 * more at once than allowed, never more calls than rate and burst give, endings always, every id
 * ends once. */
#include <zerotrunk/admission.h>

#include <stdlib.h>
#include "base/cur.h"
#include "base/time.h"

enum { SOURCES = 6, TRUNKS = 2, MOST_OPEN = 12, CALLS_AT_ONCE = 3, TRUNK_CALLS = 4, RATE = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct model {
    ztrunk_admission *a;
    uint64_t now_ns, begun[SOURCES]; /* calls, ever */
    uint64_t ids[MOST_OPEN];
    uint32_t source[MOST_OPEN], is_call[MOST_OPEN], calls[SOURCES], trunk_calls[TRUNKS], open;
} model;

static void must(int ok)
{
    if (!ok) abort();
}

static ztrunk_admission_source source_of(uint32_t n)
{
    return (ztrunk_admission_source){.size = sizeof(ztrunk_admission_source),
                                     .trunk = n % TRUNKS + 1,
                                     .addr = {.family = 4, .ip = {192, 0, 2, (uint8_t)n}}};
}

static void remember(model *m, uint32_t n, uint32_t what, uint64_t id)
{
    uint32_t i = 0;

    while (m->ids[i] != 0) i++;
    m->ids[i] = id;
    m->source[i] = n;
    m->is_call[i] = what == ZTRUNK_ADMIT_CALL;
    m->open++;
    if (!m->is_call[i]) return;
    m->begun[n]++;
    must(++m->calls[n] <= CALLS_AT_ONCE);
    must(++m->trunk_calls[n % TRUNKS] <= TRUNK_CALLS);
    must(m->begun[n] <= RATE + RATE * m->now_ns / ZTI_SECOND);
}

static void question(model *m, uint32_t n, uint32_t what)
{
    ztrunk_admission_source s = source_of(n);
    ztrunk_admission_verdict v = {.size = sizeof v};
    uint32_t is_blocked = ztrunk_admission_blocked_ns(m->a, m->now_ns, &s.addr) > 0;
    int32_t err = ztrunk_admission_ask(m->a, m->now_ns, &s, what, &v);

    must((err == ZTRUNK_E_DENIED) == (is_blocked && what != ZTRUNK_ADMIT_ENDING));
    must((v.reason == ZTRUNK_ADMIT_OK) == (err == ZTRUNK_OK) && v.status == 0);
    must((v.id != 0) == (err == ZTRUNK_OK && what <= ZTRUNK_ADMIT_CALL));
    if (what == ZTRUNK_ADMIT_ENDING) must(err == ZTRUNK_OK);
    if (v.id != 0) remember(m, n, what, v.id);
}

static void end(model *m, uint32_t i)
{
    if (m->ids[i] == 0) return;
    must(ztrunk_admission_end(m->a, m->now_ns, m->ids[i]) == ZTRUNK_OK);
    must(ztrunk_admission_end(m->a, m->now_ns, m->ids[i]) == ZTRUNK_E_NOTFOUND);
    m->calls[m->source[i]] -= m->is_call[i];
    m->trunk_calls[m->source[i] % TRUNKS] -= m->is_call[i];
    m->ids[i] = 0;
    m->open--;
}

static void step(model *m, uint8_t verb, uint8_t what)
{
    ztrunk_admission_source s = source_of(what % SOURCES);
    ztrunk_admission_info info = {.size = sizeof info};

    if (verb >= ZTRUNK_ADMIT_CONNECTION && verb <= ZTRUNK_ADMIT_ENDING)
        question(m, what % SOURCES, verb);
    if (verb == 0) m->now_ns += (uint64_t)what * 100 * ZTI_MS;
    if (verb == 7) end(m, what % MOST_OPEN);
    if (verb == 8) (void)ztrunk_admission_ready(m->a, m->now_ns, m->ids[what % MOST_OPEN]);
    if (verb == 9) (void)ztrunk_admission_offend(m->a, m->now_ns, &s, what / SOURCES % 5, NULL);
    if (verb == 10) (void)ztrunk_admission_unblock(m->a, m->now_ns, &s.addr);
    must(ztrunk_admission_get_info(m->a, &info) == ZTRUNK_OK);
    must(info.open == m->open && info.addresses <= SOURCES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {3};
    const ztrunk_admission_opts opts = {.size = sizeof opts,
                                        .max_addresses = SOURCES,
                                        .max_named = 4,
                                        .max_open = MOST_OPEN};
    const ztrunk_admission_limits address = {.size = sizeof address,
                                             .calls = CALLS_AT_ONCE,
                                             .call_rate = RATE,
                                             .message_rate = 9,
                                             .handshakes = 2};
    const ztrunk_admission_limits trunk = {.size = sizeof trunk, .calls = TRUNK_CALLS};
    zti_cur c = zti_cur_of((zti_str){(const char *)data, size});
    model m = {0};
    ztrunk_ctx *ctx = NULL;

    must(ztrunk_ctx_new_seeded(seed, &ctx) == ZTRUNK_OK);
    must(ztrunk_admission_new(ctx, &opts, &m.a) == ZTRUNK_OK);
    must(ztrunk_admission_set_limits(m.a, ZTRUNK_ADMIT_ADDRESS, 0, &address) == ZTRUNK_OK);
    must(ztrunk_admission_set_limits(m.a, ZTRUNK_ADMIT_TRUNK, 0, &trunk) == ZTRUNK_OK);
    while (!zti_cur_done(&c)) {
        uint8_t verb = zti_cur_byte(&c) % 11;

        step(&m, verb, zti_cur_byte(&c));
    }
    for (uint32_t i = 0; i < MOST_OPEN; i++) end(&m, i);
    ztrunk_admission_free(m.a);
    ztrunk_ctx_free(ctx);
    return 0;
}
