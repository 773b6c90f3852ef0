#include <zerotrunk/verdict.h>

#include "fail_ctx.h"
#include "facts.h"

typedef struct cause_row {
    uint32_t cause, code;
} cause_row;

static const cause_row causes[] = {
    {ZTRUNK_SRTP_CAUSE_PLAIN, ZTRUNK_VERDICT_PLAIN_RTP},
    {ZTRUNK_SRTP_CAUSE_OLD_KEY, ZTRUNK_VERDICT_OLD_KEY},
    {ZTRUNK_SRTP_CAUSE_OWN_KEY, ZTRUNK_VERDICT_OWN_KEY},
    {ZTRUNK_SRTP_CAUSE_OTHER_LINE, ZTRUNK_VERDICT_OTHER_LINE},
    {ZTRUNK_SRTP_CAUSE_TAG_32, ZTRUNK_VERDICT_TAG_LENGTH},
    {ZTRUNK_SRTP_CAUSE_TAG_80, ZTRUNK_VERDICT_TAG_LENGTH},
    {ZTRUNK_SRTP_CAUSE_SUITE, ZTRUNK_VERDICT_SUITE},
    {ZTRUNK_SRTP_CAUSE_MKI, ZTRUNK_VERDICT_MKI},
    {ZTRUNK_SRTP_CAUSE_ROC_AHEAD, ZTRUNK_VERDICT_ROLLOVER},
    {ZTRUNK_SRTP_CAUSE_ROC_BEHIND, ZTRUNK_VERDICT_ROLLOVER},
    {ZTRUNK_SRTP_CAUSE_ROC_ZERO, ZTRUNK_VERDICT_ROLLOVER},
    {ZTRUNK_SRTP_CAUSE_REPLAY, ZTRUNK_VERDICT_REPLAY},
    {ZTRUNK_SRTP_CAUSE_LIFETIME, ZTRUNK_VERDICT_LIFETIME},
    {ZTRUNK_SRTP_CAUSE_SOURCES, ZTRUNK_VERDICT_SOURCES},
    {ZTRUNK_SRTP_CAUSE_WRONG_KEY, ZTRUNK_VERDICT_WRONG_KEY},
    {ZTRUNK_SRTP_CAUSE_NONE, ZTRUNK_VERDICT_AUTH},
};

static void check_words(const facts *f)
{
    ck_assert_ptr_eq(strstr(f->found.sentence, f->found.leg == 0 ? "cloud " : "inside "),
                     f->found.sentence);
    ck_assert_uint_gt(strlen(f->found.evidence), 10);
    ck_assert_uint_gt(strlen(f->found.advice), 10);
}

/* Steps until there is a verdict; gives how long it took. */
static uint64_t until_found(facts *f, void (*change)(facts *, uint32_t), uint32_t leg)
{
    uint64_t from = f->now_ns;

    while (f->found.code == ZTRUNK_VERDICT_NONE && f->now_ns - from < 20 * SECOND) {
        change(f, leg);
        (void)facts_step(f);
    }
    return f->now_ns - from;
}

static void refuse(facts *f, uint32_t leg)
{
    f->is_dead[leg] = 1;
    f->legs[leg].drop_auth += RATE;
}

START_TEST(each_cause_of_srtp_is_its_verdict_within_three_seconds)
{
    for (uint32_t leg = 0; leg < 2; leg++) {
        for (uint32_t before = 0; before <= 10; before += 5) {
            for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
                facts f = facts_new();

                facts_flow(&f, before);
                f.legs[leg].srtp_cause = causes[i].cause;
                ck_assert_uint_le(until_found(&f, refuse, leg), 3 * SECOND);
                ck_assert_msg(f.found.code == causes[i].code, "row %zu: %s", i,
                              ztrunk_verdict_name(f.found.code));
                ck_assert_uint_eq(f.found.leg, leg);
                ck_assert_uint_eq(f.found.is_new, 1);
                ck_assert_uint_eq(f.found.since_ns, (7 + before) * SECOND);
                check_words(&f);
                facts_end(&f);
            }
        }
    }
}
END_TEST

static void say_nothing(facts *f, uint32_t leg)
{
    f->is_dead[leg] = 1;
}

static void say_nothing_by_ice(facts *f, uint32_t leg)
{
    f->is_dead[leg] = 1;
    f->legs[leg].waits_for_ice = 1;
}

static void say_nothing_to_our_private(facts *f, uint32_t leg)
{
    f->is_dead[leg] = 1;
    f->legs[leg].ours_is_private = 1;
}

static void say_nothing_from_private(facts *f, uint32_t leg)
{
    f->is_dead[leg] = 1;
    f->legs[leg].theirs_is_private = 1;
}

