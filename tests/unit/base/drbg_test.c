#include "base/drbg.h"

#include <zerotrunk/core.h>
#include "unit.h"

START_TEST(fills_more_than_one_request_of_the_backend)
{
    static uint8_t big[MBEDTLS_CTR_DRBG_MAX_REQUEST * 3 + 1];
    static const uint8_t seed[32] = {1};
    zti_drbg d;
    size_t zeros = 0;

    ck_assert_int_eq(zti_drbg_init(&d, seed), ZTRUNK_OK);
    ck_assert_int_eq(zti_drbg_fill(&d, big, sizeof big), ZTRUNK_OK);
    for (size_t i = 0; i < sizeof big; i++) zeros += big[i] == 0;
    /* One in 256 by expectation (12 of 3073); forty would mean that a part was not written. */
    ck_assert_uint_lt(zeros, 40);
    zti_drbg_end(&d);
}
END_TEST

START_TEST(the_seed_is_wiped_at_the_end)
{
    static const uint8_t seed[32] = {1, 2, 3};
    static const uint8_t zero[32];
    zti_drbg d;

    ck_assert_int_eq(zti_drbg_init(&d, seed), ZTRUNK_OK);
    zti_drbg_end(&d);
    ck_assert_mem_eq(d.seed, zero, sizeof zero);
}
END_TEST

UNIT_MAIN("base/drbg", fills_more_than_one_request_of_the_backend, the_seed_is_wiped_at_the_end)
