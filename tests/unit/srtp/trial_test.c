#include "srtp/trial.h"

#include "suspects.h"

/* One packet, tried as it is. */
static uint32_t try_packet(suspects *s, int32_t err, uint32_t is_rtcp, const uint8_t *pkt,
                           size_t len, uint32_t *roc)
{
    zti_srtp_verifier v;
    zti_srtp_trial t = {
        .v = &v, .in = s->in, .out = s->out, .before = s->before, .err = err, .is_rtcp = is_rtcp};
    uint32_t cause;

    ck_assert_int_eq(zti_srtp_verifier_init(&v), ZTRUNK_OK);
    cause = zti_srtp_try(&t, pkt, len, roc);
    zti_srtp_verifier_end(&v);
    return cause;
}

static uint32_t try_next(suspects *s, uint32_t is_rtcp, uint32_t *roc)
{
    uint8_t pkt[PAIR_ROOM];
    size_t len = is_rtcp ? rtcp_make(pkt, PAIR_SSRC) : rtp_make(pkt, PAIR_SSRC, ++s->seq);
    size_t out_len;
    int32_t err;

    ck_assert_int_eq(ztrunk_srtp_seal(s->peer, is_rtcp, pkt, len, PAIR_ROOM, &len), ZTRUNK_OK);
    err = ztrunk_srtp_open(s->in, is_rtcp, pkt, len, &out_len);
    ck_assert_int_ne(err, ZTRUNK_OK);
    return try_packet(s, err, is_rtcp, pkt, len, roc);
}

START_TEST(a_key_that_nobody_has_is_the_wrong_key)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        suspects s = suspects_of((ztrunk_srtp_opts){.suite = suite}, (ztrunk_srtp_opts){0}, 99);
        uint32_t roc;

        for (uint32_t i = 0; i < 20; i++) {
            ck_assert_uint_eq(try_next(&s, 0, &roc), ZTRUNK_SRTP_CAUSE_WRONG_KEY);
            ck_assert_uint_eq(try_next(&s, 1, &roc), ZTRUNK_SRTP_CAUSE_WRONG_KEY);
        }
        suspects_end(&s);
    }
}
END_TEST

START_TEST(the_keys_of_the_other_direction_and_of_the_offer_before_are_known)
{
    static const uint32_t want[] = {
        [2] = ZTRUNK_SRTP_CAUSE_OWN_KEY, [3] = ZTRUNK_SRTP_CAUSE_OLD_KEY};

    for (uint32_t suite = 1; suite <= 8; suite++) {
        for (uint8_t first = 2; first <= 3; first++) {
            suspects s =
                suspects_of((ztrunk_srtp_opts){.suite = suite}, (ztrunk_srtp_opts){0}, first);
            uint32_t roc;

            ck_assert_uint_eq(try_next(&s, 0, &roc), want[first]);
            ck_assert_uint_eq(try_next(&s, 1, &roc), want[first]);
            suspects_end(&s);
        }
    }
}
END_TEST

/* The call before was long: its key has gone on to another rollover. */
START_TEST(the_key_before_is_known_at_the_counter_that_it_had)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 3);
    uint32_t roc;

    ck_assert_int_eq(ztrunk_srtp_set_roc(s.before, PAIR_SSRC, 6), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(s.peer, PAIR_SSRC, 6), ZTRUNK_OK);
    ck_assert_uint_eq(try_next(&s, 0, &roc), ZTRUNK_SRTP_CAUSE_OLD_KEY);
    suspects_end(&s);
}
END_TEST

START_TEST(the_other_length_of_tag_is_known)
{
    for (uint32_t suite = 1; suite <= 6; suite++) {
        uint32_t other = suite % 2 ? suite + 1 : suite - 1;
        suspects s =
            suspects_of((ztrunk_srtp_opts){.suite = suite}, (ztrunk_srtp_opts){.suite = other}, 1);
        uint32_t roc;

        ck_assert_uint_eq(try_next(&s, 0, &roc),
                          suite % 2 ? ZTRUNK_SRTP_CAUSE_TAG_32 : ZTRUNK_SRTP_CAUSE_TAG_80);
        suspects_end(&s);
    }
}
END_TEST

START_TEST(another_cipher_under_the_same_key_is_known)
{
    static const struct {
        uint32_t ours, theirs;
    } rows[] = {{1, 7}, {2, 7}, {5, 1}, {5, 7}, {5, 8}, {5, 3}, {6, 8}, {8, 1}, {8, 7}, {3, 1}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        suspects s = suspects_of((ztrunk_srtp_opts){.suite = rows[i].ours},
                                 (ztrunk_srtp_opts){.suite = rows[i].theirs}, 1);
        uint32_t roc;

        ck_assert_msg(try_next(&s, 0, &roc) == ZTRUNK_SRTP_CAUSE_SUITE, "row %zu", i);
        suspects_end(&s);
    }
}
END_TEST