static void say_rtcp(facts *f, uint32_t leg)
{
    f->is_dead[leg] = 1;
    f->legs[leg].rx_rtcp += 1;
}

static void say_junk(facts *f, uint32_t leg)
{
    f->is_dead[leg] = 1;
    f->legs[leg].drop_malformed += RATE;
}

static void come_from_elsewhere(facts *f, uint32_t leg)
{
    f->is_dead[leg] = 1;
    f->legs[leg].drop_denied += RATE;
}

static void speak_another_codec(facts *f, uint32_t leg)
{
    f->legs[leg].rx_other_codec += RATE;
}

static void lack_a_key(facts *f, uint32_t leg)
{
    f->is_dead[1 - leg] = 1;
    f->legs[1 - leg].rx_packets += RATE;
    f->legs[leg].drop_no_key += RATE;
}

static void cannot_send(facts *f, uint32_t leg)
{
    f->is_dead[1 - leg] = 1;
    f->legs[1 - leg].rx_packets += RATE;
    f->legs[leg].drop_send += RATE;
}

static void give_what_has_no_route(facts *f, uint32_t leg)
{
    say_nothing_from_private(f, leg);
    f->is_dead[1 - leg] = 1;
    f->legs[1 - leg].rx_packets += RATE;
    f->legs[leg].drop_send += RATE;
}

typedef struct fact_row {
    void (*change)(facts *, uint32_t);
    uint32_t code;
} fact_row;

static const fact_row from_the_start[] = {
    {say_nothing, ZTRUNK_VERDICT_NO_MEDIA},
    {say_nothing_by_ice, ZTRUNK_VERDICT_ICE},
    {say_nothing_to_our_private, ZTRUNK_VERDICT_PRIVATE_OURS},
    {say_nothing_from_private, ZTRUNK_VERDICT_PRIVATE_THEIRS},
    {give_what_has_no_route, ZTRUNK_VERDICT_PRIVATE_THEIRS},
    {say_rtcp, ZTRUNK_VERDICT_RTCP_ONLY},
    {say_junk, ZTRUNK_VERDICT_NOT_RTP},
    {come_from_elsewhere, ZTRUNK_VERDICT_SOURCE},
    {speak_another_codec, ZTRUNK_VERDICT_CODEC},
    {lack_a_key, ZTRUNK_VERDICT_NO_KEY},
    {cannot_send, ZTRUNK_VERDICT_SEND},
};

static const fact_row after_a_while[] = {
    {say_nothing, ZTRUNK_VERDICT_STOPPED},        {say_junk, ZTRUNK_VERDICT_NOT_RTP},
    {come_from_elsewhere, ZTRUNK_VERDICT_SOURCE}, {speak_another_codec, ZTRUNK_VERDICT_CODEC},
    {lack_a_key, ZTRUNK_VERDICT_NO_KEY},          {cannot_send, ZTRUNK_VERDICT_SEND},
};

static void find_all(const fact_row *rows, size_t count, uint32_t seconds_before)
{
    for (size_t i = 0; i < count; i++) {
        for (uint32_t leg = 0; leg < 2; leg++) {
            facts f = facts_new();

            facts_flow(&f, seconds_before);
            ck_assert_uint_le(until_found(&f, rows[i].change, leg), 3 * SECOND);
            ck_assert_msg(f.found.code == rows[i].code, "row %zu: %s", i,
                          ztrunk_verdict_name(f.found.code));
            ck_assert_uint_eq(f.found.leg, leg);
            check_words(&f);
            facts_end(&f);
        }
    }
}

START_TEST(what_never_worked_is_found_within_three_seconds_of_the_answer)
{
    find_all(from_the_start, sizeof from_the_start / sizeof from_the_start[0], 0);
}
END_TEST

START_TEST(what_worked_before_is_found_within_three_seconds)
{
    find_all(after_a_while, sizeof after_a_while / sizeof after_a_while[0], 6);
}
END_TEST

static void report(facts *f, uint32_t leg, uint32_t lost, uint32_t sequence)
{
    f->legs[leg].rx_rtcp++;
    f->legs[leg].reports++;
    f->legs[leg].report_lost = lost;
    f->legs[leg].report_sequence = sequence;
    f->legs[leg].seen = f->legs[leg].theirs;
}

START_TEST(a_peer_whose_reports_say_all_is_lost_hears_nothing)
{
    facts f = facts_new();

    facts_flow(&f, 5);
    report(&f, 0, 0, 250);
    facts_flow(&f, 5);
    report(&f, 0, 249, 500);
    facts_flow(&f, 5);
    report(&f, 0, 250, 500);
    ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_UNHEARD);
    ck_assert_uint_eq(f.found.leg, 0);
    ck_assert_ptr_nonnull(strstr(f.found.evidence, "97 % lost"));
    report(&f, 0, 10, 800);
    ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_NONE);
    facts_end(&f);
}
END_TEST

