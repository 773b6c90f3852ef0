#include "base/slots.h"

#include "fail_ctx.h"
#include "unit.h"

static fail_ctx hooks;
static ztrunk_ctx *ctx;

static zti_slots slots_of(size_t max)
{
    hooks = (fail_ctx){0};
    ck_assert_int_eq(fail_ctx_new(&hooks, &ctx), ZTRUNK_OK);
    return zti_slots_of(ctx, max);
}

static void end(zti_slots *s)
{
    zti_slots_free(s);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(hooks.live, 0);
}

START_TEST(a_stale_id_finds_nothing_though_its_place_is_taken_again)
{
    zti_slots s = slots_of(10);
    int old, young;
    uint64_t first = 0, second = 0;

    ck_assert_int_eq(zti_slots_put(&s, &old, &first), ZTRUNK_OK);
    ck_assert(first != 0);
    ck_assert_ptr_eq(zti_slots_del(&s, first), &old);
    ck_assert_ptr_null(zti_slots_del(&s, first));
    ck_assert_int_eq(zti_slots_put(&s, &young, &second), ZTRUNK_OK);
    ck_assert(first != second);
    ck_assert_ptr_null(zti_slots_get(&s, first));
    ck_assert_ptr_eq(zti_slots_get(&s, second), &young);
    ck_assert_ptr_null(zti_slots_get(&s, 0));
    ck_assert_ptr_null(zti_slots_get(&s, UINT64_MAX));
    end(&s);
}
END_TEST

START_TEST(the_bound_holds_and_one_more_is_refused)
{
    zti_slots s = slots_of(40);
    uint64_t ids[41];
    int value;

    for (size_t i = 0; i < 40; i++) ck_assert_int_eq(zti_slots_put(&s, &value, &ids[i]), ZTRUNK_OK);
    ck_assert_int_eq(zti_slots_put(&s, &value, &ids[40]), ZTRUNK_E_LIMIT);
    ck_assert_ptr_eq(zti_slots_del(&s, ids[20]), &value);
    ck_assert_int_eq(zti_slots_put(&s, &value, &ids[40]), ZTRUNK_OK);
    end(&s);
}
END_TEST

START_TEST(a_failed_growth_keeps_what_is_there)
{
    zti_slots s = slots_of(100);
    uint64_t first = 0, id = 0;
    int value;

    ck_assert_int_eq(zti_slots_put(&s, &value, &first), ZTRUNK_OK);
    hooks.fail_at = hooks.calls + 1;
    while (zti_slots_put(&s, &value, &id) == ZTRUNK_OK) continue;
    ck_assert_ptr_eq(zti_slots_get(&s, first), &value);
    ck_assert_int_eq(zti_slots_put(&s, &value, &id), ZTRUNK_OK);
    end(&s);
}
END_TEST

START_TEST(a_walk_may_delete_what_it_was_just_given)
{
    zti_slots s = slots_of(30);
    uint64_t ids[30];
    size_t place = 0, met = 0;
    uint64_t *id;

    for (size_t i = 0; i < 30; i++)
        ck_assert_int_eq(zti_slots_put(&s, &ids[i], &ids[i]), ZTRUNK_OK);
    while ((id = zti_slots_next(&s, &place)) != NULL) {
        ck_assert_ptr_eq(zti_slots_del(&s, *id), id);
        met++;
    }
    ck_assert_uint_eq(met, 30);
    ck_assert_uint_eq(s.count, 0);
    end(&s);
}
END_TEST

UNIT_MAIN("base/slots", a_stale_id_finds_nothing_though_its_place_is_taken_again,
          the_bound_holds_and_one_more_is_refused, a_failed_growth_keeps_what_is_there,
          a_walk_may_delete_what_it_was_just_given)