START_TEST(another_line_of_the_offer_is_known_and_five_are_too_many)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){.suite = 8}, 50);
    uint8_t key[46];
    uint32_t roc;

    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)(50 + i * 3);
    ck_assert_uint_eq(try_next(&s, 0, &roc), ZTRUNK_SRTP_CAUSE_WRONG_KEY);
    ck_assert_int_eq(ztrunk_srtp_add_line(s.in, 8, key, 43), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_add_line(s.out, 8, key, 44), ZTRUNK_E_STATE);
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_int_eq(ztrunk_srtp_add_line(s.in, 8, key, 44), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_add_line(s.in, 8, key, 44), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(try_next(&s, 0, &roc), ZTRUNK_SRTP_CAUSE_OTHER_LINE);
    ck_assert_uint_eq(try_next(&s, 1, &roc), ZTRUNK_SRTP_CAUSE_OTHER_LINE);
    suspects_end(&s);
}
END_TEST

START_TEST(an_mki_too_many_too_few_or_of_another_value_is_known)
{
    static const struct {
        uint32_t ours_len, ours, theirs_len, theirs;
    } rows[] = {{0, 0, 1, 1}, {0, 0, 4, 1}, {4, 1, 0, 0}, {1, 1, 4, 1}, {4, 1, 4, 2}, {1, 7, 1, 8}};

    for (uint32_t suite = 1; suite <= 8; suite++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            ztrunk_srtp_opts ours = {.suite = suite, .mki_len = rows[i].ours_len},
                             theirs = {.suite = suite, .mki_len = rows[i].theirs_len};
            uint32_t roc;
            suspects s;

            ours.mki = rows[i].ours;
            theirs.mki = rows[i].theirs;
            s = suspects_of(ours, theirs, 1);
            ck_assert_msg(try_next(&s, 0, &roc) == ZTRUNK_SRTP_CAUSE_MKI, "%u %zu", suite, i);
            suspects_end(&s);
        }
    }
}
END_TEST

START_TEST(the_counter_that_the_peer_is_at_is_found)
{
    static const struct {
        uint32_t ours, theirs, cause;
    } rows[] = {{0, 1, ZTRUNK_SRTP_CAUSE_ROC_AHEAD}, {4, 5, ZTRUNK_SRTP_CAUSE_ROC_AHEAD},
                {4, 6, ZTRUNK_SRTP_CAUSE_ROC_AHEAD}, {5, 4, ZTRUNK_SRTP_CAUSE_ROC_BEHIND},
                {5, 0, ZTRUNK_SRTP_CAUSE_ROC_ZERO},  {1, 0, ZTRUNK_SRTP_CAUSE_ROC_ZERO},
                {9, 4, ZTRUNK_SRTP_CAUSE_WRONG_KEY}, {0, 3, ZTRUNK_SRTP_CAUSE_WRONG_KEY}};

    for (uint32_t suite = 1; suite <= 8; suite++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            suspects s = suspects_of((ztrunk_srtp_opts){.suite = suite}, (ztrunk_srtp_opts){0}, 1);
            uint32_t roc = 77;

            ck_assert_int_eq(ztrunk_srtp_set_roc(s.in, PAIR_SSRC, rows[i].ours), ZTRUNK_OK);
            ck_assert_int_eq(ztrunk_srtp_set_roc(s.peer, PAIR_SSRC, rows[i].theirs), ZTRUNK_OK);
            ck_assert_msg(try_next(&s, 0, &roc) == rows[i].cause, "row %zu", i);
            if (rows[i].cause != ZTRUNK_SRTP_CAUSE_WRONG_KEY)
                ck_assert_uint_eq(roc, rows[i].theirs);
            suspects_end(&s);
        }
    }
}
END_TEST

START_TEST(a_new_source_that_goes_on_with_the_counter_of_another_is_ahead)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    uint32_t roc = 0;

    ck_assert_int_eq(ztrunk_srtp_set_roc(s.in, 5, 8), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(s.peer, 5, 8), ZTRUNK_OK);
    for (uint32_t i = 0; i < 3; i++) {
        uint8_t pkt[PAIR_ROOM];
        size_t len;

        ck_assert_int_eq(seal_rtp(s.peer, 5, i, pkt, &len), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_open(s.in, 0, pkt, len, &len), ZTRUNK_OK);
    }
    ck_assert_int_eq(ztrunk_srtp_set_roc(s.peer, PAIR_SSRC, 8), ZTRUNK_OK);
    ck_assert_uint_eq(try_next(&s, 0, &roc), ZTRUNK_SRTP_CAUSE_ROC_AHEAD);
    ck_assert_uint_eq(roc, 8);
    suspects_end(&s);
}
END_TEST

