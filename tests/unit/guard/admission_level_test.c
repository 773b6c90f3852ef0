#include "guard/admission_level.h"

#include "base/time.h"
#include "unit.h"

static zti_asker unused(void)
{
    zti_asker s = {.list = ZTI_ASKER_LISTS};

    for (uint32_t i = 0; i < ZTI_ADMIT_RATES; i++) s.buckets[i].filled_ns = ZTI_NEVER;
    return s;
}

START_TEST(without_limits_everything_is_admitted)
{
    const ztrunk_admission_limits none = {.size = sizeof none};
    zti_asker s = unused();
    uint64_t wait = 1;

    for (uint32_t what = ZTRUNK_ADMIT_CONNECTION; what <= ZTRUNK_ADMIT_ENDING; what++)
        for (uint32_t i = 0; i < 1000; i++) {
            ck_assert_uint_eq(zti_level_ask(&s, &none, what, 0, &wait), ZTRUNK_ADMIT_OK);
            zti_level_charge(&s, &none, what, 0);
            zti_level_open(&s, what);
        }
    ck_assert_uint_eq(wait, 0);
}
END_TEST

/* A limit that comes by a reload finds a bucket that was never used: it is full, not empty. */
START_TEST(a_limit_that_comes_later_starts_with_a_full_burst)
{
    const ztrunk_admission_limits none = {.size = sizeof none}, two = {.call_rate = 2};
    zti_asker s = unused();
    uint64_t wait;

    zti_level_charge(&s, &none, ZTRUNK_ADMIT_CALL, ZTI_SECOND);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(zti_level_ask(&s, &two, ZTRUNK_ADMIT_CALL, 9 * ZTI_SECOND, &wait), 0);
        zti_level_charge(&s, &two, ZTRUNK_ADMIT_CALL, 9 * ZTI_SECOND);
    }
    ck_assert_uint_eq(zti_level_ask(&s, &two, ZTRUNK_ADMIT_CALL, 9 * ZTI_SECOND, &wait),
                      ZTRUNK_ADMIT_CALL_RATE);
    ck_assert_uint_eq(wait, ZTI_SECOND / 2);
}
END_TEST

START_TEST(counts_come_back_to_nothing_whether_a_handshake_was_ready_or_not)
{
    for (uint32_t what = ZTRUNK_ADMIT_CONNECTION; what <= ZTRUNK_ADMIT_ENDING; what++)
        for (uint32_t ready = 0; ready <= (what == ZTRUNK_ADMIT_HANDSHAKE); ready++) {
            zti_asker s = unused();

            zti_level_open(&s, what);
            if (ready) zti_level_ready(&s);
            zti_level_end(&s, what, ready);
            for (uint32_t i = 0; i < ZTI_ADMIT_COUNTS; i++) ck_assert_uint_eq(s.counts[i], 0);
        }
}
END_TEST

UNIT_MAIN("guard/admission_level", without_limits_everything_is_admitted,
          a_limit_that_comes_later_starts_with_a_full_burst,
          counts_come_back_to_nothing_whether_a_handshake_was_ready_or_not)
