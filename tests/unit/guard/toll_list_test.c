#include "guard/toll_list.h"

#include "fail_ctx.h"
#include "unit.h"

static const uint8_t seed[32] = {9};

static ztrunk_toll_list *list_of(uint32_t max)
{
    ztrunk_toll_list_opts opts = {.size = sizeof opts, .max_prefixes = max};
    ztrunk_toll_list *list = NULL;
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_toll_list_new(ctx, &opts, &list), ZTRUNK_OK);
    ztrunk_ctx_free(ctx);
    return list;
}

static int32_t add(ztrunk_toll_list *list, uint32_t kind, const char *prefix)
{
    return ztrunk_toll_list_add(list, kind, prefix, strlen(prefix));
}

/* kind * 100 + digits; the error when there is none. */
static int32_t find(const ztrunk_toll_list *list, const char *number)
{
    uint32_t kind = 0, digits = 0;
    int32_t err = ztrunk_toll_list_find(list, number, strlen(number), &kind, &digits);

    return err != ZTRUNK_OK ? err : (int32_t)(kind * 100 + digits);
}

START_TEST(what_no_prefix_covers_is_not_found)
{
    ztrunk_toll_list *list = list_of(0);

    ck_assert_int_eq(find(list, "+4930"), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "+49"), ZTRUNK_OK);
    ck_assert_int_eq(find(list, "+48"), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(find(list, "+4"), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(find(list, "4930"), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(find(list, "alice"), ZTRUNK_E_MALFORMED);
    ztrunk_toll_list_free(list);
}
END_TEST

START_TEST(the_longest_prefix_decides)
{
    ztrunk_toll_list *list = list_of(0);

    ck_assert_int_eq(add(list, ZTRUNK_TOLL_DENY, "+"), ZTRUNK_OK);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "0049"), ZTRUNK_OK);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_PREMIUM, "+49900"), ZTRUNK_OK);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "+4990012345"), ZTRUNK_OK);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "0"), ZTRUNK_OK);
    ck_assert_int_eq(find(list, "+1"), 200);
    ck_assert_int_eq(find(list, "+49-30"), 102);
    ck_assert_int_eq(find(list, "+499001"), 305);
    ck_assert_int_eq(find(list, "0049900123456"), 110);
    ck_assert_int_eq(find(list, "030"), 101);
    ck_assert_int_eq(find(list, "30"), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(find(list, "0048"), 200);
    ztrunk_toll_list_free(list);
}
END_TEST

START_TEST(the_international_premium_rate_is_premium_unless_named)
{
    ztrunk_toll_list *list = list_of(0);

    ck_assert_int_eq(find(list, "+979123"), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "+"), ZTRUNK_OK);
    ck_assert_int_eq(find(list, "+979123"), 303);
    ck_assert_int_eq(find(list, "+97812"), 100);
    ck_assert_int_eq(find(list, "979123"), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_DENY, "+97"), ZTRUNK_OK);
    ck_assert_int_eq(find(list, "+979123"), 202);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "+979"), ZTRUNK_OK);
    ck_assert_int_eq(find(list, "+979123"), 103);
    ztrunk_toll_list_free(list);
}
END_TEST

START_TEST(the_bound_holds_and_one_more_is_refused)
{
    ztrunk_toll_list *list = list_of(2);

    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "+49"), ZTRUNK_OK);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_DENY, "+49"), ZTRUNK_E_STATE);
    ck_assert_int_eq(add(list, 0, "+50"), ZTRUNK_E_INVALID);
    ck_assert_int_eq(add(list, 4, "+50"), ZTRUNK_E_INVALID);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "+49-"), ZTRUNK_E_INVALID);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "+43"), ZTRUNK_OK);
    ck_assert_int_eq(add(list, ZTRUNK_TOLL_ALLOW, "+44"), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(find(list, "+44"), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(find(list, "+4930"), 102);
    ck_assert_uint_eq(ztrunk_toll_list_count(list), 2);
    ck_assert_uint_eq(ztrunk_toll_list_count(NULL), 0);
    ztrunk_toll_list_free(list);
    ztrunk_toll_list_free(NULL);
}
END_TEST

enum { PREFIXES = 10000 };

typedef struct entry {
    char text[20];
    uint32_t kind;
} entry;

static uint32_t dice(uint32_t *state, uint32_t sides)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % sides;
}

