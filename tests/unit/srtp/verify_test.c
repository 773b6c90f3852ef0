#include "srtp/verify.h"

#include <zerotrunk/srtp.h>
#include "kat.h"
#include "pair.h"
#include "srtp/init.h"

START_TEST(what_a_context_sealed_fits_and_each_flipped_bit_does_not)
{
    zti_srtp_verifier v;
    uint8_t key[46];

    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)(i + 1);
    ck_assert_int_eq(zti_srtp_ready(), ZTRUNK_OK);
    ck_assert_int_eq(zti_srtp_verifier_init(&v), ZTRUNK_OK);
    for (uint32_t suite = 1; suite <= 8; suite++) {
        for (uint32_t is_rtcp = 0; is_rtcp < 2; is_rtcp++) {
            pair p = pair_of((ztrunk_srtp_opts){.suite = suite, .mki_len = 4, .mki = 9});
            uint8_t pkt[PAIR_ROOM];
            size_t tag = zti_srtp_tag_len(suite, is_rtcp);
            size_t len = is_rtcp ? rtcp_make(pkt, PAIR_SSRC) : rtp_make(pkt, PAIR_SSRC, 9);

            ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, PAIR_SSRC, 7), ZTRUNK_OK);
            ck_assert_int_eq(ztrunk_srtp_seal(p.out, is_rtcp, pkt, len, PAIR_ROOM, &len), 0);
            ck_assert_int_eq(zti_srtp_verifier_take(&v, is_rtcp, pkt, len), ZTRUNK_OK);
            ck_assert_uint_eq(zti_srtp_verifier_key(&v, suite, key), 1);
            ck_assert_uint_eq(zti_srtp_verifier_fits(&v, tag, 4, 7), 1);
            ck_assert_uint_eq(zti_srtp_verifier_fits(&v, tag, 4, 6), is_rtcp);
            ck_assert_uint_eq(zti_srtp_verifier_fits(&v, tag, 0, 7), 0);
            for (size_t bit = 0; bit < len * 8; bit++) {
                size_t at = bit / 8, end = len - (suite >= 7 ? 0 : tag);

                if (at >= end - 4 && at < end) continue; /* the MKI, which no tag covers */
                pkt[at] ^= (uint8_t)(1u << bit % 8);
                if (zti_srtp_verifier_take(&v, is_rtcp, pkt, len) == ZTRUNK_OK)
                    ck_assert_uint_eq(zti_srtp_verifier_fits(&v, tag, 4, 7), 0);
                pkt[at] ^= (uint8_t)(1u << bit % 8);
            }
            pair_end_both(&p);
        }
    }
    zti_srtp_verifier_end(&v);
}
END_TEST

START_TEST(a_packet_of_any_length_is_only_read)
{
    zti_srtp_verifier v;
    uint8_t key[46] = {3};

    ck_assert_int_eq(zti_srtp_ready(), ZTRUNK_OK);
    ck_assert_int_eq(zti_srtp_verifier_init(&v), ZTRUNK_OK);
    for (uint32_t suite = 1; suite <= 8; suite++) {
        for (size_t len = 0; len <= 80; len++) {
            uint8_t *pkt = malloc(len > 0 ? len : 1), copy[80];

            memset(pkt, 0x80, len);
            memcpy(copy, pkt, len);
            for (uint32_t is_rtcp = 0; is_rtcp < 2; is_rtcp++) {
                if (zti_srtp_verifier_take(&v, is_rtcp, pkt, len) != ZTRUNK_OK) continue;
                ck_assert_uint_eq(zti_srtp_verifier_key(&v, suite, key), 1);
                ck_assert_uint_eq(zti_srtp_verifier_fits(&v, zti_srtp_tag_len(suite, is_rtcp), 4,
                                                         0),
                                  0);
            }
            ck_assert_mem_eq(pkt, copy, len);
            free(pkt);
        }
    }
    zti_srtp_verifier_end(&v);
}
END_TEST

START_TEST(a_packet_longer_than_the_room_is_not_looked_at)
{
    static uint8_t pkt[ZTI_SRTP_VERIFY_MAX + 1] = {0x80};
    zti_srtp_verifier v;

    ck_assert_int_eq(zti_srtp_ready(), ZTRUNK_OK);
    ck_assert_int_eq(zti_srtp_verifier_init(&v), ZTRUNK_OK);
    ck_assert_int_eq(zti_srtp_verifier_take(&v, 0, pkt, sizeof pkt - 1), ZTRUNK_OK);
    ck_assert_int_eq(zti_srtp_verifier_take(&v, 0, pkt, sizeof pkt), ZTRUNK_E_MALFORMED);
    zti_srtp_verifier_end(&v);
}
END_TEST

