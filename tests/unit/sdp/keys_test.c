#include <zerotrunk/sdp.h>

#include <zerotrunk/hooks.h>
#include "sdp_cases.h"

#define FULL                                                                                       \
    SDP_HEAD "k=clear:pw\r\na=key-mgmt:mikey AA\r\na=fingerprint:sha-256 00\r\na=x:1\r\n"          \
             "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY2 "\r\n"                          \
             "m=audio 9 RTP/SAVP 0\r\nk=base64:AA\r\na=Crypto:1 AES_CM_128_HMAC_SHA1_80 "          \
             "inline:" SDP_KEY                                                                     \
             "\r\na=setup:actpass\r\na=tls-id:x\r\na=zrtp-hash:1.10 ab\r\na=y:2\r\n"               \
             "m=video 0 RTP/SAVP 96\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY2 "\r\n"

START_TEST(clearing_one_section_leaves_no_key_in_it)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, FULL);
    ztrunk_sdp_media media = {.size = sizeof media};

    ck_assert_int_eq(ztrunk_sdp_clear_crypto(sdp, 5), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_sdp_clear_crypto(sdp, 0), ZTRUNK_OK);
    ck_assert_ptr_null(strstr(sdp_test_text(sdp), SDP_KEY "\r\n"));
    ck_assert_ptr_nonnull(strstr(sdp_test_text(sdp), "m=audio 9 RTP/SAVP 0\r\na=y:2\r\nm=video"));
    ck_assert_ptr_nonnull(strstr(sdp_test_text(sdp), SDP_KEY2));
    ck_assert_int_eq(ztrunk_sdp_get_media(sdp, 0, &media), ZTRUNK_OK);
    ck_assert_uint_eq(media.crypto_count, 0);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(clearing_all_leaves_no_key_anywhere)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, FULL);

    ck_assert_int_eq(ztrunk_sdp_clear_crypto(sdp, ZTRUNK_SDP_ALL), ZTRUNK_OK);
    ck_assert_str_eq(sdp_test_text(sdp), SDP_HEAD "a=x:1\r\nm=audio 9 RTP/SAVP 0\r\na=y:2\r\n"
                                                  "m=video 0 RTP/SAVP 96\r\n");
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(adds_only_what_the_section_can_carry)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, FULL "m=audio 9 RTP/AVP 0\r\n");
    ztrunk_sdp_crypto c = {.size = sizeof c}, back = {.size = sizeof back};

    ck_assert_int_eq(ztrunk_sdp_new_crypto(ctx, 0, 1, &c), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_new_crypto(ctx, 1, 1000000000, &c), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_new_crypto(ctx, ZTRUNK_SUITE_AEAD_AES_256_GCM, 1, &c), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_add_crypto(sdp, 0, &c), ZTRUNK_E_INVALID); /* the tag is there */
    c.tag = 2;
    ck_assert_int_eq(ztrunk_sdp_add_crypto(sdp, 2, &c), ZTRUNK_E_INVALID); /* plain profile */
    ck_assert_int_eq(ztrunk_sdp_add_crypto(sdp, 3, &c), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_sdp_add_crypto(sdp, 0, &c), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_get_crypto(sdp, 0, 1, &back), ZTRUNK_OK);
    ck_assert_mem_eq(&c, &back, sizeof c);
    ck_assert_int_eq(ztrunk_sdp_get_crypto(sdp, 0, 2, &back), ZTRUNK_E_NOTFOUND);
    c.key_len--;
    c.tag = 3;
    ck_assert_int_eq(ztrunk_sdp_add_crypto(sdp, 0, &c), ZTRUNK_E_INVALID);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

