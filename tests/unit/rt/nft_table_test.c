#include "rt/nft_table.h"

#include "base/time.h"
#include "unit.h"

static ztrunk_ctx *ctx;
static zti_nft_table t;

static void begin(uint32_t max)
{
    static const uint8_t seed[32] = {3};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_table_init(&t, ctx, max), ZTRUNK_OK);
}

static void end(void)
{
    zti_nft_table_free(&t);
    ztrunk_ctx_free(ctx);
}

static ztrunk_addr key(uint32_t i)
{
    return (ztrunk_addr){.family = 4, .port = (uint16_t)i, .ip = {10, (uint8_t)(i >> 16)}};
}

static zti_nft_entry *add(uint32_t i, uint64_t lifetime_ns)
{
    ztrunk_addr k = key(i);
    zti_nft_entry *entry = zti_nft_table_add(&t, &k);

    if (entry == NULL) return NULL;
    entry->lifetime_ns = lifetime_ns;
    zti_nft_table_soil(&t, entry);
    return entry;
}

static zti_nft_entry *find(uint32_t i)
{
    ztrunk_addr k = key(i);

    return zti_nft_table_find(&t, &k);
}

START_TEST(takes_its_bound_and_not_one_more)
{
    for (uint32_t max = 1; max < 40; max++) {
        begin(max);
        for (uint32_t i = 0; i < max; i++) ck_assert_ptr_nonnull(add(i, 1));
        ck_assert_ptr_null(add(max, 1));
        for (uint32_t i = 0; i < max; i++) ck_assert_ptr_nonnull(find(i));
        ck_assert_ptr_null(find(max));
        ck_assert_uint_eq(t.count, max);
        end();
    }
}
END_TEST

START_TEST(what_is_to_go_goes_when_the_kernel_has_taken_it)
{
    begin(4);
    add(1, ZTI_SECOND);
    add(2, ZTI_SECOND);
    zti_nft_table_settle(&t, 100);
    ck_assert_ptr_null(zti_nft_table_dirty(&t));
    find(1)->lifetime_ns = 0;
    zti_nft_table_soil(&t, find(1));
    zti_nft_table_soil(&t, find(1));
    ck_assert_ptr_eq(zti_nft_table_dirty(&t), find(1));
    ck_assert_ptr_null(zti_nft_table_dirty_after(&t, find(1)));
    ck_assert_uint_eq(t.count, 2);
    zti_nft_table_settle(&t, 200);
    ck_assert_ptr_null(find(1));
    ck_assert_ptr_nonnull(find(2));
    ck_assert_uint_eq(t.count, 1);
    end();
}
END_TEST

START_TEST(time_counts_from_the_commit_and_ends_the_entry)
{
    begin(4);
    add(1, 128 * ZTI_SECOND);
    zti_nft_table_expire(&t, ZTI_NEVER - 1); /* not sent, so nothing runs */
    ck_assert_ptr_nonnull(find(1));
    zti_nft_table_settle(&t, 5);
    ck_assert_uint_eq(find(1)->until_ns, 5 + 128 * ZTI_SECOND);
    zti_nft_table_expire(&t, 4 + 130 * ZTI_SECOND);
    ck_assert_ptr_nonnull(find(1));
    zti_nft_table_soil(&t, find(1)); /* refreshed: it does not end before it is sent again */
    zti_nft_table_expire(&t, ZTI_NEVER - 1);
    ck_assert_ptr_nonnull(find(1));
    zti_nft_table_settle(&t, 1000 * ZTI_SECOND);
    zti_nft_table_expire(&t, 1129 * ZTI_SECOND);
    ck_assert_ptr_nonnull(find(1));
    zti_nft_table_expire(&t, 1130 * ZTI_SECOND);
    ck_assert_ptr_null(find(1));
    end();
}
END_TEST

/* Beside a plain array, with few buckets for many keys. */
START_TEST(it_holds_what_was_put_and_nothing_else)
{
    enum { KEYS = 60, MAX = 20 };
    uint32_t dice = 7, is_in[KEYS] = {0}, count = 0, seen, place;

    begin(MAX);
    for (uint32_t round = 0; round < 4000; round++) {
        uint32_t i = (dice = dice * 1664525u + 1013904223u) >> 8;

        i %= KEYS;
        if (is_in[i]) {
            find(i)->lifetime_ns = 0;
            zti_nft_table_soil(&t, find(i));
        } else if (add(i, ZTI_SECOND) == NULL) {
            ck_assert_uint_eq(count, MAX);
            continue;
        }
        zti_nft_table_settle(&t, 0);
        is_in[i] = !is_in[i];
        count += is_in[i] ? 1 : UINT32_MAX;
        ck_assert_uint_eq(t.count, count);
        for (uint32_t k = 0; k < KEYS; k++) ck_assert_uint_eq(find(k) != NULL, is_in[k]);
        for (seen = place = 0; zti_nft_table_next(&t, &place) != NULL;) seen++;
        ck_assert_uint_eq(seen, count);
    }
    end();
}
END_TEST

UNIT_MAIN("rt/nft_table", takes_its_bound_and_not_one_more,
          what_is_to_go_goes_when_the_kernel_has_taken_it,
          time_counts_from_the_commit_and_ends_the_entry, it_holds_what_was_put_and_nothing_else)
