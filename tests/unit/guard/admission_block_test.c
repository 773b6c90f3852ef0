#include "guard/admission_block.h"

#include "base/time.h"
#include "unit.h"

static const zti_block_rule rule = {10, 60 * ZTI_SECOND, 200 * ZTI_SECOND, 1000 * ZTI_SECOND};

/* How long the block is that starts at now_ns. */
static uint64_t blocked_for(zti_block *b, uint64_t now_ns)
{
    ck_assert_uint_eq(zti_block_offend(b, &rule, now_ns, 10), 1);
    return b->until_ns - now_ns;
}

START_TEST(each_block_doubles_up_to_the_cap)
{
    const uint64_t seconds[] = {60, 120, 200, 200};
    zti_block b = {0};
    uint64_t now = 5;

    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(blocked_for(&b, now), seconds[i] * ZTI_SECOND);
        now = b.until_ns;
    }
}
END_TEST

START_TEST(a_block_ends_at_its_time_and_offences_do_not_prolong_it)
{
    zti_block b = {0};

    ck_assert_uint_eq(blocked_for(&b, 0), 60 * ZTI_SECOND);
    ck_assert_uint_eq(zti_block_offend(&b, &rule, 30 * ZTI_SECOND, UINT32_MAX), 0);
    ck_assert_uint_eq(zti_block_holds(&b, 60 * ZTI_SECOND - 1), 1);
    ck_assert_uint_eq(zti_block_holds(&b, 60 * ZTI_SECOND), 0);
}
END_TEST

START_TEST(a_year_of_calm_forgets_and_one_calm_span_halves)
{
    zti_block b = {0};

    (void)blocked_for(&b, 0);
    (void)blocked_for(&b, b.until_ns);
    ck_assert_uint_eq(blocked_for(&b, b.until_ns + rule.calm_ns), 120 * ZTI_SECOND);
    ck_assert_uint_eq(blocked_for(&b, b.until_ns + 31536000 * ZTI_SECOND), 60 * ZTI_SECOND);
}
END_TEST

START_TEST(ten_points_block_nine_do_not_and_a_second_forgives_one)
{
    zti_block b = {0};

    ck_assert_uint_eq(zti_block_offend(&b, &rule, 0, 9), 0);
    ck_assert_uint_eq(zti_block_offend(&b, &rule, ZTI_SECOND, 1), 0);
    ck_assert_uint_eq(zti_block_offend(&b, &rule, ZTI_SECOND, 1), 1);
}
END_TEST

START_TEST(innocence_comes_back_when_all_is_forgiven)
{
    zti_block b = {0};

    ck_assert_uint_eq(zti_block_is_innocent(&b, 0), 1);
    (void)zti_block_offend(&b, &rule, 5, 3);
    ck_assert_uint_eq(zti_block_is_innocent(&b, 4), 0);
    ck_assert_uint_eq(zti_block_is_innocent(&b, 5 + 3 * ZTI_SECOND - 1), 0);
    ck_assert_uint_eq(zti_block_is_innocent(&b, 5 + 3 * ZTI_SECOND), 1);
    (void)blocked_for(&b, 0);
    ck_assert_uint_eq(zti_block_is_innocent(&b, b.until_ns - 1), 0);
    ck_assert_uint_eq(zti_block_is_innocent(&b, b.until_ns), 1);
}
END_TEST

START_TEST(the_end_of_time_and_the_greatest_weight_do_not_wrap)
{
    zti_block b = {0};

    for (int i = 0; i < 100; i++) {
        ck_assert_uint_eq(zti_block_offend(&b, &rule, b.until_ns, UINT32_MAX), 1);
        ck_assert_uint_eq(zti_block_holds(&b, b.until_ns - 1), 1);
    }
    b = (zti_block){0};
    ck_assert_uint_eq(zti_block_offend(&b, &rule, UINT64_MAX - 1, 10), 1);
    ck_assert_uint_eq(b.until_ns, UINT64_MAX);
}
END_TEST

UNIT_MAIN("guard/admission_block", each_block_doubles_up_to_the_cap,
          a_block_ends_at_its_time_and_offences_do_not_prolong_it,
          a_year_of_calm_forgets_and_one_calm_span_halves,
          ten_points_block_nine_do_not_and_a_second_forgives_one,
          innocence_comes_back_when_all_is_forgiven,
          the_end_of_time_and_the_greatest_weight_do_not_wrap)
