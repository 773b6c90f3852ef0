#include "guard/admission_block.h"

#include "base/time.h"

#define POINT UINT64_C(1000000000)

uint32_t zti_block_holds(const zti_block *b, uint64_t now_ns)
{
    return now_ns < b->until_ns;
}

uint32_t zti_block_is_innocent(const zti_block *b, uint64_t now_ns)
{
    if (zti_block_holds(b, now_ns)) return 0;
    return b->score == 0 || (now_ns > b->scored_ns && now_ns - b->scored_ns >= b->score);
}

/* One point a second is one billionth a nanosecond. */
static void forgive(zti_block *b, uint64_t now_ns)
{
    uint64_t span = now_ns > b->scored_ns ? now_ns - b->scored_ns : 0;

    b->score = b->score > span ? b->score - span : 0;
    b->scored_ns += span;
}

static void calm(zti_block *b, const zti_block_rule *rule, uint64_t now_ns)
{
    uint64_t spans = (now_ns - b->until_ns) / rule->calm_ns;

    b->doublings = spans < b->doublings ? b->doublings - (uint32_t)spans : 0;
}

static uint64_t span_of(const zti_block *b, const zti_block_rule *rule)
{
    uint64_t span = rule->first_ns;

    for (uint32_t i = 0; i < b->doublings && span < rule->max_ns; i++)
        span = zti_time_add(span, span);
    return zti_time_min(span, rule->max_ns);
}

uint32_t zti_block_offend(zti_block *b, const zti_block_rule *rule, uint64_t now_ns,
                          uint32_t weight)
{
    if (zti_block_holds(b, now_ns)) return 0;
    forgive(b, now_ns);
    b->score = zti_time_add(b->score, weight * POINT);
    if (b->score < rule->points * POINT) return 0;
    calm(b, rule, now_ns);
    b->until_ns = zti_time_add(now_ns, span_of(b, rule));
    if (b->doublings < 64) b->doublings++;
    b->score = 0;
    return 1;
}
