#include "base/map.h"

#include "fail_ctx.h"
#include "unit.h"

#define KEYS 300u

static fail_ctx hooks;
static ztrunk_ctx *ctx;

static zti_map map_of(size_t max)
{
    hooks = (fail_ctx){0};
    ck_assert_int_eq(fail_ctx_new(&hooks, &ctx), ZTRUNK_OK);
    return zti_map_of(ctx, max);
}

static void end(zti_map *m)
{
    zti_map_free(m);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(hooks.live, 0);
}

static zti_str key_of(const uint32_t *n)
{
    return (zti_str){(const char *)n, sizeof *n};
}

START_TEST(the_bound_holds_and_one_more_is_refused)
{
    uint32_t keys[3] = {1, 2, 3};
    zti_map m = map_of(2);

    ck_assert_ptr_null(zti_map_get(&m, key_of(&keys[0])));
    ck_assert_ptr_null(zti_map_del(&m, key_of(&keys[0])));
    ck_assert_int_eq(zti_map_put(&m, key_of(&keys[0]), &keys[0]), ZTRUNK_OK);
    ck_assert_int_eq(zti_map_put(&m, key_of(&keys[0]), &keys[1]), ZTRUNK_E_STATE);
    ck_assert_int_eq(zti_map_put(&m, key_of(&keys[1]), &keys[1]), ZTRUNK_OK);
    ck_assert_int_eq(zti_map_put(&m, key_of(&keys[2]), &keys[2]), ZTRUNK_E_LIMIT);
    ck_assert_ptr_eq(zti_map_get(&m, key_of(&keys[0])), &keys[0]);
    end(&m);
}
END_TEST

START_TEST(a_failed_growth_keeps_what_is_there)
{
    static uint32_t keys[KEYS];
    zti_map m = map_of(KEYS);
    uint32_t i = 0;

    for (; i < 12; i++) {
        keys[i] = i;
        ck_assert_int_eq(zti_map_put(&m, key_of(&keys[i]), &keys[i]), ZTRUNK_OK);
    }
    hooks.fail_at = hooks.calls + 1;
    keys[i] = i;
    ck_assert_int_eq(zti_map_put(&m, key_of(&keys[i]), &keys[i]), ZTRUNK_E_NOMEM);
    ck_assert_int_eq(zti_map_put(&m, key_of(&keys[i]), &keys[i]), ZTRUNK_OK);
    while (i-- > 0) ck_assert_ptr_eq(zti_map_get(&m, key_of(&keys[i])), &keys[i]);
    end(&m);
}
END_TEST

/* Against a plain array of flags: whatever the order of puts and deletes, they agree. */
START_TEST(agrees_with_a_plain_set_over_random_edits)
{
    static uint32_t keys[KEYS], present[KEYS];
    zti_map m = map_of(KEYS);
    uint32_t state = 5, count = 0;

    for (uint32_t i = 0; i < KEYS; i++) keys[i] = i * 2654435761u;
    for (uint32_t step = 0; step < 20000; step++) {
        uint32_t i;

        state = state * 1664525u + 1013904223u;
        i = (state >> 8) % KEYS;
        if (state >> 31) {
            ck_assert_int_eq(zti_map_put(&m, key_of(&keys[i]), &keys[i]),
                             present[i] ? (count == KEYS ? ZTRUNK_E_LIMIT : ZTRUNK_E_STATE)
                                        : ZTRUNK_OK);
            count += !present[i];
            present[i] = 1;
        } else {
            ck_assert_ptr_eq(zti_map_del(&m, key_of(&keys[i])), present[i] ? &keys[i] : NULL);
            count -= present[i];
            present[i] = 0;
        }
        ck_assert_uint_eq(m.count, count);
    }
    for (uint32_t i = 0; i < KEYS; i++)
        ck_assert_ptr_eq(zti_map_get(&m, key_of(&keys[i])), present[i] ? &keys[i] : NULL);
    end(&m);
}
END_TEST

START_TEST(a_walk_meets_each_value_once)
{
    static uint32_t keys[KEYS], met[KEYS];
    zti_map m = map_of(KEYS);
    size_t place = 0;
    uint32_t *value;

    for (uint32_t i = 0; i < KEYS; i++) {
        keys[i] = i;
        ck_assert_int_eq(zti_map_put(&m, key_of(&keys[i]), &keys[i]), ZTRUNK_OK);
    }
    while ((value = zti_map_next(&m, &place)) != NULL) met[*value]++;
    for (uint32_t i = 0; i < KEYS; i++) ck_assert_uint_eq(met[i], 1);
    end(&m);
}
END_TEST

UNIT_MAIN("base/map", the_bound_holds_and_one_more_is_refused, a_failed_growth_keeps_what_is_there,
          agrees_with_a_plain_set_over_random_edits, a_walk_meets_each_value_once)