START_TEST(an_authentic_packet_seen_before_is_a_replay_and_a_forged_one_is_not)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    uint8_t pkt[PAIR_ROOM], copy[PAIR_ROOM];
    uint32_t roc;
    size_t len, out_len;

    ck_assert_int_eq(seal_rtp(s.peer, PAIR_SSRC, 5, pkt, &len), ZTRUNK_OK);
    memcpy(copy, pkt, sizeof pkt);
    ck_assert_int_eq(ztrunk_srtp_open(s.in, 0, copy, len, &out_len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_open(s.in, 0, pkt, len, &out_len), ZTRUNK_E_REPLAY);
    ck_assert_uint_eq(try_packet(&s, ZTRUNK_E_REPLAY, 0, pkt, len, &roc), ZTRUNK_SRTP_CAUSE_REPLAY);
    pkt[30] ^= 1;
    ck_assert_uint_eq(try_packet(&s, ZTRUNK_E_REPLAY, 0, pkt, len, &roc),
                      ZTRUNK_SRTP_CAUSE_WRONG_KEY);
    suspects_end(&s);
}
END_TEST

START_TEST(plain_rtp_and_rtcp_are_known)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        suspects s = suspects_of((ztrunk_srtp_opts){.suite = suite}, (ztrunk_srtp_opts){0}, 1);
        uint8_t pkt[PAIR_ROOM];
        size_t len = rtp_make(pkt, PAIR_SSRC, 1);
        uint32_t roc;

        ck_assert_uint_eq(try_packet(&s, ZTRUNK_E_AUTH, 0, pkt, len, &roc),
                          ZTRUNK_SRTP_CAUSE_PLAIN);
        ck_assert_uint_eq(try_packet(&s, ZTRUNK_E_MALFORMED, 0, pkt, 14, &roc),
                          ZTRUNK_SRTP_CAUSE_PLAIN);
        len = rtcp_make(pkt, PAIR_SSRC);
        ck_assert_uint_eq(try_packet(&s, ZTRUNK_E_MALFORMED, 1, pkt, len, &roc),
                          ZTRUNK_SRTP_CAUSE_PLAIN);
        suspects_end(&s);
    }
}
END_TEST

START_TEST(a_lifetime_that_is_over_and_a_source_too_many_are_told)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    uint8_t pkt[PAIR_ROOM];
    uint32_t roc;
    size_t len;

    ck_assert_int_eq(seal_rtp(s.peer, PAIR_SSRC, 5, pkt, &len), ZTRUNK_OK);
    ck_assert_uint_eq(try_packet(&s, ZTRUNK_E_EXPIRED, 0, pkt, len, &roc),
                      ZTRUNK_SRTP_CAUSE_LIFETIME);
    ck_assert_uint_eq(try_packet(&s, ZTRUNK_E_LIMIT, 0, pkt, len, &roc), ZTRUNK_SRTP_CAUSE_SOURCES);
    pkt[30] ^= 1;
    ck_assert_uint_eq(try_packet(&s, ZTRUNK_E_LIMIT, 0, pkt, len, &roc),
                      ZTRUNK_SRTP_CAUSE_WRONG_KEY);
    suspects_end(&s);
}
END_TEST

START_TEST(bytes_that_are_no_packet_have_no_cause)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    uint8_t pkt[PAIR_ROOM] = {0};
    uint32_t roc;

    for (size_t len = 0; len < 64; len++)
        ck_assert_uint_eq(try_packet(&s, ZTRUNK_E_MALFORMED, 0, pkt, len, &roc), 0);
    suspects_end(&s);
}
END_TEST

UNIT_MAIN("srtp/trial", a_key_that_nobody_has_is_the_wrong_key,
          the_keys_of_the_other_direction_and_of_the_offer_before_are_known,
          the_key_before_is_known_at_the_counter_that_it_had, the_other_length_of_tag_is_known,
          another_cipher_under_the_same_key_is_known,
          another_line_of_the_offer_is_known_and_five_are_too_many,
          an_mki_too_many_too_few_or_of_another_value_is_known,
          the_counter_that_the_peer_is_at_is_found,
          a_new_source_that_goes_on_with_the_counter_of_another_is_ahead,
          an_authentic_packet_seen_before_is_a_replay_and_a_forged_one_is_not,
          plain_rtp_and_rtcp_are_known, a_lifetime_that_is_over_and_a_source_too_many_are_told,
          bytes_that_are_no_packet_have_no_cause)
