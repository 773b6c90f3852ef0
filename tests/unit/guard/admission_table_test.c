#include "guard/admission_table.h"

#include "base/time.h"
#include "fail_ctx.h"
#include "unit.h"

static const zti_block_rule rule = {10, 60 * ZTI_SECOND, 3600 * ZTI_SECOND, 600 * ZTI_SECOND};

typedef struct table {
    fail_ctx fail;
    ztrunk_ctx *ctx;
    zti_askers t;
} table;

static void up(table *r, uint32_t max)
{
    *r = (table){.ctx = NULL};
    ck_assert_int_eq(fail_ctx_new(&r->fail, &r->ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_askers_init(&r->t, r->ctx, max), ZTRUNK_OK);
}

static void down(table *r)
{
    zti_askers_free(&r->t);
    ztrunk_ctx_free(r->ctx);
    ck_assert_uint_eq(r->fail.live, 0);
}

static zti_asker_key key(uint64_t n)
{
    return (zti_asker_key){{4, n, 0}};
}

static zti_asker *take(table *r, uint64_t n, uint64_t now_ns)
{
    zti_asker_key k = key(n);

    return zti_askers_take(&r->t, &k, now_ns);
}

static uint32_t knows(table *r, uint64_t n)
{
    zti_asker_key k = key(n);

    return zti_askers_find(&r->t, &k) != NULL;
}

static void offend(table *r, uint64_t n, uint32_t weight, uint64_t now_ns)
{
    zti_asker *s = take(r, n, now_ns);

    (void)zti_block_offend(&s->block, &rule, now_ns, weight);
    zti_askers_settle(&r->t, s, now_ns);
}

START_TEST(the_oldest_innocent_gives_way_then_the_scored_then_the_blocked)
{
    table r;

    up(&r, 4);
    offend(&r, 1, 10, 0);
    offend(&r, 2, 5, 0);
    (void)take(&r, 3, 0);
    (void)take(&r, 4, 0);
    zti_askers_settle(&r.t, take(&r, 3, 0), 0);
    (void)take(&r, 5, 0);
    ck_assert(!knows(&r, 4) && knows(&r, 3) && knows(&r, 2) && knows(&r, 1));
    take(&r, 5, 0)->is_pinned = 1;
    zti_askers_settle(&r.t, take(&r, 5, 0), 0);
    (void)take(&r, 6, 0);
    ck_assert(!knows(&r, 3));
    offend(&r, 6, 5, 0);
    offend(&r, 7, 10, 0);
    ck_assert(!knows(&r, 2) && knows(&r, 6) && knows(&r, 1));
    offend(&r, 8, 10, 0);
    ck_assert(!knows(&r, 6) && knows(&r, 1));
    offend(&r, 9, 10, 0);
    ck_assert(!knows(&r, 1) && knows(&r, 7) && knows(&r, 8) && knows(&r, 5));
    down(&r);
}
END_TEST

START_TEST(who_is_innocent_again_by_time_gives_way_before_who_always_was)
{
    table r;

    up(&r, 2);
    offend(&r, 1, 10, 0);
    (void)take(&r, 2, 61 * ZTI_SECOND);
    (void)take(&r, 3, 61 * ZTI_SECOND);
    ck_assert(!knows(&r, 1) && knows(&r, 2));
    down(&r);
}
END_TEST

START_TEST(who_has_something_open_or_is_held_never_gives_way)
{
    table r;

    up(&r, 2);
    take(&r, 1, 0)->counts[ZTI_ADMIT_CALLS] = 1;
    zti_askers_settle(&r.t, take(&r, 1, 0), 0);
    zti_askers_hold(&r.t, take(&r, 2, 0));
    ck_assert_ptr_null(take(&r, 3, 0));
    zti_askers_settle(&r.t, take(&r, 2, 0), 0);
    ck_assert_ptr_nonnull(take(&r, 3, 0));
    ck_assert(knows(&r, 1) && !knows(&r, 2));
    down(&r);
}
END_TEST

/* Against a plain list: who is known, for a random mixture on few places. */
START_TEST(the_order_is_that_of_a_plain_list)
{
    uint64_t model[8] = {0}, seed = 7;
    table r;

    up(&r, 8);
    for (int step = 0; step < 20000; step++) {
        uint32_t i = 0;
        uint64_t n;

        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        n = (seed >> 33) % 20 + 1;
        zti_askers_settle(&r.t, take(&r, n, 0), 0);
        while (i < 7 && model[i] != n) i++;
        for (; i > 0; i--) model[i] = model[i - 1];
        model[0] = n;
        for (uint64_t k = 1; k <= 20; k++) {
            uint32_t known = 0;

            for (i = 0; i < 8; i++) known |= model[i] == k;
            ck_assert_uint_eq(knows(&r, k), known);
        }
    }
    down(&r);
}
END_TEST

UNIT_MAIN("guard/admission_table", the_oldest_innocent_gives_way_then_the_scored_then_the_blocked,
          who_is_innocent_again_by_time_gives_way_before_who_always_was,
          who_has_something_open_or_is_held_never_gives_way, the_order_is_that_of_a_plain_list)
