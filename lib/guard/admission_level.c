#include "guard/admission_level.h"

#include "base/time.h"

typedef struct row {
    uint32_t counts[ZTI_ADMIT_COUNTS], rates[ZTI_ADMIT_RATES]; /* 1: this question touches it */
    uint32_t keep_half; /* of a burst of messages, for what is shed later */
} row;

static const row rows[] = {
    [ZTRUNK_ADMIT_CONNECTION] = {.counts = {[ZTI_ADMIT_CONNECTIONS] = 1}},
    [ZTRUNK_ADMIT_HANDSHAKE] = {.counts = {[ZTI_ADMIT_CONNECTIONS] = 1, [ZTI_ADMIT_HALF_OPEN] = 1},
                                .rates = {[ZTI_ADMIT_HANDSHAKE_RATE] = 1}},
    [ZTRUNK_ADMIT_CALL] = {.counts = {[ZTI_ADMIT_CALLS] = 1},
                           .rates = {[ZTI_ADMIT_CALL_RATE] = 1, [ZTI_ADMIT_MESSAGE_RATE] = 1},
                           .keep_half = 1},
    [ZTRUNK_ADMIT_REQUEST] = {.rates = {[ZTI_ADMIT_MESSAGE_RATE] = 1}, .keep_half = 1},
    [ZTRUNK_ADMIT_IN_DIALOG] = {.rates = {[ZTI_ADMIT_MESSAGE_RATE] = 1}},
    [ZTRUNK_ADMIT_ENDING] = {.rates = {[ZTI_ADMIT_MESSAGE_RATE] = 1}},
};

static const uint32_t count_reasons[ZTI_ADMIT_COUNTS] = {ZTRUNK_ADMIT_CONNECTIONS,
                                                         ZTRUNK_ADMIT_HANDSHAKES,
                                                         ZTRUNK_ADMIT_CALLS};
static const uint32_t rate_reasons[ZTI_ADMIT_RATES] = {ZTRUNK_ADMIT_HANDSHAKE_RATE,
                                                       ZTRUNK_ADMIT_CALL_RATE,
                                                       ZTRUNK_ADMIT_MESSAGE_RATE};

static uint32_t most_of(const ztrunk_admission_limits *l, uint32_t count)
{
    const uint32_t most[ZTI_ADMIT_COUNTS] = {l->connections, l->handshakes, l->calls};

    return most[count];
}

static zti_rate rate_of(const ztrunk_admission_limits *l, uint32_t rate)
{
    const zti_rate rates[ZTI_ADMIT_RATES] = {{l->handshake_rate, l->handshake_burst},
                                             {l->call_rate, l->call_burst},
                                             {l->message_rate, l->message_burst}};

    return rates[rate];
}

/* What was never used is full. */
static zti_bucket *bucket_of(zti_asker *s, uint32_t i, const zti_rate *rate, uint64_t now_ns)
{
    if (s->buckets[i].filled_ns == ZTI_NEVER) s->buckets[i] = zti_bucket_full(rate, now_ns);
    return &s->buckets[i];
}

static uint32_t keeps_half(const row *r, uint32_t rate)
{
    return r->keep_half && rate == ZTI_ADMIT_MESSAGE_RATE;
}

static uint32_t ask_rate(zti_asker *s, const ztrunk_admission_limits *limits, const row *r,
                         uint32_t i, uint64_t now_ns, uint64_t *wait_ns)
{
    zti_rate rate = rate_of(limits, i);

    if (!r->rates[i] || rate.per_second == 0) return ZTRUNK_ADMIT_OK;
    *wait_ns = zti_bucket_wait(bucket_of(s, i, &rate, now_ns), &rate, keeps_half(r, i), now_ns);
    return *wait_ns == 0 ? ZTRUNK_ADMIT_OK : rate_reasons[i];
}

uint32_t zti_level_ask(zti_asker *s, const ztrunk_admission_limits *limits, uint32_t what,
                       uint64_t now_ns, uint64_t *wait_ns)
{
    const row *r = &rows[what];

    *wait_ns = 0;
    for (uint32_t i = 0; i < ZTI_ADMIT_COUNTS; i++) {
        uint32_t most = most_of(limits, i);

        if (r->counts[i] && most != 0 && s->counts[i] >= most) return count_reasons[i];
    }
    for (uint32_t i = 0; i < ZTI_ADMIT_RATES; i++) {
        uint32_t reason = ask_rate(s, limits, r, i, now_ns, wait_ns);

        if (reason != ZTRUNK_ADMIT_OK) return reason;
    }
    return ZTRUNK_ADMIT_OK;
}

void zti_level_charge(zti_asker *s, const ztrunk_admission_limits *limits, uint32_t what,
                      uint64_t now_ns)
{
    for (uint32_t i = 0; i < ZTI_ADMIT_RATES; i++) {
        zti_rate rate = rate_of(limits, i);
        zti_bucket *b;

        if (!rows[what].rates[i] || rate.per_second == 0) continue;
        b = bucket_of(s, i, &rate, now_ns);
        if (zti_bucket_wait(b, &rate, keeps_half(&rows[what], i), now_ns) == 0)
            zti_bucket_take(b, &rate);
    }
}

void zti_level_open(zti_asker *s, uint32_t what)
{
    for (uint32_t i = 0; i < ZTI_ADMIT_COUNTS; i++) s->counts[i] += rows[what].counts[i];
}

void zti_level_ready(zti_asker *s)
{
    s->counts[ZTI_ADMIT_HALF_OPEN]--;
}

void zti_level_end(zti_asker *s, uint32_t what, uint32_t is_ready)
{
    for (uint32_t i = 0; i < ZTI_ADMIT_COUNTS; i++) s->counts[i] -= rows[what].counts[i];
    if (is_ready) s->counts[ZTI_ADMIT_HALF_OPEN]++; /* it was taken off before */
}