static void random_digits(uint32_t *state, char text[20], uint32_t most)
{
    uint32_t len = 1 + dice(state, most), at = 0;

    if (dice(state, 4) != 0) text[at++] = '+';
    text[at++] = (char)('1' + dice(state, 9));
    for (; len > 1; len--) text[at++] = (char)('0' + dice(state, 10));
    text[at] = 0;
}

/* The naive model: every prefix is compared as text. */
static int32_t model_find(const entry *entries, uint32_t count, const char *number)
{
    size_t best = 0;
    int32_t found = ZTRUNK_E_NOTFOUND;

    for (uint32_t i = 0; i < count; i++) {
        size_t len = strlen(entries[i].text);

        if (len <= best || strncmp(entries[i].text, number, len) != 0) continue;
        best = len;
        found = (int32_t)(entries[i].kind * 100 + (uint32_t)len - (number[0] == '+'));
    }
    if (strncmp(number, "+979", 4) == 0 && found >= 100 && found < 103) return 303;
    return found;
}

START_TEST(ten_thousand_prefixes_say_what_a_plain_list_says)
{
    ztrunk_toll_list *list = list_of(PREFIXES);
    entry *entries = calloc(PREFIXES, sizeof *entries);
    uint32_t state = 3966, count = 0, hits = 0;
    char number[20];

    ck_assert_ptr_nonnull(entries);
    while (count < PREFIXES) {
        entry *e = &entries[count];

        random_digits(&state, e->text, 6);
        e->kind = 1 + dice(&state, 3);
        count += add(list, e->kind, e->text) == ZTRUNK_OK;
    }
    for (uint32_t i = 0; i < 4000; i++) {
        int32_t expected;

        random_digits(&state, number, 9);
        expected = model_find(entries, count, number);
        ck_assert_msg(find(list, number) == expected, "%s", number);
        hits += expected >= 0;
    }
    ck_assert_uint_gt(hits, 1000);
    free(entries);
    ztrunk_toll_list_free(list);
}
END_TEST

START_TEST(any_failed_allocation_leaves_the_list_whole)
{
    uint32_t fail_at = 2, added = 0;

    do {
        fail_ctx f = {.fail_at = fail_at++};
        ztrunk_toll_list *list = NULL;
        ztrunk_ctx *ctx = NULL;

        added = 0;
        ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
        if (ztrunk_toll_list_new(ctx, NULL, &list) == ZTRUNK_OK) {
            for (uint32_t i = 0; i < 100; i++) {
                char prefix[16];
                int32_t err;

                snprintf(prefix, sizeof prefix, "+4%u5", 100 + i);
                err = add(list, ZTRUNK_TOLL_ALLOW, prefix);
                ck_assert(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM);
                ck_assert_int_eq(find(list, prefix), err == ZTRUNK_OK ? 105 : ZTRUNK_E_NOTFOUND);
                added += err == ZTRUNK_OK;
            }
        }
        ztrunk_toll_list_free(list);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
        ck_assert_uint_lt(fail_at, 100);
    } while (added < 100);
}
END_TEST

UNIT_MAIN("guard/toll_list", what_no_prefix_covers_is_not_found, the_longest_prefix_decides,
          the_international_premium_rate_is_premium_unless_named,
          the_bound_holds_and_one_more_is_refused, ten_thousand_prefixes_say_what_a_plain_list_says,
          any_failed_allocation_leaves_the_list_whole)
