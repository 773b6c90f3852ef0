#include "verdict/words.h"

#include <string.h>
#include "unit.h"

#define SECOND UINT64_C(1000000000)

static ztrunk_verdict_finding words(uint32_t code, const char *peer, const zti_verdict_track *t)
{
    ztrunk_verdict_finding f = {.size = sizeof f, .code = code};

    zti_verdict_words(&f, peer, t);
    return f;
}

/* The largest figures and the longest address: nothing is cut, so each text ends as it should. */
START_TEST(the_largest_figures_fit)
{
    ztrunk_addr six = {.family = 6, .port = 65535, .scope_id = UINT32_MAX};
    ztrunk_verdict_leg most = {.report_lost = 256, .report_sequence = UINT32_MAX};
    zti_verdict_track t = {.now_ns = UINT64_MAX};

    memset(six.ip, 0xee, sizeof six.ip);
    most.ours = most.theirs = most.seen = six;
    most.rx_packets = most.rx_rtcp = most.rx_other_codec = most.tx_packets = UINT32_MAX;
    most.drop_auth = most.drop_replay = most.drop_malformed = most.drop_denied = UINT32_MAX;
    most.drop_no_key = most.drop_send = UINT32_MAX;
    t.now = most;
    for (uint32_t code = 1; code <= ZTRUNK_VERDICT_STOPPED; code++) {
        ztrunk_verdict_finding f = words(code, "fifteen letters", &t);

        ck_assert_uint_gt(strlen(f.sentence), 20);
        ck_assert_uint_lt(strlen(f.sentence), sizeof f.sentence - 1);
        ck_assert_uint_lt(strlen(f.evidence), sizeof f.evidence - 1);
        ck_assert_uint_gt(strlen(f.evidence), 20);
        ck_assert_uint_lt(strlen(f.advice), sizeof f.advice - 1);
        ck_assert_uint_gt(strlen(f.advice), 10);
    }
}
END_TEST

START_TEST(a_code_that_is_none_has_no_words)
{
    zti_verdict_track t = {0};
    ztrunk_verdict_finding f = words(ZTRUNK_VERDICT_STOPPED + 1, "cloud", &t);

    ck_assert_str_eq(f.sentence, "");
    f = words(ZTRUNK_VERDICT_NONE, "cloud", &t);
    ck_assert_str_eq(f.evidence, "");
}
END_TEST

START_TEST(the_figures_are_those_since_the_peer_was_heard)
{
    zti_verdict_track t = {.now_ns = 12 * SECOND + SECOND / 2};
    ztrunk_verdict_finding f;

    t.heard.at_ns = 10 * SECOND;
    t.heard.leg.drop_auth = 1000;
    t.now.drop_auth = 1125;
    t.now.theirs = (ztrunk_addr){.family = 4, .port = 4000, .ip = {203, 0, 113, 9}};
    f = words(ZTRUNK_VERDICT_OLD_KEY, "cloud", &t);
    ck_assert_str_eq(f.sentence, "cloud still seals its media with the key of the offer before");
    ck_assert_ptr_nonnull(strstr(f.evidence, "in 2.5 s none let in; refused: 125 "));
    f = words(ZTRUNK_VERDICT_NO_MEDIA, "inside", &t);
    ck_assert_ptr_nonnull(strstr(f.evidence, "in 2.5 s nothing at nowhere from 203.0.113.9:4000"));
}
END_TEST

UNIT_MAIN("verdict/words", the_largest_figures_fit, a_code_that_is_none_has_no_words,
          the_figures_are_those_since_the_peer_was_heard)