static int order(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

/* An offer and its answer each have one: two for a call. */
START_TEST(no_key_of_a_hundred_thousand_comes_twice)
{
    enum { KEYS = 100000, KEY = 16, SALT = 14 };
    uint8_t *keys = calloc(KEYS, KEY), *salts = calloc(KEYS, KEY);
    ztrunk_sdp_crypto c = {.size = sizeof c};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    for (size_t i = 0; i < KEYS; i++) {
        ck_assert_int_eq(ztrunk_sdp_new_crypto(ctx, 1 + i % 2, 1, &c), ZTRUNK_OK);
        ck_assert_uint_eq(c.key_len, KEY + SALT);
        memcpy(keys + i * KEY, c.key, KEY);
        memcpy(salts + i * KEY, c.key + KEY, SALT);
    }
    qsort(keys, KEYS, KEY, order);
    qsort(salts, KEYS, KEY, order);
    for (size_t i = 1; i < KEYS; i++) {
        ck_assert_int_lt(order(keys + (i - 1) * KEY, keys + i * KEY), 0);
        ck_assert_int_lt(order(salts + (i - 1) * KEY, salts + i * KEY), 0);
    }
    free(keys);
    free(salts);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* Every block that is released is searched for the key, as text and as bytes. */
typedef struct watch {
    struct {
        uint8_t *ptr;
        size_t size;
    } blocks[64];
    uint32_t count, leaks, releases;
} watch;

static void *watch_allocate(void *opaque, size_t size)
{
    watch *w = opaque;

    ck_assert_uint_lt(w->count, 64);
    w->blocks[w->count].size = size;
    return w->blocks[w->count++].ptr = malloc(size);
}

static void *watch_resize(void *opaque, void *ptr, size_t size)
{
    ck_assert_ptr_null(ptr);
    return watch_allocate(opaque, size);
}

static uint32_t holds(const uint8_t *data, size_t len, const void *part, size_t part_len)
{
    for (size_t at = 0; at + part_len <= len; at++)
        if (strncmp((const char *)data + at, part, part_len) == 0) return 1;
    return 0;
}

static void watch_release(void *opaque, void *ptr)
{
    static const uint8_t raw[] = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17};
    watch *w = opaque;

    for (uint32_t i = 0; ptr != NULL && i < w->count; i++) {
        if (w->blocks[i].ptr != ptr) continue;
        w->leaks += holds(ptr, w->blocks[i].size, SDP_KEY, 12);
        w->leaks += holds(ptr, w->blocks[i].size, raw, sizeof raw);
        w->blocks[i] = w->blocks[--w->count];
        w->releases++;
    }
    free(ptr);
}

START_TEST(released_memory_holds_no_key)
{
    watch w = {0};
    ztrunk_hooks hooks = {sizeof hooks, 0, watch_allocate, watch_resize, watch_release, &w};
    ztrunk_sdp_leg leg = {.size = sizeof leg, .rtp = {.family = 4, .port = 9, .ip = {10, 1, 1, 1}}};
    ztrunk_sdp_origin origin = {.size = sizeof origin};
    ztrunk_sdp_crypto c = {.size = sizeof c};
    ztrunk_sdp *sdp, *copy = NULL, *offer = NULL, *bad = NULL;
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_hooked(&hooks, NULL, &ctx), ZTRUNK_OK);
    sdp = sdp_test_parse(ctx, FULL);
    ck_assert_int_eq(ztrunk_sdp_get_crypto(sdp, 0, 0, &c), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_clone(sdp, &copy), ZTRUNK_OK);
    c.tag = 9;
    ck_assert_int_eq(ztrunk_sdp_add_crypto(copy, 0, &c), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_make_offer(sdp, 0, NULL, &leg, &c, 1, &origin, &offer), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_clear_crypto(copy, 0), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_parse(ctx, (const uint8_t *)FULL, sizeof FULL - 2, &bad),
                     ZTRUNK_E_MALFORMED);
    ztrunk_sdp_free(offer);
    ztrunk_sdp_free(copy);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(w.count, 0);
    ck_assert_uint_gt(w.releases, 10);
    ck_assert_uint_eq(w.leaks, 0);
}
END_TEST

UNIT_MAIN("sdp/keys", clearing_one_section_leaves_no_key_in_it, clearing_all_leaves_no_key_anywhere,
          adds_only_what_the_section_can_carry, no_key_of_a_hundred_thousand_comes_twice,
          released_memory_holds_no_key)
