#include "quality.h"

#include "unit.h"

START_TEST(without_a_packet_nothing_is_said)
{
    ck_assert_uint_eq(quality_mos("PCMU", 0, 0, 0), 0);
    ck_assert_uint_eq(quality_mos("PCMU", 0, 1000, 0), 0);
}
END_TEST

/* By hand: d 70 ms, Id 1.68, R 91.52: 1 + 3.2032 + 91.52 * 31.52 * 8.48 * 7e-6 = 4.374. */
START_TEST(an_undisturbed_stream_of_g711_is_at_its_best)
{
    ck_assert_uint_eq(quality_mos("PCMA", 5000, 0, 0), 437);
    ck_assert_uint_eq(quality_mos("pcmu", 5000, 0, 0), 437);
}
END_TEST

/* By hand, 10 % lost: Ie,eff 95 * 10 / 35.1 = 27.066, R 64.454: 1 + 2.2559 + 64.454 * 4.454 *
 * 35.546 * 7e-6 = 3.327. */
START_TEST(loss_costs_what_the_formula_says)
{
    ck_assert_uint_eq(quality_mos("PCMA", 900, 100, 0), 333);
}
END_TEST

/* By hand, 100 ms of jitter: d 270 ms, Id 6.48 + 10.197, R 76.523: 1 + 2.6783 + 76.523 * 16.523 *
 * 23.477 * 7e-6 = 3.886. */
START_TEST(jitter_costs_delay)
{
    ck_assert_uint_eq(quality_mos("PCMA", 5000, 0, 100000), 389);
}
END_TEST

START_TEST(a_codec_costs_its_own_and_an_unknown_one_is_assumed)
{
    uint32_t g711 = quality_mos("PCMU", 5000, 0, 0), g729 = quality_mos("G729", 5000, 0, 0);

    ck_assert_uint_lt(g729, g711);
    ck_assert_uint_eq(quality_mos("x", 5000, 0, 0), g711);
    ck_assert_uint_lt(quality_mos("x", 950, 50, 0), quality_mos("PCMU", 950, 50, 0));
}
END_TEST

START_TEST(more_loss_is_never_better_and_the_scale_has_two_ends)
{
    uint32_t last = 441;

    for (uint32_t lost = 0; lost <= 1000; lost += 10) {
        uint32_t mos = quality_mos("PCMU", 1001 - lost, lost, lost * 1000);

        ck_assert_uint_le(mos, last);
        ck_assert_uint_ge(mos, 100);
        last = mos;
    }
    ck_assert_uint_eq(last, 100);
    ck_assert_uint_eq(quality_mos("PCMU", 1, UINT64_MAX / 2, UINT32_MAX), 100);
}
END_TEST

UNIT_MAIN("zerotrunkd/quality", without_a_packet_nothing_is_said,
          an_undisturbed_stream_of_g711_is_at_its_best, loss_costs_what_the_formula_says,
          jitter_costs_delay, a_codec_costs_its_own_and_an_unknown_one_is_assumed,
          more_loss_is_never_better_and_the_scale_has_two_ends)
