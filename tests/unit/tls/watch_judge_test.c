#include "tls/watch_judge.h"

#include <string.h>
#include "unit.h"

#define NOW INT64_C(1767225600)

static const ztrunk_watch_opts opts = {.size = sizeof opts, .settle_s = 60, .calm_s = 1000};
static zti_watch_subject s;
static char leaf[] = "CN=leaf", issuer[] = "CN=ca", above[] = "CN=root";

static zti_watch_chain chain_of(uint8_t print)
{
    zti_watch_chain chain = {.count = 1, .issuer = issuer, .above = above};

    chain.certs[0].subject = leaf;
    chain.certs[0].not_before_s = NOW - 86400 * 1000;
    chain.certs[0].not_after_s = NOW + 86400 * 1000;
    memset(chain.print, print, sizeof chain.print);
    return chain;
}

static void judge_at(int64_t wall_s)
{
    zti_watch_judge(&s, NULL, &opts, wall_s);
}

START_TEST(a_clock_that_goes_back_neither_ends_nor_shortens_a_wait)
{
    s = (zti_watch_subject){.whose = ZTRUNK_WATCH_OWN};
    s.views[ZTRUNK_VIEW_DISK] = chain_of(1);
    s.views[ZTRUNK_VIEW_LOADED] = chain_of(2);
    judge_at(NOW);
    judge_at(NOW - 5000);
    judge_at(NOW - 5000 + 59);
    ck_assert_uint_eq(s.level[ZTRUNK_FINDING_NOT_LOADED], 0);
    judge_at(NOW - 5000 + 60);
    ck_assert_uint_eq(s.level[ZTRUNK_FINDING_NOT_LOADED], 1);
    s.views[ZTRUNK_VIEW_LOADED] = chain_of(1);
    judge_at(NOW - 5000 + 60);
    ck_assert_uint_eq(s.level[ZTRUNK_FINDING_NOT_LOADED], 0);
    ck_assert_uint_eq(s.level[ZTRUNK_FINDING_NOT_SHOWN], 0);
}
END_TEST

START_TEST(a_clock_that_goes_back_ends_no_missing_root)
{
    s = (zti_watch_subject){.whose = ZTRUNK_WATCH_PEER, .trust = ZTRUNK_WATCH_MISSING};
    s.views[ZTRUNK_VIEW_WIRE] = chain_of(1);
    judge_at(NOW);
    ck_assert_uint_eq(s.level[ZTRUNK_FINDING_ROOT_MISSING], 1);
    s.trust = ZTRUNK_WATCH_REFUSED;
    judge_at(NOW - 5000);
    judge_at(NOW - 5000 + 599);
    ck_assert_uint_eq(s.level[ZTRUNK_FINDING_ROOT_MISSING], 1);
    judge_at(NOW - 5000 + 600);
    ck_assert_uint_eq(s.level[ZTRUNK_FINDING_ROOT_MISSING], 0);
}
END_TEST

START_TEST(of_our_own_the_file_counts_only_where_nothing_is_in_use)
{
    s = (zti_watch_subject){.whose = ZTRUNK_WATCH_OWN};
    s.views[ZTRUNK_VIEW_DISK] = chain_of(1);
    s.views[ZTRUNK_VIEW_DISK].certs[0].not_after_s = NOW + 86400;
    judge_at(NOW);
    ck_assert_uint_eq(s.level[ZTRUNK_FINDING_EXPIRY], ZTRUNK_EXPIRY_1_DAY);
    s.views[ZTRUNK_VIEW_WIRE] = chain_of(1);
    judge_at(NOW);
    ck_assert_uint_eq(s.level[ZTRUNK_FINDING_EXPIRY], ZTRUNK_EXPIRY_NONE);
}
END_TEST

START_TEST(the_root_of_an_anchored_chain_is_its_last_of_another_who_issued_that)
{
    zti_watch_chain chain = chain_of(1), none = {.count = 0};

    ck_assert_str_eq(zti_watch_root(&chain, ZTRUNK_WATCH_NEXT), "CN=leaf");
    ck_assert_str_eq(zti_watch_root(&chain, ZTRUNK_WATCH_MISSING), "CN=root");
    ck_assert_ptr_null(zti_watch_root(&none, ZTRUNK_WATCH_TRUSTED));
}
END_TEST

UNIT_MAIN("tls/watch_judge", a_clock_that_goes_back_neither_ends_nor_shortens_a_wait,
          a_clock_that_goes_back_ends_no_missing_root,
          of_our_own_the_file_counts_only_where_nothing_is_in_use,
          the_root_of_an_anchored_chain_is_its_last_of_another_who_issued_that)
