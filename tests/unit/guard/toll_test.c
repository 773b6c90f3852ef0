#include <zerotrunk/rules.h>

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"

#define SECOND      UINT64_C(1000000000)
/* Monday, 2026-11-23 12:00:00 UTC. */
#define MONDAY_NOON INT64_C(1795435200)

static const uint8_t seed[32] = {13};

static ztrunk_ctx *ctx_of(void)
{
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    return ctx;
}

static ztrunk_toll *toll_of(uint32_t max_calls, uint32_t max_parties)
{
    ztrunk_toll_opts opts = {.size = sizeof opts,
                             .max_calls = max_calls,
                             .max_parties = max_parties};
    ztrunk_ctx *ctx = ctx_of();
    ztrunk_toll *t = NULL;

    ck_assert_int_eq(ztrunk_toll_new(ctx, &opts, &t), ZTRUNK_OK);
    ztrunk_ctx_free(ctx);
    return t;
}

static void limit(ztrunk_toll *t, ztrunk_toll_limits limits)
{
    limits.size = sizeof limits;
    ck_assert_int_eq(ztrunk_toll_set_limits(t, &limits), ZTRUNK_OK);
}

static ztrunk_toll_info info_of(const ztrunk_toll *t)
{
    ztrunk_toll_info info = {.size = sizeof info};

    ck_assert_int_eq(ztrunk_toll_get_info(t, &info), ZTRUNK_OK);
    return info;
}

static uint64_t last_id, last_deadline;

/* The reason, ZTRUNK_TOLL_OK when the call began; then last_id is the call. */
static uint32_t call_at(ztrunk_toll *t, uint64_t now_ns, int64_t wall_s, const char *caller,
                        const char *number)
{
    uint64_t id = 0, deadline = 0;
    int32_t err = ztrunk_toll_begin(t, now_ns, wall_s, caller, strlen(caller), number,
                                    strlen(number), &id, &deadline);
    ztrunk_toll_info info = info_of(t);

    ck_assert_int_eq(err, info.reason == ZTRUNK_TOLL_OK ? ZTRUNK_OK : ZTRUNK_E_DENIED);
    ck_assert((id != 0) == (err == ZTRUNK_OK));
    if (err == ZTRUNK_OK) last_id = id;
    last_deadline = deadline;
    return info.reason;
}

static uint32_t call(ztrunk_toll *t, uint64_t now_ns, const char *caller, const char *number)
{
    return call_at(t, now_ns, MONDAY_NOON, caller, number);
}

static void add(ztrunk_toll_list *list, uint32_t kind, const char *prefix)
{
    ck_assert_int_eq(ztrunk_toll_list_add(list, kind, prefix, strlen(prefix)), ZTRUNK_OK);
}

static ztrunk_toll_list *empty_list(void)
{
    ztrunk_ctx *ctx = ctx_of();
    ztrunk_toll_list *list = NULL;

    ck_assert_int_eq(ztrunk_toll_list_new(ctx, NULL, &list), ZTRUNK_OK);
    ztrunk_ctx_free(ctx);
    return list;
}