/* Each accepted packet of the vectors, which are not ours, fits with its own counter alone. */
START_TEST(the_known_answers_fit)
{
    kat_file file = kat_open();
    kat_line line;
    zti_srtp_verifier v;
    kat_bytes key = {0};
    uint32_t suite = 0, packets = 0;
    size_t mki_len = 0;

    ck_assert_int_eq(zti_srtp_ready(), ZTRUNK_OK);
    ck_assert_int_eq(zti_srtp_verifier_init(&v), ZTRUNK_OK);
    while (kat_read(&file, &line)) {
        uint32_t is_rtcp = strcmp(line.word[0], "rtcp") == 0;
        kat_bytes sealed;
        uint32_t roc;

        if (strcmp(line.word[0], "stream") == 0) {
            suite = ztrunk_suite_from_name(line.word[2], strlen(line.word[2]));
            key = kat_hex(line.word[3]);
            mki_len = strtoul(line.word[4], NULL, 10);
        }
        if (strncmp(line.word[0], "rt", 2) != 0 || strcmp(line.word[1], "accept") != 0) continue;
        sealed = kat_hex(line.word[4]);
        roc = (uint32_t)strtoul(line.word[2], NULL, 10);
        packets++;
        ck_assert_int_eq(zti_srtp_verifier_take(&v, is_rtcp, sealed.data, sealed.len), ZTRUNK_OK);
        ck_assert_uint_eq(zti_srtp_verifier_key(&v, suite, key.data), 1);
        ck_assert_uint_eq(zti_srtp_verifier_fits(&v, zti_srtp_tag_len(suite, is_rtcp), mki_len,
                                                 roc),
                          1);
        if (!is_rtcp)
            ck_assert_uint_eq(zti_srtp_verifier_fits(&v, zti_srtp_tag_len(suite, 0), mki_len,
                                                     roc + 1),
                              0);
    }
    ck_assert_uint_gt(packets, 100);
    zti_srtp_verifier_end(&v);
    free(file.text);
}
END_TEST

START_TEST(wiped_it_holds_nothing_and_no_key_fits)
{
    static const uint8_t zeros[ZTI_SRTP_VERIFY_MAX];
    pair p = pair_of((ztrunk_srtp_opts){.suite = ZTRUNK_SUITE_AEAD_AES_128_GCM});
    zti_srtp_verifier v;
    uint8_t pkt[PAIR_ROOM], key[46];
    size_t len;

    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)(i + 1);
    ck_assert_int_eq(zti_srtp_verifier_init(&v), ZTRUNK_OK);
    ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, 1, pkt, &len), ZTRUNK_OK);
    ck_assert_int_eq(zti_srtp_verifier_take(&v, 0, pkt, len), ZTRUNK_OK);
    ck_assert_uint_eq(zti_srtp_verifier_key(&v, ZTRUNK_SUITE_AEAD_AES_128_GCM, key), 1);
    ck_assert_uint_eq(zti_srtp_verifier_fits(&v, 16, 0, 0), 1);
    zti_srtp_verifier_wipe(&v);
    ck_assert_mem_eq(v.salt, zeros, sizeof v.salt);
    ck_assert_mem_eq(v.text, zeros, sizeof v.text);
    ck_assert_int_eq(zti_srtp_verifier_take(&v, 0, pkt, len), ZTRUNK_OK);
    ck_assert_uint_eq(zti_srtp_verifier_fits(&v, 16, 0, 0), 0);
    zti_srtp_verifier_end(&v);
    pair_end_both(&p);
}
END_TEST

START_TEST(a_number_that_is_no_suite_has_no_tag_and_no_key)
{
    zti_srtp_verifier v;
    uint8_t key[46] = {0};

    ck_assert_int_eq(zti_srtp_ready(), ZTRUNK_OK);
    ck_assert_int_eq(zti_srtp_verifier_init(&v), ZTRUNK_OK);
    ck_assert_uint_eq(zti_srtp_verifier_key(&v, 0, key), 0);
    ck_assert_uint_eq(zti_srtp_verifier_key(&v, 9, key), 0);
    ck_assert_uint_eq(zti_srtp_tag_len(9, 0), 0);
    zti_srtp_verifier_end(&v);
}
END_TEST

UNIT_MAIN("srtp/verify", what_a_context_sealed_fits_and_each_flipped_bit_does_not,
          a_packet_of_any_length_is_only_read, a_packet_longer_than_the_room_is_not_looked_at,
          the_known_answers_fit, wiped_it_holds_nothing_and_no_key_fits,
          a_number_that_is_no_suite_has_no_tag_and_no_key)
