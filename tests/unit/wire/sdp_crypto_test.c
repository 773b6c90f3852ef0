#include "wire/sdp_crypto.h"

#include <string.h>
#include "sdp_cases.h"

#define LINE(tail) "1 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY tail

static int32_t read_text(const char *text, ztrunk_sdp_crypto *crypto)
{
    return zti_sdp_read_crypto(zti_str_of(text), crypto);
}

START_TEST(refuses_broken_lines)
{
    static const char *const bad[] = {
        "",
        "1",
        "1 AES_CM_128_HMAC_SHA1_80",
        " " LINE(""),
        "-1 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY,
        "+1 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY,
        "01 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY,
        "1000000000 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY,
        "4294967297 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY,
        "1 AES_CM_128_HMAC_SHA1_80 " SDP_KEY,
        "1 AES_CM_128_HMAC_SHA1_80 inline " SDP_KEY,
        "1 AES_CM_128_HMAC_SHA1_80 uri:" SDP_KEY,
        "1 AES_256_CM_HMAC_SHA1_80 inline:" SDP_KEY,
        LINE("|"),
        LINE("|0"),
        LINE("|2^"),
        LINE("|2^49"),
        LINE("|2^-1"),
        LINE("|2^031"),
        LINE("|281474976710657"),
        LINE("|2^20|"),
        LINE("|2^20|1"),
        LINE("|2^20|1:"),
        LINE("|2^20|:4"),
        LINE("|2^20|1:0"),
        LINE("|2^20|1:129"),
        LINE("|2^20|256:1"),
        LINE("|2^20|18446744073709551616:16"),
        LINE("|1:4|1:4"),
        LINE("|2^20|1:4|"),
        LINE("|1:4|2^20"),
        LINE(" WSH=63"),
        LINE(" WSH="),
        LINE(" WSH=065"),
        LINE(" -"),
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ztrunk_sdp_crypto crypto = {.size = 77};

        ck_assert_msg(read_text(bad[i], &crypto) == ZTRUNK_E_MALFORMED, "%s", bad[i]);
        ck_assert_uint_eq(crypto.size, 77);
        ck_assert_uint_eq(crypto.key_len, 0);
    }
}
END_TEST

START_TEST(denies_what_weakens_or_is_not_done)
{
    static const char *const bad[] = {
        LINE(" UNENCRYPTED_SRTP"),
        LINE(" UNENCRYPTED_SRTCP"),
        LINE(" UNAUTHENTICATED_SRTP"),
        LINE(" unauthenticated_srtp"),
        LINE(" -UNENCRYPTED_SRTP"),
        LINE(" WSH=64 UNENCRYPTED_SRTP"),
        LINE("\tUNENCRYPTED_SRTP"),
        LINE(" KDR=0"),
        LINE(" KDR=24"),
        LINE(" FEC_ORDER=SRTP_FEC"),
        LINE(" FEC_KEY=inline:" SDP_KEY2),
        LINE(" WHATEVER"),
        LINE("|2^20|1:4;inline:" SDP_KEY2 "|2^20|2:4"),
        "1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "1 AES_CM_128_HMAC_SHA1_80 inline:////////////////////////////////////////",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ztrunk_sdp_crypto crypto = {.size = 77};

        ck_assert_msg(read_text(bad[i], &crypto) == ZTRUNK_E_DENIED, "%s", bad[i]);
        ck_assert_uint_eq(crypto.key_len, 0);
    }
}
END_TEST

START_TEST(an_unknown_suite_is_no_error_and_has_no_key)
{
    static const char *const names[] = {"1 NULL_HMAC_SHA1_80 inline:x", "1 F8_128_HMAC_SHA1_80 y z",
                                        ("1 AES_CM_128_HMAC_SHA1_8 inline:" SDP_KEY),
                                        "1 ARIA_128_CTR_HMAC_SHA1_80_AND_MORE_OF_IT_STILL x"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ztrunk_sdp_crypto crypto = {0};

        ck_assert_int_eq(read_text(names[i], &crypto), ZTRUNK_OK);
        ck_assert_uint_eq(crypto.suite, ZTRUNK_SUITE_NONE);
        ck_assert_uint_eq(crypto.key_len, 0);
        ck_assert_uint_eq(crypto.tag, 1);
    }
}
END_TEST

