#include "rt/priv_table.h"

#include "nft_rig.h"

static zti_priv_table table;

static int32_t say(uint32_t kind, ztrunk_prefix one)
{
    return zti_priv_table_do(&table, kind, &one, 1);
}

static uint64_t commits(void)
{
    ztrunk_nft_info info = {.size = sizeof info};

    ck_assert_int_eq(ztrunk_nft_get_info(table.nft, &info), ZTRUNK_OK);
    return info.commits;
}

START_TEST(before_the_start_nothing_is_waited_for_and_no_hole_is_made)
{
    const ztrunk_prefix hole = {.addr = at("127.0.0.1", 10000), .bits = 1};

    table = (zti_priv_table){.nft = NULL};
    ck_assert_int_eq(zti_priv_table_fd(&table), -1);
    ck_assert_int_eq(zti_priv_table_wait_ms(&table), -1);
    ck_assert_int_eq(say(ZTI_PRIV_HOLES, hole), ZTRUNK_E_STATE);
    zti_priv_table_tend(&table, 1);
    zti_priv_table_leave(&table);
    ck_assert_ptr_null(table.nft);
}
END_TEST

START_TEST(nonsense_of_a_program_in_a_strangers_hands_is_refused)
{
    static ztrunk_prefix many[257];
    ztrunk_prefix p = {.addr = at("127.0.0.1", 10000), .bits = 10001, .reserved = 9 | 17 << 8};

    rig_enter();
    table = (zti_priv_table){.nft = NULL};
    ck_assert_int_eq(say(ZTI_PRIV_PORTS, p), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_priv_table_do(&table, ZTI_PRIV_PORTS, many, 257), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(zti_priv_table_do(&table, ZTI_PRIV_START, NULL, 0), ZTRUNK_OK);
    p.bits = 0;
    ck_assert_int_eq(say(ZTI_PRIV_BLOCK, p), ZTRUNK_E_INVALID);
    p.bits = UINT32_MAX;
    ck_assert_int_eq(say(ZTI_PRIV_BLOCK, p), ZTRUNK_E_INVALID);
    p.addr.family = 9;
    ck_assert_int_eq(say(ZTI_PRIV_HOLES, p), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_priv_table_do(&table, ZTI_PRIV_REMOVE, NULL, 0), ZTRUNK_OK);
    ck_assert_ptr_null(table.nft);
}
END_TEST

START_TEST(leases_are_renewed_when_they_are_due_and_not_before)
{
    const ztrunk_prefix hole = {.addr = at("127.0.0.1", 10000), .bits = 1};
    uint64_t before;

    rig_enter();
    table = (zti_priv_table){.nft = NULL};
    ck_assert_int_eq(zti_priv_table_do(&table, ZTI_PRIV_START, NULL, 0), ZTRUNK_OK);
    ck_assert_int_eq(say(ZTI_PRIV_HOLES, hole), ZTRUNK_OK);
    ck_assert_int_ge(zti_priv_table_fd(&table), 0);
    ck_assert_int_gt(zti_priv_table_wait_ms(&table), 0);
    before = commits();
    zti_priv_table_tend(&table, 0);
    ck_assert_uint_eq(commits(), before);
    table.refresh_ns = 1;
    ck_assert_int_eq(zti_priv_table_wait_ms(&table), 0);
    zti_priv_table_tend(&table, 0);
    ck_assert_uint_eq(commits(), before + 1);
    ck_assert_int_gt(zti_priv_table_wait_ms(&table), 0);
    ck_assert_int_eq(zti_priv_table_do(&table, ZTI_PRIV_REMOVE, NULL, 0), ZTRUNK_OK);
}
END_TEST

NFT_MAIN("rt/priv_table", before_the_start_nothing_is_waited_for_and_no_hole_is_made,
         nonsense_of_a_program_in_a_strangers_hands_is_refused,
         leases_are_renewed_when_they_are_due_and_not_before)
