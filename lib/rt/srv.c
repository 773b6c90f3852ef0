#include "rt/srv.h"

static void swap(zti_srv *a, zti_srv *b)
{
    zti_srv c = *a;

    *a = *b;
    *b = c;
}

/* By priority, and in it those of weight 0 first, as RFC 2782 has them lie for the draw. */
static void sort(zti_srv *r, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = i; k > 0; k--) {
            if (r[k - 1].priority < r[k].priority) break;
            if (r[k - 1].priority == r[k].priority && (r[k - 1].weight == 0 || r[k].weight != 0))
                break;
            swap(&r[k - 1], &r[k]);
        }
}

/* Moves the drawn one of r[0..count) to the front, keeping the order of the rest. */
static int32_t draw(ztrunk_ctx *ctx, zti_srv *r, uint32_t count)
{
    uint32_t sum = 0, at = 0, run, random;
    int32_t err = ztrunk_random(ctx, (uint8_t *)&random, sizeof random);

    if (err != ZTRUNK_OK) return err;
    for (uint32_t i = 0; i < count; i++) sum += r[i].weight;
    random %= sum + 1; /* sum is below 2^19: the bias is below 2^-13 */
    run = r[0].weight;
    while (run < random) run += r[++at].weight;
    for (; at > 0; at--) swap(&r[at - 1], &r[at]);
    return ZTRUNK_OK;
}

int32_t zti_srv_order(ztrunk_ctx *ctx, zti_srv *records, uint32_t count)
{
    sort(records, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t same = 1;
        int32_t err;

        while (i + same < count && records[i + same].priority == records[i].priority) same++;
        err = draw(ctx, records + i, same);
        if (err != ZTRUNK_OK) return err;
    }
    return ZTRUNK_OK;
}