START_TEST(reads_lifetime_and_mki)
{
    ztrunk_sdp_crypto c = {0};

    ck_assert_int_eq(read_text(LINE("|2^31|1:1"), &c), ZTRUNK_OK);
    ck_assert(c.lifetime == 1ull << 31 && c.mki == 1 && c.mki_len == 1);
    ck_assert_int_eq(read_text(LINE("|1048576|66051:4 WSH=64 -X"), &c), ZTRUNK_OK);
    ck_assert(c.lifetime == 1048576 && c.mki == 66051 && c.mki_len == 4);
    ck_assert_int_eq(read_text(LINE("|2^48|255:1"), &c), ZTRUNK_OK);
    ck_assert(c.lifetime == 1ull << 48 && c.mki == 255);
    ck_assert_int_eq(read_text(LINE("|281474976710656"), &c), ZTRUNK_OK);
    ck_assert(c.lifetime == 1ull << 48 && c.mki_len == 0);
    ck_assert_int_eq(read_text(LINE("|18446744073709551615:128"), &c), ZTRUNK_OK);
    ck_assert(c.lifetime == 0 && c.mki == UINT64_MAX && c.mki_len == 128);
    ck_assert_int_eq(read_text("0 aes_cm_128_hmac_sha1_32 INLINE:" SDP_KEY, &c), ZTRUNK_OK);
    ck_assert_uint_eq(c.suite, ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_32);
    ck_assert_uint_eq(c.tag, 0);
    ck_assert_uint_eq(c.key[29], 0x1d);
    ck_assert_int_eq(
        read_text("999999999 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==", &c),
        ZTRUNK_OK);
    ck_assert_uint_eq(c.key_len, 28);
}
END_TEST

START_TEST(every_suite_comes_back_as_it_was_written)
{
    ztrunk_ctx *ctx = sdp_test_ctx();

    for (uint32_t suite = 1; suite <= ZTRUNK_SUITE_AEAD_AES_256_GCM; suite++) {
        for (uint32_t draft = 0; draft < 2; draft++) {
            ztrunk_sdp_crypto c = {.size = sizeof c, .tag = 7, .suite = suite}, back = c;
            zti_buf b = zti_buf_of(ctx, 1024);

            c.is_draft_name = draft;
            c.key_len = (uint32_t)ztrunk_suite_key_len(suite);
            ck_assert_int_eq(ztrunk_random(ctx, c.key, c.key_len), ZTRUNK_OK);
            c.lifetime = suite % 2 != 0 ? 1000000 : 1ull << 31;
            c.mki = suite;
            c.mki_len = suite % 3;
            if (c.mki_len == 0) c.mki = 0;
            if (!zti_sdp_crypto_valid(&c)) {
                ck_assert(draft == 1 && (suite < 3 || suite > 6));
                continue;
            }
            zti_sdp_write_crypto(&b, &c);
            ck_assert_int_eq(zti_sdp_read_crypto(zti_buf_view(&b), &back), ZTRUNK_OK);
            ck_assert_mem_eq(&c, &back, sizeof c);
            zti_buf_free(&b);
        }
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_struct_that_would_not_read_back_is_not_valid)
{
    ztrunk_sdp_crypto good = {.size = sizeof good, .suite = 1, .key_len = 30, .key = {1, 2}};
    ztrunk_sdp_crypto bad[9];

    for (size_t i = 0; i < 9; i++) bad[i] = good;
    bad[0].tag = 1000000000;
    bad[1].key_len = 29;
    bad[2].suite = 9;
    bad[3].is_draft_name = 1;
    bad[4].lifetime = (1ull << 48) + 1;
    bad[5].mki_len = 129;
    bad[6].mki = 1;
    memset(bad[7].key, 5, sizeof bad[7].key);
    bad[8].suite = 0;
    bad[8].key_len = 0;
    ck_assert(zti_sdp_crypto_valid(&good));
    for (size_t i = 0; i < 9; i++) ck_assert_msg(!zti_sdp_crypto_valid(&bad[i]), "%zu", i);
}
END_TEST

UNIT_MAIN("wire/sdp_crypto", refuses_broken_lines, denies_what_weakens_or_is_not_done,
          an_unknown_suite_is_no_error_and_has_no_key, reads_lifetime_and_mki,
          every_suite_comes_back_as_it_was_written, a_struct_that_would_not_read_back_is_not_valid)