START_TEST(a_peer_whose_reports_make_no_progress_hears_nothing)
{
    facts f = facts_new();

    facts_flow(&f, 5);
    report(&f, 1, 0, 250);
    facts_flow(&f, 5);
    report(&f, 1, 0, 250);
    ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_UNHEARD);
    ck_assert_uint_eq(f.found.leg, 1);
    ck_assert_uint_eq(f.found.since_ns, f.now_ns - 6 * SECOND);
    facts_end(&f);
}
END_TEST

START_TEST(reports_while_little_was_sent_say_nothing)
{
    facts f = facts_new();

    f.is_dead[1] = 1;
    f.legs[1].has_dtx = 1;
    facts_flow(&f, 4);
    report(&f, 0, 0, 250);
    facts_flow(&f, 4);
    report(&f, 0, 255, 250);
    facts_flow(&f, 1);
    facts_end(&f);
}
END_TEST

START_TEST(the_more_specific_verdict_of_both_legs_stands)
{
    facts f = facts_new();

    f.is_dead[0] = f.is_dead[1] = 1;
    f.legs[1].srtp_cause = ZTRUNK_SRTP_CAUSE_TAG_32;
    for (int i = 0; i < 3; i++) {
        f.legs[1].drop_auth += RATE;
        (void)facts_step(&f);
    }
    ck_assert_uint_eq(f.found.code, ZTRUNK_VERDICT_TAG_LENGTH);
    ck_assert_uint_eq(f.found.leg, 1);
    facts_end(&f);
}
END_TEST

START_TEST(a_verdict_gives_way_to_what_is_more_specific_and_not_back)
{
    facts f = facts_new();

    f.is_dead[0] = 1;
    for (int i = 0; i < 4; i++) {
        f.legs[0].drop_auth += RATE;
        (void)facts_step(&f);
    }
    ck_assert_uint_eq(f.found.code, ZTRUNK_VERDICT_AUTH);
    f.legs[0].srtp_cause = ZTRUNK_SRTP_CAUSE_OLD_KEY;
    f.legs[0].drop_auth += RATE;
    ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_OLD_KEY);
    ck_assert_uint_eq(f.found.is_new, 1);
    /* It sends no more: still the same failure. */
    f.legs[0].srtp_cause = ZTRUNK_SRTP_CAUSE_NONE;
    for (int i = 0; i < 20; i++) {
        ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_OLD_KEY);
        ck_assert_uint_eq(f.found.is_new, 0);
    }
    facts_end(&f);
}
END_TEST

START_TEST(a_peer_that_is_heard_again_ends_its_verdict)
{
    facts f = facts_new();

    f.is_dead[1] = 1;
    while (facts_step(&f) == ZTRUNK_VERDICT_NONE) continue;
    ck_assert_uint_eq(f.found.code, ZTRUNK_VERDICT_NO_MEDIA);
    f.is_dead[1] = 0;
    ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_NONE);
    ck_assert_str_eq(f.found.sentence, "");
    facts_flow(&f, 5);
    facts_end(&f);
}
END_TEST

START_TEST(hold_and_an_open_offer_end_a_verdict_and_start_the_time_anew)
{
    facts f = facts_new();

    f.is_dead[0] = 1;
    while (facts_step(&f) == ZTRUNK_VERDICT_NONE) continue;
    f.call.is_negotiating = 1;
    facts_flow(&f, 5);
    f.call.is_negotiating = 0;
    f.legs[0].receive = f.legs[1].send = 0;
    facts_flow(&f, 60);
    f.legs[0].receive = f.legs[1].send = 1;
    facts_flow(&f, 2);
    ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_NO_MEDIA);
    facts_end(&f);
}
END_TEST

START_TEST(nothing_is_said_before_the_answer)
{
    facts f = facts_new();

    f.call.is_answered = 0;
    f.is_dead[0] = f.is_dead[1] = 1;
    f.legs[0].srtp_cause = ZTRUNK_SRTP_CAUSE_WRONG_KEY;
    for (int i = 0; i < 60; i++) {
        f.legs[0].drop_auth += RATE;
        ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_NONE);
    }
    facts_end(&f);
}
END_TEST

/* The bound and one step past it. */
START_TEST(two_seconds_and_a_half_without_media_are_missing_and_less_are_not)
{
    facts f = facts_new();

    f.step_ns = SECOND / 10;
    f.is_dead[0] = 1;
    (void)facts_judge(&f);
    for (int i = 0; i < 24; i++) ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_NONE);
    ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_NO_MEDIA);
    facts_end(&f);
}
END_TEST

