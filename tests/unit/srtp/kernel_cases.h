/* kernel_cases.h - what every backend's kernels must do. */
#ifndef TESTS_UNIT_SRTP_KERNEL_CASES_H
#define TESTS_UNIT_SRTP_KERNEL_CASES_H

#include "srtp/kernel.h"
#include <stdlib.h>
#include <srtp2/crypto_types.h>
#include "kat.h"

static srtp_cipher_t *icm_of(const kat_bytes *key, const kat_bytes *salt)
{
    srtp_cipher_t *c = NULL;
    uint8_t both[46] = {0};

    memcpy(both, key->data, key->len);
    memcpy(both + key->len, salt->data, 14);
    ck_assert_int_eq(zti_icm_alloc(&c, (int)key->len + 14, 0), srtp_err_status_ok);
    ck_assert_int_eq(zti_icm_key(c->state, both), srtp_err_status_ok);
    return c;
}

static void keystream_case(const kat_line *line)
{
    kat_bytes key = kat_hex(line->word[2]);
    kat_bytes iv = kat_hex(line->word[3]);
    kat_bytes want = kat_hex(line->word[5]);
    size_t at = strtoul(line->word[4], NULL, 16) * 16;
    unsigned int len = (unsigned int)(at + want.len);
    uint8_t *stream = calloc(1, len);
    uint8_t zero[16] = {0};
    srtp_cipher_t *c = icm_of(&key, &iv);

    ck_assert_int_eq(zti_icm_iv(c->state, zero, srtp_direction_encrypt), srtp_err_status_ok);
    ck_assert_int_eq(zti_icm_crypt(c->state, stream, &len), srtp_err_status_ok);
    ck_assert_mem_eq(stream + at, want.data, want.len);
    zti_icm_free(c);
    free(stream);
}

static void kdf_case(const kat_line *line)
{
    kat_bytes key = kat_hex(line->word[2]);
    kat_bytes salt = kat_hex(line->word[3]);
    kat_bytes want = kat_hex(line->word[5]);
    uint8_t label[16] = {[7] = kat_nibble(line->word[4][0])};
    uint8_t out[128] = {0};
    unsigned int len = (unsigned int)want.len;
    srtp_cipher_t *c = icm_of(&key, &salt);

    ck_assert_int_eq(zti_icm_iv(c->state, label, srtp_direction_encrypt), srtp_err_status_ok);
    ck_assert_int_eq(zti_icm_crypt(c->state, out, &len), srtp_err_status_ok);
    ck_assert_mem_eq(out, want.data, want.len);
    zti_icm_free(c);
}

START_TEST(counter_mode_and_key_derivation_give_the_rfcs_values)
{
    kat_file file = kat_open();
    kat_line line;
    int streams = 0, keys = 0;

    while (kat_read(&file, &line)) {
        if (strcmp(line.word[0], "keystream") == 0) keystream_case(&line), streams++;
        if (strcmp(line.word[0], "kdf") == 0) kdf_case(&line), keys++;
    }
    ck_assert_int_eq(streams, 7);
    ck_assert_int_eq(keys, 9);
    free(file.text);
}
END_TEST

static srtp_cipher_t *gcm_of(const kat_line *line, uint8_t iv[12])
{
    kat_bytes key = kat_hex(line->word[2]);
    kat_bytes salt = kat_hex(line->word[3]);
    kat_bytes plain = kat_hex(line->word[5]);
    int is_rtcp = strcmp(line->word[0], "gcm-rtcp") == 0;
    uint32_t number = (uint32_t)strtoul(line->word[4], NULL, 10);
    const uint8_t *ssrc = plain.data + (is_rtcp ? 4 : 8);
    srtp_cipher_t *c = NULL;

    memcpy(iv, salt.data, 12);
    for (int i = 0; i < 4; i++) iv[2 + i] ^= ssrc[i];
    for (int i = 0; i < 4; i++) iv[(is_rtcp ? 8 : 6) + i] ^= (uint8_t)(number >> (8 * (3 - i)));
    if (!is_rtcp) iv[10] ^= plain.data[2], iv[11] ^= plain.data[3];
    memcpy(key.data + key.len, salt.data, 12);
    ck_assert_int_eq(zti_gcm_alloc(&c, (int)key.len + 12, 16), srtp_err_status_ok);
    ck_assert_int_eq(zti_gcm_key(c->state, key.data), srtp_err_status_ok);
    return c;
}

