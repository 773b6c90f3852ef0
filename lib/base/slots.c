#include "base/slots.h"

#define PLACE_BITS 24
#define PLACE_MASK ((UINT64_C(1) << PLACE_BITS) - 1)

zti_slots zti_slots_of(ztrunk_ctx *ctx, size_t max)
{
    return (zti_slots){.ctx = ctx, .max = max < PLACE_MASK ? max : (size_t)PLACE_MASK};
}

static int32_t grow(zti_slots *s)
{
    size_t cap = s->cap > 0 ? s->cap * 2 : 16;
    zti_slot *slots = zti_rearray(s->ctx, s->slots, cap, sizeof *slots);

    if (slots == NULL) return ZTRUNK_E_NOMEM;
    s->slots = slots;
    s->cap = cap;
    return ZTRUNK_OK;
}

static int32_t take_place(zti_slots *s, size_t *place)
{
    if (s->first_free != 0) {
        *place = s->first_free - 1;
        s->first_free = s->slots[*place].next_free;
        return ZTRUNK_OK;
    }
    if (s->used == s->cap) {
        int32_t err = grow(s);

        if (err != ZTRUNK_OK) return err;
    }
    *place = s->used++;
    s->slots[*place] = (zti_slot){.generation = 1};
    return ZTRUNK_OK;
}

int32_t zti_slots_put(zti_slots *s, void *value, uint64_t *id)
{
    size_t place;
    int32_t err;

    if (s->count >= s->max) return ZTRUNK_E_LIMIT;
    err = take_place(s, &place);
    if (err != ZTRUNK_OK) return err;
    s->slots[place].value = value;
    s->count++;
    *id = s->slots[place].generation << PLACE_BITS | place;
    return ZTRUNK_OK;
}

static zti_slot *slot_of(const zti_slots *s, uint64_t id)
{
    size_t place = (size_t)(id & PLACE_MASK);
    zti_slot *slot;

    if (place >= s->used) return NULL;
    slot = &s->slots[place];
    return slot->value != NULL && slot->generation == id >> PLACE_BITS ? slot : NULL;
}

void *zti_slots_get(const zti_slots *s, uint64_t id)
{
    const zti_slot *slot = slot_of(s, id);

    return slot != NULL ? slot->value : NULL;
}

void *zti_slots_del(zti_slots *s, uint64_t id)
{
    zti_slot *slot = slot_of(s, id);
    void *value;

    if (slot == NULL) return NULL;
    value = slot->value;
    slot->value = NULL;
    slot->generation++;
    slot->next_free = s->first_free;
    s->first_free = (size_t)(id & PLACE_MASK) + 1;
    s->count--;
    return value;
}

void *zti_slots_next(const zti_slots *s, size_t *place)
{
    while (*place < s->used) {
        void *value = s->slots[(*place)++].value;

        if (value != NULL) return value;
    }
    return NULL;
}

void zti_slots_free(zti_slots *s)
{
    zti_free(s->ctx, s->slots);
    *s = zti_slots_of(s->ctx, s->max);
}
