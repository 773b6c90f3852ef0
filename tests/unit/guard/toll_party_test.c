#include "guard/toll_party.h"

#include "base/time.h"
#include "unit.h"

static const uint8_t seed[32] = {11};

static zti_parties parties_of(uint32_t max)
{
    ztrunk_ctx *ctx = NULL;
    zti_parties p;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_parties_init(&p, ctx, max), ZTRUNK_OK);
    return p;
}

static void end(zti_parties *p)
{
    ztrunk_ctx *ctx = p->ctx;

    zti_parties_free(p);
    ztrunk_ctx_free(ctx);
}

static zti_str name(uint32_t i)
{
    static char text[16];

    return (zti_str){text, (size_t)snprintf(text, sizeof text, "n%u", i)};
}

START_TEST(a_million_strangers_take_no_more_than_the_cap)
{
    zti_parties p = parties_of(100);
    uint32_t taken = 0;

    for (uint32_t i = 0; i < 1000000; i++) taken += zti_parties_take(&p, name(i)) != NULL;
    ck_assert_uint_eq(taken, 1000000);
    ck_assert_uint_eq(p.used, 100);
    ck_assert(p.forgotten == 1000000 - 100);
    ck_assert_ptr_nonnull(zti_parties_find(&p, name(999900)));
    ck_assert_ptr_null(zti_parties_find(&p, name(999899)));
    end(&p);
}
END_TEST

START_TEST(the_one_idle_for_longest_goes_and_a_busy_one_never)
{
    zti_parties p = parties_of(3);
    zti_party *busy = zti_parties_take(&p, name(1));

    zti_party_begin(&p, busy, 0, ZTI_SECOND);
    (void)zti_parties_take(&p, name(2));
    (void)zti_parties_take(&p, name(3));
    (void)zti_parties_take(&p, name(4));
    ck_assert_ptr_eq(zti_parties_find(&p, name(1)), busy);
    ck_assert_ptr_null(zti_parties_find(&p, name(2)));
    zti_party_end(&p, busy);
    (void)zti_parties_take(&p, name(5));
    (void)zti_parties_take(&p, name(6));
    ck_assert_ptr_nonnull(zti_parties_find(&p, name(1)));
    (void)zti_parties_take(&p, name(7));
    ck_assert_ptr_null(zti_parties_find(&p, name(1)));
    end(&p);
}
END_TEST

START_TEST(nobody_gives_way_when_all_are_busy)
{
    zti_parties p = parties_of(2);

    for (uint32_t i = 0; i < 2; i++)
        zti_party_begin(&p, zti_parties_take(&p, name(i)), 0, ZTI_SECOND);
    ck_assert_ptr_null(zti_parties_take(&p, name(2)));
    ck_assert_ptr_nonnull(zti_parties_take(&p, name(1)));
    zti_party_end(&p, zti_parties_find(&p, name(0)));
    ck_assert_ptr_nonnull(zti_parties_take(&p, name(2)));
    end(&p);
}
END_TEST

static uint32_t dice(uint32_t *state, uint32_t sides)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % sides;
}

/* How many of the recorded times lie less than span before now. */
static uint64_t model_count(const uint64_t *times, uint32_t count, uint64_t now, uint64_t span)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++) sum += now - times[i] < span;
    return sum;
}

START_TEST(a_window_never_counts_too_few_and_never_beyond_its_ninth_part)
{
    static uint64_t times[3000];
    const uint64_t window = 803;
    zti_parties p = parties_of(1);
    zti_party *party = zti_parties_take(&p, name(1));
    uint32_t state = 164;
    uint64_t now = 5;

    for (uint32_t i = 0; i < 3000; i++) {
        uint64_t counted = zti_party_began(party, now, window);

        ck_assert_uint_ge(counted, model_count(times, i, now, window));
        ck_assert_uint_le(counted, model_count(times, i, now, window + (window + 7) / 8 + 8));
        zti_party_begin(&p, party, now, window);
        times[i] = now;
        now += dice(&state, 20) == 0 ? dice(&state, 2000) : dice(&state, 60);
    }
    ck_assert_uint_eq(party->calls, 3000);
    end(&p);
}
END_TEST

START_TEST(a_clock_that_stands_or_steps_back_forgets_nothing)
{
    zti_parties p = parties_of(1);
    zti_party *party = zti_parties_take(&p, name(1));

    zti_party_begin(&p, party, 1000 * ZTI_SECOND, ZTI_SECOND);
    zti_party_begin(&p, party, 1, ZTI_SECOND);
    ck_assert(zti_party_began(party, 1000 * ZTI_SECOND, ZTI_SECOND) == 2);
    ck_assert(zti_party_began(party, 0, ZTI_SECOND) == 2);
    ck_assert(zti_party_began(party, 1002 * ZTI_SECOND, ZTI_SECOND) == 0);
    ck_assert(zti_party_began(party, ZTI_NEVER, ZTI_SECOND) == 0);
    zti_party_begin(&p, party, ZTI_NEVER, 1);
    ck_assert(zti_party_began(party, ZTI_NEVER, 1) == 1);
    zti_parties_restart(&p);
    ck_assert(zti_party_began(party, 5, 1) == 0);
    end(&p);
}
END_TEST

UNIT_MAIN("guard/toll_party", a_million_strangers_take_no_more_than_the_cap,
          the_one_idle_for_longest_goes_and_a_busy_one_never, nobody_gives_way_when_all_are_busy,
          a_window_never_counts_too_few_and_never_beyond_its_ninth_part,
          a_clock_that_stands_or_steps_back_forgets_nothing)
