#include "guard/admission_open.h"

enum { PLACE_BITS = 24 };

int32_t zti_opens_init(zti_opens *o, ztrunk_ctx *ctx, uint32_t max)
{
    *o = (zti_opens){.ctx = ctx, .max = max};
    o->all = zti_array(ctx, max, sizeof *o->all);
    if (o->all == NULL) return ZTRUNK_E_NOMEM;
    for (uint32_t i = max; i > 0; i--) {
        o->all[i - 1] = (zti_open){.generation = 1, .next_free = o->first_free};
        o->first_free = i;
    }
    return ZTRUNK_OK;
}

void zti_opens_free(zti_opens *o)
{
    if (o->ctx != NULL) zti_free(o->ctx, o->all);
    *o = (zti_opens){0};
}

zti_open *zti_opens_take(zti_opens *o, uint32_t what, uint64_t *id)
{
    uint32_t place = o->first_free;
    zti_open *open;

    if (place == 0) return NULL;
    open = &o->all[place - 1];
    o->first_free = open->next_free;
    o->count++;
    *open = (zti_open){.generation = open->generation, .what = what};
    *id = open->generation << PLACE_BITS | place;
    return open;
}

zti_open *zti_opens_find(const zti_opens *o, uint64_t id)
{
    uint64_t place = id & ((UINT64_C(1) << PLACE_BITS) - 1);
    zti_open *open;

    if (place == 0 || place > o->max) return NULL;
    open = &o->all[place - 1];
    return open->what != 0 && open->generation == id >> PLACE_BITS ? open : NULL;
}

void zti_opens_give(zti_opens *o, zti_open *open)
{
    open->what = 0;
    open->generation++;
    open->next_free = o->first_free;
    o->first_free = (uint32_t)(open - o->all) + 1;
    o->count--;
}
