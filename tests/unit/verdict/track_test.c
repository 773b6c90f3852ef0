#include "verdict/track.h"

#include "unit.h"

#define SECOND UINT64_C(1000000000)

/* The next second. */
static void take(zti_verdict_track *t, ztrunk_verdict_leg *leg, uint64_t packets, uint32_t is_due)
{
    leg->rx_packets += packets;
    zti_verdict_track_take(t, t->now_ns + SECOND, leg, is_due);
}

START_TEST(time_counts_from_when_media_is_due)
{
    zti_verdict_track t = {0};
    ztrunk_verdict_leg leg = {0};

    for (int i = 0; i < 30; i++) take(&t, &leg, 0, 0);
    ck_assert_uint_eq(zti_verdict_track_unheard_ns(&t), 0);
    for (int i = 0; i < 3; i++) take(&t, &leg, 0, 1);
    ck_assert_uint_eq(zti_verdict_track_unheard_ns(&t), 3 * SECOND);
}
END_TEST

START_TEST(the_time_of_the_last_packet_is_taken_only_if_it_can_be)
{
    zti_verdict_track t = {0};
    ztrunk_verdict_leg leg = {0};

    take(&t, &leg, 0, 1);
    leg.last_rx_ns = SECOND + SECOND / 4;
    take(&t, &leg, 10, 1);
    ck_assert_uint_eq(zti_verdict_track_unheard_ns(&t), SECOND * 3 / 4);
    take(&t, &leg, 10, 1);
    ck_assert_uint_eq(zti_verdict_track_unheard_ns(&t), 0);
    leg.last_rx_ns = 99 * SECOND;
    take(&t, &leg, 10, 1);
    ck_assert_uint_eq(zti_verdict_track_unheard_ns(&t), 0);
}
END_TEST

START_TEST(a_gap_ends_what_is_steady_and_is_remembered)
{
    zti_verdict_track t = {0};
    ztrunk_verdict_leg leg = {0};

    take(&t, &leg, 0, 1);
    for (int i = 0; i < 5; i++) take(&t, &leg, 50, 1);
    ck_assert_uint_eq(t.steady_since_ns, 2 * SECOND);
    take(&t, &leg, 0, 1);
    take(&t, &leg, 50, 1);
    ck_assert_uint_eq(t.has_gaps, 0);
    ck_assert_uint_eq(t.steady_since_ns, 2 * SECOND);
    for (int i = 0; i < 2; i++) take(&t, &leg, 0, 1);
    take(&t, &leg, 50, 1);
    ck_assert_uint_eq(t.has_gaps, 1);
    ck_assert_uint_eq(t.steady_since_ns, t.now_ns);
}
END_TEST

START_TEST(a_hold_is_no_gap)
{
    zti_verdict_track t = {0};
    ztrunk_verdict_leg leg = {0};

    take(&t, &leg, 0, 1);
    for (int i = 0; i < 5; i++) take(&t, &leg, 50, 1);
    for (int i = 0; i < 60; i++) take(&t, &leg, 0, 0);
    for (int i = 0; i < 5; i++) take(&t, &leg, 50, 1);
    ck_assert_uint_eq(t.has_gaps, 0);
}
END_TEST

START_TEST(media_of_another_codec_is_heard_and_is_not_right)
{
    zti_verdict_track t = {0};
    ztrunk_verdict_leg leg = {0};

    take(&t, &leg, 0, 1);
    leg.rx_other_codec += 50;
    take(&t, &leg, 50, 1);
    ck_assert_uint_eq(t.heard.at_ns, 2 * SECOND);
    ck_assert_uint_eq(t.right.at_ns, SECOND);
    leg.rx_other_codec += 49;
    take(&t, &leg, 50, 1);
    ck_assert_uint_eq(t.right.at_ns, 3 * SECOND);
}
END_TEST

START_TEST(reports_tell_after_fifty_packets_and_at_250_of_256)
{
    static const struct {
        uint32_t sent, lost, sequence, is_deaf;
    } rows[] = {{49, 255, 9, 0}, {50, 249, 9, 0}, {50, 250, 9, 1}, {50, 0, 7, 1}, {49, 0, 7, 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        zti_verdict_track t = {0};
        ztrunk_verdict_leg leg = {.reports = 1, .report_sequence = 7};

        take(&t, &leg, 0, 1);
        leg.tx_packets += rows[i].sent;
        take(&t, &leg, 0, 1);
        leg.tx_packets += 50; /* too late for the report */
        leg.reports++;
        leg.report_lost = rows[i].lost;
        leg.report_sequence = rows[i].sequence;
        take(&t, &leg, 0, 1);
        ck_assert_msg(t.is_deaf == rows[i].is_deaf, "row %zu", i);
    }
}
END_TEST

UNIT_MAIN("verdict/track", time_counts_from_when_media_is_due,
          the_time_of_the_last_packet_is_taken_only_if_it_can_be,
          a_gap_ends_what_is_steady_and_is_remembered, a_hold_is_no_gap,
          media_of_another_codec_is_heard_and_is_not_right,
          reports_tell_after_fifty_packets_and_at_250_of_256)