/* SRTCP's additional data comes in two pieces: header, then E bit and index. */
static void gcm_begin(srtp_cipher_t *c, uint8_t iv[12], const uint8_t *header, uint32_t header_len,
                      const uint8_t *trailer, uint32_t trailer_len, srtp_cipher_direction_t way)
{
    ck_assert_int_eq(zti_gcm_iv(c->state, iv, way), srtp_err_status_ok);
    ck_assert_int_eq(zti_gcm_aad(c->state, header, header_len), srtp_err_status_ok);
    if (trailer_len != 0)
        ck_assert_int_eq(zti_gcm_aad(c->state, trailer, trailer_len), srtp_err_status_ok);
}

static void gcm_case(const kat_line *line)
{
    kat_bytes plain = kat_hex(line->word[5]);
    kat_bytes want = kat_hex(line->word[6]);
    uint32_t header = strcmp(line->word[0], "gcm-rtcp") == 0 ? 8 : 12;
    uint32_t trailer = header == 8 ? 4 : 0;
    const uint8_t *last = want.data + want.len - trailer;
    unsigned int len = (unsigned int)plain.len - header;
    uint32_t tag_len = 0;
    uint8_t iv[12], text[256];
    srtp_cipher_t *c = gcm_of(line, iv);

    memcpy(text, plain.data + header, len);
    gcm_begin(c, iv, plain.data, header, last, trailer, srtp_direction_encrypt);
    ck_assert_int_eq(zti_gcm_seal(c->state, text, &len), srtp_err_status_ok);
    ck_assert_int_eq(zti_gcm_tag(c->state, text + len, &tag_len), srtp_err_status_ok);
    ck_assert_uint_eq(tag_len, 16);
    ck_assert_uint_eq(header + len + 16 + trailer, want.len);
    ck_assert_mem_eq(text, want.data + header, len + 16);
    for (unsigned int i = 0; i < len + 16; i++) {
        unsigned int all = len + 16;
        uint8_t forged[256];

        memcpy(forged, text, all);
        forged[i] ^= 1;
        gcm_begin(c, iv, plain.data, header, last, trailer, srtp_direction_decrypt);
        ck_assert_int_eq(zti_gcm_open(c->state, forged, &all), srtp_err_status_auth_fail);
        forged[i] ^= 1;
        ck_assert_mem_eq(forged, text, len + 16);
    }
    len += 16;
    gcm_begin(c, iv, plain.data, header, last, trailer, srtp_direction_decrypt);
    ck_assert_int_eq(zti_gcm_open(c->state, text, &len), srtp_err_status_ok);
    ck_assert_uint_eq(len, plain.len - header);
    ck_assert_mem_eq(text, plain.data + header, len);
    zti_gcm_free(c);
}

START_TEST(gcm_gives_the_rfcs_values_and_refuses_each_flipped_byte)
{
    kat_file file = kat_open();
    kat_line line;
    int cases = 0;

    while (kat_read(&file, &line)) {
        if (strncmp(line.word[0], "gcm-", 4) == 0) gcm_case(&line), cases++;
    }
    ck_assert_int_eq(cases, 3);
    free(file.text);
}
END_TEST

START_TEST(keys_and_tags_of_another_length_are_refused)
{
    srtp_cipher_t *c = NULL;
    srtp_auth_t *a = NULL;

    for (int len = -1; len <= 64; len++) {
        if (len != 30 && len != 38 && len != 46)
            ck_assert_int_eq(zti_icm_alloc(&c, len, 0), srtp_err_status_bad_param);
        if (len != 28 && len != 44)
            ck_assert_int_eq(zti_gcm_alloc(&c, len, 16), srtp_err_status_bad_param);
        if (len != 8 && len != 16)
            ck_assert_int_eq(zti_gcm_alloc(&c, 28, len), srtp_err_status_bad_param);
    }
    ck_assert_int_eq(zti_hmac_alloc(&a, 65, 10), srtp_err_status_bad_param);
    ck_assert_int_eq(zti_hmac_alloc(&a, -1, 10), srtp_err_status_bad_param);
    ck_assert_int_eq(zti_hmac_alloc(&a, 20, 21), srtp_err_status_bad_param);
    ck_assert_int_eq(zti_hmac_alloc(&a, 20, -1), srtp_err_status_bad_param);
    ck_assert_ptr_null(c);
    ck_assert_ptr_null(a);
}
END_TEST