START_TEST(with_a_list_what_it_does_not_name_is_denied)
{
    ztrunk_toll *t = toll_of(0, 0);
    ztrunk_toll_list *list = empty_list();

    ck_assert_uint_eq(call(t, 0, "a", "+882161234"), ZTRUNK_TOLL_OK);
    ck_assert_int_eq(ztrunk_toll_set_list(t, list), ZTRUNK_OK);
    ck_assert_uint_eq(call(t, 0, "a", "+4930"), ZTRUNK_TOLL_UNKNOWN);
    add(list, ZTRUNK_TOLL_ALLOW, "+49");
    add(list, ZTRUNK_TOLL_PREMIUM, "+49900");
    add(list, ZTRUNK_TOLL_DENY, "+49137");
    ck_assert_uint_eq(call(t, 0, "a", "0049-30"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, 0, "a", "+882161234"), ZTRUNK_TOLL_UNKNOWN);
    ck_assert_uint_eq(call(t, 0, "a", "030"), ZTRUNK_TOLL_UNKNOWN);
    ck_assert_uint_eq(call(t, 0, "a", "%30%3049-900-1"), ZTRUNK_TOLL_IS_PREMIUM);
    ck_assert_uint_eq(info_of(t).digits, 5);
    ck_assert_uint_eq(info_of(t).status, 403);
    ck_assert_uint_eq(call(t, 0, "a", "+491371"), ZTRUNK_TOLL_DENIED);
    limit(t, (ztrunk_toll_limits){.flags = ZTRUNK_TOLL_PREMIUM_TOO});
    ck_assert_uint_eq(call(t, 0, "a", "+499001"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, 0, "a", "+491371"), ZTRUNK_TOLL_DENIED);
    ck_assert_int_eq(ztrunk_toll_set_list(t, list), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_toll_set_list(t, NULL), ZTRUNK_OK);
    ck_assert_uint_eq(call(t, 0, "a", "+491371"), ZTRUNK_TOLL_OK);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(what_is_no_number_is_denied_even_without_a_list)
{
    ztrunk_toll *t = toll_of(0, 0);

    ck_assert_uint_eq(call(t, 0, "a", "alice"), ZTRUNK_TOLL_NUMBER);
    ck_assert_uint_eq(call(t, 0, "a", ""), ZTRUNK_TOLL_NUMBER);
    ck_assert_uint_eq(call(t, 0, "a", "*21*+1900#"), ZTRUNK_TOLL_NUMBER);
    ck_assert_uint_eq(call(t, 0, "a", "1;phone-context=+1900"), ZTRUNK_TOLL_NUMBER);
    ck_assert_uint_eq(info_of(t).status, 403);
    ck_assert(info_of(t).denied == 4 && info_of(t).allowed == 0);
    ck_assert_uint_eq(info_of(t).callers + info_of(t).numbers, 0);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(another_spelling_of_a_caller_or_number_is_the_same_one)
{
    ztrunk_toll *t = toll_of(0, 0);

    limit(t, (ztrunk_toll_limits){.caller_calls = 1});
    ck_assert_uint_eq(call(t, 0, "+4930", "+431"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, 0, "0049-3%30", "+432"), ZTRUNK_TOLL_CALLER_CALLS);
    ck_assert_uint_eq(call(t, 0, "4930", "+432"), ZTRUNK_TOLL_OK);
    limit(t, (ztrunk_toll_limits){.number_calls = 1});
    ck_assert_uint_eq(call(t, 0, "b", "00431;x"), ZTRUNK_TOLL_NUMBER_CALLS);
    ck_assert_uint_eq(call(t, 0, "b", "431"), ZTRUNK_TOLL_OK);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(a_caller_who_cannot_be_counted_is_denied)
{
    char longest[66];
    ztrunk_toll *t = toll_of(0, 0);

    memset(longest, 'a', sizeof longest);
    longest[64] = 0;
    ck_assert_uint_eq(call(t, 0, longest, "+49"), ZTRUNK_TOLL_OK);
    longest[64] = 'a';
    longest[65] = 0;
    ck_assert_uint_eq(call(t, 0, longest, "+49"), ZTRUNK_TOLL_CALLER);
    ck_assert_uint_eq(call(t, 0, "", "+49"), ZTRUNK_TOLL_CALLER);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(calls_at_once_are_limited_and_an_end_makes_room)
{
    ztrunk_toll *t = toll_of(0, 0);
    uint64_t first;

    limit(t, (ztrunk_toll_limits){.caller_calls = 2, .number_calls = 3});
    ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_OK);
    first = last_id;
    ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, 0, "a", "+43"), ZTRUNK_TOLL_CALLER_CALLS);
    ck_assert_uint_eq(call(t, 0, "b", "+49"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, 0, "c", "+49"), ZTRUNK_TOLL_NUMBER_CALLS);
    ck_assert_int_eq(ztrunk_toll_end(t, first), ZTRUNK_OK);
    ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(info_of(t).calls, 3);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(a_call_ends_once)
{
    ztrunk_toll *t = toll_of(4, 4);
    uint64_t first;

    ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_OK);
    first = last_id;
    ck_assert_int_eq(ztrunk_toll_end(t, first), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_toll_end(t, first), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert(last_id != first);
    ck_assert_int_eq(ztrunk_toll_end(t, first), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_toll_end(t, 0), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_toll_end(t, 5), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_toll_end(t, UINT64_MAX), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(info_of(t).calls, 1);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(new_calls_are_limited_in_any_window)
{
    ztrunk_toll *t = toll_of(0, 0);

    limit(t, (ztrunk_toll_limits){.caller_rate = 3, .number_rate = 4, .window_ns = 8 * SECOND});
    for (uint64_t i = 5; i < 8; i++) ck_assert_uint_eq(call(t, i * SECOND, "a", "+49"), 0);
    ck_assert_uint_eq(call(t, 8 * SECOND, "a", "+43"), ZTRUNK_TOLL_CALLER_RATE);
    ck_assert_uint_eq(call(t, 9 * SECOND, "b", "+49"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, 9 * SECOND, "b", "+49"), ZTRUNK_TOLL_NUMBER_RATE);
    ck_assert_uint_eq(call(t, 13 * SECOND, "a", "+43"), ZTRUNK_TOLL_CALLER_RATE);
    ck_assert_uint_eq(call(t, 14 * SECOND, "a", "+43"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, 14 * SECOND, "a", "+43"), ZTRUNK_TOLL_CALLER_RATE);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(another_window_starts_the_counting_again)
{
    ztrunk_toll *t = toll_of(0, 0);

    limit(t, (ztrunk_toll_limits){.caller_rate = 1, .window_ns = 1});
    ck_assert_uint_eq(call(t, SECOND, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, SECOND, "a", "+49"), ZTRUNK_TOLL_CALLER_RATE);
    limit(t, (ztrunk_toll_limits){.caller_rate = 1, .window_ns = 3600 * SECOND});
    ck_assert_uint_eq(call(t, SECOND, "a", "+49"), ZTRUNK_TOLL_OK);
    limit(t, (ztrunk_toll_limits){.caller_rate = 1, .window_ns = 3600 * SECOND});
    ck_assert_uint_eq(call(t, SECOND, "a", "+49"), ZTRUNK_TOLL_CALLER_RATE);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(a_refused_call_counts_for_nobody)
{
    ztrunk_toll *t = toll_of(0, 0);

    limit(t, (ztrunk_toll_limits){.caller_rate = 1, .number_rate = 2, .window_ns = 8 * SECOND});
    ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_OK);
    for (uint32_t i = 0; i < 10; i++)
        ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_CALLER_RATE);
    ck_assert_uint_eq(call(t, 0, "b", "+49"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, 9 * SECOND, "a", "+49"), ZTRUNK_TOLL_OK);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(the_hours_are_those_of_the_given_offset)
{
    ztrunk_toll_limits limits = {.flags = ZTRUNK_TOLL_HOURS};
    ztrunk_toll *t = toll_of(0, 0);

    limit(t, limits);
    ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_HOUR);
    limits.hours[1] = 1u << 12;
    limit(t, limits);
    ck_assert_uint_eq(call_at(t, 0, MONDAY_NOON - 1, "a", "+49"), ZTRUNK_TOLL_HOUR);
    ck_assert_uint_eq(call_at(t, 0, MONDAY_NOON, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call_at(t, 0, MONDAY_NOON + 3599, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call_at(t, 0, MONDAY_NOON + 3600, "a", "+49"), ZTRUNK_TOLL_HOUR);
    ck_assert_uint_eq(call_at(t, 0, MONDAY_NOON + 86400, "a", "+49"), ZTRUNK_TOLL_HOUR);
    ck_assert_uint_eq(call_at(t, 0, MONDAY_NOON + 7 * 86400, "a", "+49"), ZTRUNK_TOLL_OK);
    limits.utc_offset_s = 13 * 3600;
    limits.hours[1] = 0;
    limits.hours[2] = 1u << 1;
    limit(t, limits);
    ck_assert_uint_eq(call_at(t, 0, MONDAY_NOON, "a", "+49"), ZTRUNK_TOLL_OK);
    limits.utc_offset_s = -12 * 3600 - 1;
    limits.hours[2] = 0;
    limits.hours[0] = 1u << 23;
    limit(t, limits);
    ck_assert_uint_eq(call_at(t, 0, MONDAY_NOON, "a", "+49"), ZTRUNK_TOLL_OK);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(a_clock_that_was_never_set_is_no_hour)
{
    ztrunk_toll_limits limits = {.flags = ZTRUNK_TOLL_HOURS, .utc_offset_s = -50400};
    ztrunk_toll *t = toll_of(0, 0);

    for (uint32_t day = 0; day < 7; day++) limits.hours[day] = 0xffffff;
    limit(t, limits);
    ck_assert_uint_eq(call_at(t, 0, 0, "a", "+49"), ZTRUNK_TOLL_HOUR);
    ck_assert_uint_eq(call_at(t, 0, -1, "a", "+49"), ZTRUNK_TOLL_HOUR);
    ck_assert_uint_eq(call_at(t, 0, INT64_MIN, "a", "+49"), ZTRUNK_TOLL_HOUR);
    ck_assert_uint_eq(call_at(t, 0, INT64_MAX, "a", "+49"), ZTRUNK_TOLL_HOUR);
    ck_assert_uint_eq(call_at(t, 0, MONDAY_NOON, "a", "+49"), ZTRUNK_TOLL_OK);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(the_longest_call_has_a_deadline)
{
    ztrunk_toll *t = toll_of(0, 0);

    ck_assert_uint_eq(call(t, 5, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert(last_deadline == UINT64_MAX);
    limit(t, (ztrunk_toll_limits){.max_call_ns = 10});
    ck_assert_uint_eq(call(t, 5, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert(last_deadline == 15);
    ck_assert_uint_eq(call(t, UINT64_MAX - 3, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert(last_deadline == UINT64_MAX);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(the_cap_holds_and_a_million_callers_do_not_move_it)
{
    ztrunk_toll *t = toll_of(3, 3);
    char caller[16];

    for (uint32_t i = 0; i < 100000; i++) {
        snprintf(caller, sizeof caller, "c%u", i);
        ck_assert_uint_eq(call(t, i, caller, "+49"), ZTRUNK_TOLL_OK);
        ck_assert_int_eq(ztrunk_toll_end(t, last_id), ZTRUNK_OK);
    }
    ck_assert_uint_eq(info_of(t).callers, 3);
    ck_assert(info_of(t).forgotten == 100000 - 3);
    for (uint32_t i = 0; i < 3; i++) ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_OK);
    ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_FULL);
    ck_assert_uint_eq(info_of(t).status, 503);
    ck_assert_int_eq(ztrunk_toll_end(t, last_id), ZTRUNK_OK);
    ck_assert_uint_eq(call(t, 0, "a", "+49"), ZTRUNK_TOLL_OK);
    ztrunk_toll_free(t);
}
END_TEST

static uint32_t dice(uint32_t *state, uint32_t sides)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % sides;
}

enum { STEPS = 4000, PEOPLE = 5, WINDOW = 800 };

/* What was begun and what has ended, kept for ever. */
typedef struct model {
    struct {
        uint64_t id, at, is_open;
        uint32_t caller, number;
    } calls[STEPS];
    uint32_t count;
} model;

/* Calls of this caller (or to this number): open now, and begun less than span ago. */
static void model_count(const model *m, uint32_t caller, uint32_t number, uint64_t since,
                        uint32_t *open, uint32_t *begun)
{
    *open = *begun = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->calls[i].caller != caller && m->calls[i].number != number) continue;
        *open += m->calls[i].is_open != 0;
        *begun += m->calls[i].at >= since;
    }
}

static void model_end_one(model *m, ztrunk_toll *t, uint32_t *state)
{
    uint32_t i = dice(state, m->count);
    int32_t expected;

    /* Mostly one that is open, at times one that has ended. */
    while (!m->calls[i].is_open && dice(state, 200) != 0) i = (i + 1) % m->count;
    expected = m->calls[i].is_open ? ZTRUNK_OK : ZTRUNK_E_NOTFOUND;
    ck_assert_int_eq(ztrunk_toll_end(t, m->calls[i].id), expected);
    m->calls[i].is_open = 0;
}

/* Four limits; the engine may count what is up to an eighth too old, and never counts too few. */
static void model_begin_one(model *m, ztrunk_toll *t, uint32_t *state, uint64_t now)
{
    static const uint32_t none = UINT32_MAX;
    uint32_t caller = dice(state, PEOPLE), number = dice(state, PEOPLE);
    uint64_t strict = now - WINDOW + 1, loose = now - WINDOW - WINDOW / 8;
    uint32_t open[2], begun[2], begun_loose[2], unused, reason;
    char from[8], to[8];

    model_count(m, caller, none, strict, &open[0], &begun[0]);
    model_count(m, none, number, strict, &open[1], &begun[1]);
    model_count(m, caller, none, loose, &unused, &begun_loose[0]);
    model_count(m, none, number, loose, &unused, &begun_loose[1]);
    snprintf(from, sizeof from, "c%u", caller);
    snprintf(to, sizeof to, "+4%u", number);
    reason = call(t, now, from, to);
    if (reason == ZTRUNK_TOLL_CALLER_CALLS) ck_assert_uint_ge(open[0], 2);
    if (reason == ZTRUNK_TOLL_NUMBER_CALLS) ck_assert_uint_ge(open[1], 3);
    if (reason == ZTRUNK_TOLL_CALLER_RATE) ck_assert_uint_ge(begun_loose[0], 4);
    if (reason == ZTRUNK_TOLL_NUMBER_RATE) ck_assert_uint_ge(begun_loose[1], 5);
    if (reason != ZTRUNK_TOLL_OK) return;
    ck_assert(open[0] < 2 && open[1] < 3 && begun[0] < 4 && begun[1] < 5);
    m->calls[m->count].id = last_id;
    m->calls[m->count].at = now;
    m->calls[m->count].is_open = 1;
    m->calls[m->count].caller = caller;
    m->calls[m->count++].number = number;
}

START_TEST(it_says_what_a_plain_record_of_all_calls_says)
{
    static model m;
    ztrunk_toll *t = toll_of(0, 0);
    uint32_t state = 3261;
    uint64_t now = 10000;

    limit(t, (ztrunk_toll_limits){.caller_calls = 2,
                                  .number_calls = 3,
                                  .caller_rate = 4,
                                  .number_rate = 5,
                                  .window_ns = WINDOW});
    for (uint32_t i = 0; i < STEPS; i++) {
        now += dice(&state, 100);
        if (dice(&state, 3) == 0 && m.count > 0)
            model_end_one(&m, t, &state);
        else
            model_begin_one(&m, t, &state, now);
    }
    ck_assert_uint_gt(m.count, 500);
    ck_assert(info_of(t).allowed == m.count);
    ztrunk_toll_free(t);
}
END_TEST

START_TEST(a_call_allocates_nothing)
{
    fail_ctx f = {0};
    ztrunk_toll_opts opts = {.size = sizeof opts, .max_calls = 50, .max_parties = 50};
    ztrunk_ctx *ctx = NULL;
    ztrunk_toll *t = NULL;
    uint32_t before;

    ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_toll_new(ctx, &opts, &t), ZTRUNK_OK);
    before = f.calls;
    for (uint32_t i = 0; i < 50; i++) {
        char caller[16];

        snprintf(caller, sizeof caller, "c%u", i);
        ck_assert_uint_eq(call(t, i, caller, "+49"), ZTRUNK_TOLL_OK);
    }
    ck_assert_uint_eq(f.calls, before);
    ztrunk_toll_free(t);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(f.live, 0);
}
END_TEST

START_TEST(any_failed_allocation_is_told_and_frees_all)
{
    int32_t err = ZTRUNK_E_NOMEM;

    for (uint32_t fail_at = 2; err != ZTRUNK_OK; fail_at++) {
        fail_ctx f = {.fail_at = fail_at};
        ztrunk_ctx *ctx = NULL;
        ztrunk_toll *t = NULL;

        ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
        err = ztrunk_toll_new(ctx, NULL, &t);
        ck_assert_int_eq(err, t == NULL ? ZTRUNK_E_NOMEM : ZTRUNK_OK);
        ztrunk_toll_free(t);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
        ck_assert_uint_lt(fail_at, 20);
    }
}
END_TEST

START_TEST(bad_arguments_are_named)
{
    ztrunk_toll_opts opts = {.size = sizeof opts, .max_calls = 5, .max_parties = 4};
    ztrunk_toll_limits limits = {.size = sizeof limits, .utc_offset_s = 50401};
    ztrunk_ctx *ctx = ctx_of();
    ztrunk_toll *t = NULL;
    uint64_t id, deadline;

    ck_assert_int_eq(ztrunk_toll_new(ctx, &opts, &t), ZTRUNK_E_INVALID);
    opts = (ztrunk_toll_opts){.size = sizeof opts, .max_calls = (1 << 20) + 1};
    ck_assert_int_eq(ztrunk_toll_new(ctx, &opts, &t), ZTRUNK_E_INVALID);
    opts = (ztrunk_toll_opts){.size = sizeof opts, .max_parties = (1 << 24) + 1};
    ck_assert_int_eq(ztrunk_toll_new(ctx, &opts, &t), ZTRUNK_E_INVALID);
    ck_assert_ptr_null(t);
    ztrunk_ctx_free(ctx);
    t = toll_of(1, 1);
    ck_assert_int_eq(ztrunk_toll_set_limits(t, &limits), ZTRUNK_E_INVALID);
    limits.utc_offset_s = -50401;
    ck_assert_int_eq(ztrunk_toll_set_limits(t, &limits), ZTRUNK_E_INVALID);
    limits = (ztrunk_toll_limits){.size = sizeof limits, .flags = 4};
    ck_assert_int_eq(ztrunk_toll_set_limits(t, &limits), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_toll_begin(t, 0, 0, NULL, 0, "1", 1, &id, &deadline), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_toll_begin(t, 0, 0, "a", 1, NULL, 0, &id, &deadline), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_toll_begin(t, 0, 0, "a", 1, "1", 1, NULL, &deadline), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_toll_begin(t, 0, 0, "a", 1, "1", 1, &id, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_toll_get_info(t, NULL), ZTRUNK_E_INVALID);
    ck_assert_str_eq(ztrunk_toll_reason_text(ZTRUNK_TOLL_FULL), "too many calls");
    ck_assert_str_eq(ztrunk_toll_reason_text(12), "unknown");
    ztrunk_toll_free(t);
    ztrunk_toll_free(NULL);
}
END_TEST

UNIT_MAIN("guard/toll", with_a_list_what_it_does_not_name_is_denied,
          what_is_no_number_is_denied_even_without_a_list,
          another_spelling_of_a_caller_or_number_is_the_same_one,
          a_caller_who_cannot_be_counted_is_denied, calls_at_once_are_limited_and_an_end_makes_room,
          a_call_ends_once, new_calls_are_limited_in_any_window,
          another_window_starts_the_counting_again, a_refused_call_counts_for_nobody,
          the_hours_are_those_of_the_given_offset, a_clock_that_was_never_set_is_no_hour,
          the_longest_call_has_a_deadline, the_cap_holds_and_a_million_callers_do_not_move_it,
          a_call_allocates_nothing, it_says_what_a_plain_record_of_all_calls_says,
          any_failed_allocation_is_told_and_frees_all, bad_arguments_are_named)
