#include "guard/admission_bucket.h"

#include "base/time.h"
#include "unit.h"

#define YEAR (UINT64_C(31536000) * ZTI_SECOND)

static uint32_t asked(zti_bucket *b, const zti_rate *rate, uint64_t now_ns, uint32_t times)
{
    uint32_t got = 0;

    for (uint32_t i = 0; i < times; i++) {
        if (zti_bucket_wait(b, rate, 0, now_ns) != 0) continue;
        zti_bucket_take(b, rate);
        got++;
    }
    return got;
}

START_TEST(a_clock_that_jumps_gives_one_burst_and_no_more)
{
    const uint64_t jumps[] = {YEAR, 600 * YEAR, UINT64_MAX};
    const zti_rate rate = {3, 7};

    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        zti_bucket b = zti_bucket_full(&rate, 0);

        ck_assert_uint_eq(asked(&b, &rate, 0, 20), 7);
        ck_assert_uint_eq(asked(&b, &rate, jumps[i], 20), 7);
    }
}
END_TEST

START_TEST(a_clock_that_steps_back_earns_nothing_twice)
{
    const zti_rate rate = {1, 1};
    zti_bucket b = zti_bucket_full(&rate, 10 * ZTI_SECOND);

    ck_assert_uint_eq(asked(&b, &rate, 10 * ZTI_SECOND, 2), 1);
    ck_assert_uint_eq(asked(&b, &rate, 0, 2), 0);
    ck_assert_uint_eq(asked(&b, &rate, 10 * ZTI_SECOND, 2), 0);
    ck_assert_uint_eq(asked(&b, &rate, 11 * ZTI_SECOND, 2), 1);
}
END_TEST

START_TEST(the_largest_rate_and_burst_do_not_wrap)
{
    const zti_rate rate = {UINT32_MAX, UINT32_MAX};
    zti_bucket b = zti_bucket_full(&rate, 0);

    b.credit = 0;
    ck_assert_uint_eq(zti_bucket_wait(&b, &rate, 0, 0), 1);
    ck_assert_uint_eq(zti_bucket_wait(&b, &rate, 0, UINT64_MAX), 0);
    ck_assert_uint_eq(b.credit, UINT32_MAX * UINT64_C(1000000000));
}
END_TEST

START_TEST(the_wait_is_exact_to_the_nanosecond)
{
    const zti_rate rate = {3, 1};
    zti_bucket b = zti_bucket_full(&rate, 0);

    ck_assert_uint_eq(asked(&b, &rate, 0, 1), 1);
    ck_assert_uint_eq(zti_bucket_wait(&b, &rate, 0, 0), 333333334);
    ck_assert_uint_eq(zti_bucket_wait(&b, &rate, 0, 333333333), 1);
    ck_assert_uint_eq(zti_bucket_wait(&b, &rate, 0, 333333334), 0);
}
END_TEST

/* Asked at every 7 ms for 1000 s: 3 a second is 3000 and the burst, not one more by rounding. */
START_TEST(no_rate_drifts)
{
    const zti_rate rate = {3, 5};
    zti_bucket b = zti_bucket_full(&rate, 0);
    uint32_t got = 0;

    for (uint64_t at = 0; at <= 1000 * ZTI_SECOND; at += 7 * ZTI_MS) got += asked(&b, &rate, at, 1);
    got += asked(&b, &rate, 1000 * ZTI_SECOND, 10);
    ck_assert_uint_eq(got, 3005);
}
END_TEST

START_TEST(asking_charges_nothing_and_no_rate_is_no_limit)
{
    const zti_rate rate = {1, 1}, none = {0, 0};
    zti_bucket b = zti_bucket_full(&rate, 0);

    for (int i = 0; i < 100; i++) ck_assert_uint_eq(zti_bucket_wait(&b, &rate, 0, 0), 0);
    b.credit = 0;
    ck_assert_uint_eq(asked(&b, &none, 0, 100), 100);
}
END_TEST

START_TEST(half_of_a_burst_is_kept_for_those_who_may_have_it)
{
    const zti_rate rate = {4, 9}, one = {1, 1};
    zti_bucket b = zti_bucket_full(&rate, 0), single = zti_bucket_full(&one, 0);

    for (int i = 0; i < 5; i++) {
        ck_assert_uint_eq(zti_bucket_wait(&b, &rate, 1, 0), 0);
        zti_bucket_take(&b, &rate);
    }
    ck_assert_uint_eq(zti_bucket_wait(&b, &rate, 1, 0), ZTI_SECOND / 4);
    ck_assert_uint_eq(asked(&b, &rate, 0, 20), 4);
    ck_assert_uint_eq(zti_bucket_wait(&b, &rate, 1, 0), ZTI_SECOND * 5 / 4);
    /* A burst of one has no half to keep. */
    ck_assert_uint_eq(zti_bucket_wait(&single, &one, 1, 0), 0);
}
END_TEST

UNIT_MAIN("guard/admission_bucket", a_clock_that_jumps_gives_one_burst_and_no_more,
          a_clock_that_steps_back_earns_nothing_twice, the_largest_rate_and_burst_do_not_wrap,
          the_wait_is_exact_to_the_nanosecond, no_rate_drifts,
          asking_charges_nothing_and_no_rate_is_no_limit,
          half_of_a_burst_is_kept_for_those_who_may_have_it)