START_TEST(gcm_without_room_for_a_tag_is_refused)
{
    srtp_cipher_t *c = NULL;
    uint8_t key[28] = {1}, iv[12] = {2}, data[16] = {3};

    ck_assert_int_eq(zti_gcm_alloc(&c, 28, 16), srtp_err_status_ok);
    ck_assert_int_eq(zti_gcm_key(c->state, key), srtp_err_status_ok);
    for (unsigned int len = 0; len < 16; len++) {
        unsigned int left = len;

        gcm_begin(c, iv, key, 12, NULL, 0, srtp_direction_decrypt);
        ck_assert_int_ne(zti_gcm_open(c->state, data, &left), srtp_err_status_ok);
    }
    zti_gcm_free(c);
}
END_TEST

/* RFC 2202 3, cases 2 and 3; a message in pieces is the message. */
START_TEST(hmac_gives_rfc_2202s_values_in_pieces_and_again)
{
    static const char text[] = "what do ya want for nothing?";
    kat_bytes want = kat_hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    uint8_t tag[20];
    srtp_auth_t *a = NULL;

    ck_assert_int_eq(zti_hmac_alloc(&a, 4, 20), srtp_err_status_ok);
    ck_assert_int_eq(zti_hmac_key(a->state, (const uint8_t *)"Jefe", 4), srtp_err_status_ok);
    for (int cut = 0; cut <= 28; cut++) {
        const uint8_t *data = (const uint8_t *)text;

        ck_assert_int_eq(zti_hmac_start(a->state), srtp_err_status_ok);
        ck_assert_int_eq(zti_hmac_update(a->state, data, cut), srtp_err_status_ok);
        ck_assert_int_eq(zti_hmac_final(a->state, data + cut, 28 - cut, 20, tag),
                         srtp_err_status_ok);
        ck_assert_mem_eq(tag, want.data, 20);
    }
    zti_hmac_free(a);
}
END_TEST

START_TEST(hmac_is_cut_to_the_tags_length)
{
    kat_bytes want = kat_hex("125d7342b9ac11cd91a39af48aa17b4f63f175d3");
    uint8_t key[20], data[50], tag[20] = {0};
    srtp_auth_t *a = NULL;

    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    ck_assert_int_eq(zti_hmac_alloc(&a, 20, 10), srtp_err_status_ok);
    ck_assert_int_eq(zti_hmac_key(a->state, key, 20), srtp_err_status_ok);
    ck_assert_int_eq(zti_hmac_final(a->state, data, 50, 10, tag), srtp_err_status_ok);
    ck_assert_mem_eq(tag, want.data, 10);
    ck_assert_uint_eq(tag[10], 0);
    ck_assert_int_eq(zti_hmac_final(a->state, data, 50, 21, tag), srtp_err_status_bad_param);
    zti_hmac_free(a);
}
END_TEST

START_TEST(libsrtp2_takes_every_kernel_after_its_own_test)
{
    ck_assert_int_eq(srtp_init(), srtp_err_status_ok);
    for (int id = 0; id < 16; id++) {
        if (zti_cipher_type(id) != NULL)
            ck_assert_int_eq(srtp_cipher_type_self_test(zti_cipher_type(id)), srtp_err_status_ok);
    }
    ck_assert_int_eq(srtp_auth_type_self_test(zti_auth_type()), srtp_err_status_ok);
    ck_assert_int_eq(zti_kernels_install(), ZTRUNK_OK);
    ck_assert_int_eq(srtp_shutdown(), srtp_err_status_ok);
}
END_TEST

#define KERNEL_CASES                                                                               \
    counter_mode_and_key_derivation_give_the_rfcs_values,                                          \
        gcm_gives_the_rfcs_values_and_refuses_each_flipped_byte,                                   \
        keys_and_tags_of_another_length_are_refused, gcm_without_room_for_a_tag_is_refused,        \
        hmac_gives_rfc_2202s_values_in_pieces_and_again, hmac_is_cut_to_the_tags_length,           \
        libsrtp2_takes_every_kernel_after_its_own_test

#endif