START_TEST(a_peer_that_may_be_silent_is_missing_after_ten_seconds_and_only_if_never_heard)
{
    facts f = facts_new(), heard = facts_new();

    f.legs[0].has_dtx = heard.legs[0].has_dtx = 1;
    facts_flow(&heard, 1);
    f.is_dead[0] = heard.is_dead[0] = 1;
    facts_flow(&heard, 100);
    facts_flow(&f, 9);
    ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_NO_MEDIA);
    facts_end(&f);
    facts_end(&heard);
}
END_TEST

START_TEST(a_peer_that_has_paused_once_may_pause_again)
{
    facts f = facts_new();

    facts_flow(&f, 2);
    f.is_dead[0] = 1;
    facts_flow(&f, 9);
    f.is_dead[0] = 0;
    facts_flow(&f, 10);
    f.is_dead[0] = 1;
    facts_flow(&f, 60);
    facts_end(&f);
}
END_TEST

START_TEST(a_peer_heard_for_less_than_three_seconds_has_stopped_after_ten)
{
    facts f = facts_new();

    facts_flow(&f, 2);
    f.is_dead[0] = 1;
    facts_flow(&f, 9);
    ck_assert_uint_eq(facts_step(&f), ZTRUNK_VERDICT_STOPPED);
    facts_end(&f);
}
END_TEST

START_TEST(every_verdict_has_a_name_of_its_own)
{
    for (uint32_t code = 0; code <= ZTRUNK_VERDICT_STOPPED; code++) {
        ck_assert_str_ne(ztrunk_verdict_name(code), "unknown");
        for (uint32_t other = 0; other < code; other++)
            ck_assert_str_ne(ztrunk_verdict_name(code), ztrunk_verdict_name(other));
    }
    ck_assert_str_eq(ztrunk_verdict_name(ZTRUNK_VERDICT_STOPPED + 1), "unknown");
}
END_TEST

START_TEST(a_call_that_finds_no_memory_leaves_nothing)
{
    for (uint32_t at = 1;; at++) {
        fail_ctx fail = {.fail_at = at};
        ztrunk_ctx *ctx = NULL;
        ztrunk_verdict *v = NULL;
        int32_t err = fail_ctx_new(&fail, &ctx);

        if (err == ZTRUNK_OK) err = ztrunk_verdict_new(ctx, NULL, &v);
        ztrunk_verdict_free(v);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(fail.live, 0);
        if (err == ZTRUNK_OK) break;
        ck_assert_int_eq(err, ZTRUNK_E_NOMEM);
    }
}
END_TEST

START_TEST(misuse_is_refused)
{
    facts f = facts_new();
    ztrunk_verdict_leg tiny = {.size = 3};
    ztrunk_verdict *v = NULL;

    ck_assert_int_eq(ztrunk_verdict_new(NULL, NULL, &v), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_verdict_new(f.ctx, NULL, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_verdict_judge(NULL, 0, &f.call, &f.legs[0], &f.legs[1], &f.found),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_verdict_judge(f.verdict, 0, NULL, &f.legs[0], &f.legs[1], &f.found),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_verdict_judge(f.verdict, 0, &f.call, NULL, &f.legs[1], &f.found),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_verdict_judge(f.verdict, 0, &f.call, &tiny, &f.legs[1], &f.found),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_verdict_judge(f.verdict, 0, &f.call, &f.legs[0], &f.legs[1], NULL),
                     ZTRUNK_E_INVALID);
    ztrunk_verdict_free(NULL);
    facts_end(&f);
}
END_TEST

UNIT_MAIN("verdict/verdict", each_cause_of_srtp_is_its_verdict_within_three_seconds,
          what_never_worked_is_found_within_three_seconds_of_the_answer,
          what_worked_before_is_found_within_three_seconds,
          a_peer_whose_reports_say_all_is_lost_hears_nothing,
          a_peer_whose_reports_make_no_progress_hears_nothing,
          reports_while_little_was_sent_say_nothing, the_more_specific_verdict_of_both_legs_stands,
          a_verdict_gives_way_to_what_is_more_specific_and_not_back,
          a_peer_that_is_heard_again_ends_its_verdict,
          hold_and_an_open_offer_end_a_verdict_and_start_the_time_anew,
          nothing_is_said_before_the_answer,
          two_seconds_and_a_half_without_media_are_missing_and_less_are_not,
          a_peer_that_may_be_silent_is_missing_after_ten_seconds_and_only_if_never_heard,
          a_peer_that_has_paused_once_may_pause_again,
          a_peer_heard_for_less_than_three_seconds_has_stopped_after_ten,
          every_verdict_has_a_name_of_its_own, a_call_that_finds_no_memory_leaves_nothing,
          misuse_is_refused)
