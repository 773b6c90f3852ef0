#include "srtp/session.h"

#include "fail_ctx.h"
#include "pair.h"

static int32_t new_result(ztrunk_srtp_opts opts, size_t key_len)
{
    uint8_t seed[32] = {7}, key[64] = {1};
    ztrunk_ctx *ctx = NULL;
    ztrunk_srtp *s = NULL;
    int32_t err;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    opts.size = sizeof opts;
    err = ztrunk_srtp_new(ctx, &opts, key, key_len, &s);
    ck_assert_int_eq(err == ZTRUNK_OK, s != NULL);
    ztrunk_srtp_free(s);
    ztrunk_ctx_free(ctx);
    return err;
}

START_TEST(keys_of_any_other_length_and_suites_of_any_other_number_are_refused)
{
    for (uint32_t suite = 0; suite <= 10; suite++) {
        for (size_t len = 0; len <= 64; len++) {
            int32_t want = suite >= 1 && suite <= 8 && len == ztrunk_suite_key_len(suite)
                               ? ZTRUNK_OK
                               : ZTRUNK_E_INVALID;

            ck_assert_int_eq(new_result((ztrunk_srtp_opts){.suite = suite}, len), want);
        }
    }
}
END_TEST

START_TEST(bounds_hold)
{
    static const struct {
        ztrunk_srtp_opts opts;
        int32_t want;
    } rows[] = {
        {{.window = 63}, ZTRUNK_E_INVALID},
        {{.window = 64}, ZTRUNK_OK},
        {{.window = 32767}, ZTRUNK_OK},
        {{.window = 32768}, ZTRUNK_E_INVALID},
        {{.max_ssrc = 1024}, ZTRUNK_OK},
        {{.max_ssrc = 1025}, ZTRUNK_E_INVALID},
        {{.mki_len = 128, .mki = UINT64_MAX}, ZTRUNK_OK},
        {{.mki_len = 129}, ZTRUNK_E_INVALID},
        {{.mki_len = 0, .mki = 1}, ZTRUNK_E_INVALID},
        {{.mki_len = 1, .mki = 255}, ZTRUNK_OK},
        {{.mki_len = 1, .mki = 256}, ZTRUNK_E_INVALID},
        {{.mki_len = 8, .mki = UINT64_MAX}, ZTRUNK_OK},
        {{.inbound = 1}, ZTRUNK_OK},
        {{.inbound = 2}, ZTRUNK_E_INVALID},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_srtp_opts opts = rows[i].opts;

        opts.suite = ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80;
        ck_assert_msg(new_result(opts, 30) == rows[i].want, "row %zu", i);
    }
}
END_TEST

START_TEST(a_context_that_finds_no_memory_leaves_nothing)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = ZTRUNK_SUITE_AEAD_AES_256_GCM};
    uint8_t key[44] = {1};

    for (uint32_t at = 1;; at++) {
        fail_ctx fail = {.fail_at = at};
        ztrunk_ctx *ctx = NULL;
        ztrunk_srtp *s = NULL;
        int32_t err = fail_ctx_new(&fail, &ctx);

        if (err == ZTRUNK_OK) err = ztrunk_srtp_new(ctx, &opts, key, sizeof key, &s);
        ztrunk_srtp_free(s);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(fail.live, 0);
        if (err == ZTRUNK_OK) break;
        ck_assert_int_eq(err, ZTRUNK_E_NOMEM);
    }
}
END_TEST

typedef struct arena {
    uint8_t bytes[1u << 17];
    size_t used;
} arena;

static void *arena_allocate(void *opaque, size_t size)
{
    arena *a = opaque;
    size_t at = (a->used + 15) & ~(size_t)15;

    if (size > sizeof a->bytes - at) return NULL;
    a->used = at + size;
    return a->bytes + at;
}

static void *arena_resize(void *opaque, void *ptr, size_t size)
{
    return ptr == NULL ? arena_allocate(opaque, size) : NULL;
}

static void arena_release(void *opaque, void *ptr)
{
    (void)opaque;
    (void)ptr;
}

static uint32_t arena_holds(const arena *a, const uint8_t *what, size_t len)
{
    for (size_t i = 0; i + len <= a->used; i++) {
        if (memcmp(a->bytes + i, what, len) == 0) return 1;
    }
    return 0;
}

START_TEST(a_freed_context_leaves_no_key_behind)
{
    static arena a;
    ztrunk_hooks hooks = {sizeof hooks, 0, arena_allocate, arena_resize, arena_release, &a};
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = ZTRUNK_SUITE_AEAD_AES_256_GCM};
    uint8_t seed[32] = {1}, key[44];
    ztrunk_ctx *ctx = NULL;
    ztrunk_srtp *s = NULL;

    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)(200 - i);
    ck_assert_int_eq(ztrunk_ctx_new_hooked(&hooks, seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_new(ctx, &opts, key, sizeof key, &s), ZTRUNK_OK);
    ck_assert_uint_eq(arena_holds(&a, key, 8), 1);
    ztrunk_srtp_free(s);
    for (size_t i = 0; i + 8 <= sizeof key; i++) ck_assert_uint_eq(arena_holds(&a, key + i, 8), 0);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(the_window_is_as_wide_as_asked)
{
    static const uint32_t windows[] = {64, 128, 1024};

    for (size_t i = 0; i < 3; i++) {
        pair p = pair_of((ztrunk_srtp_opts){.window = windows[i]});
        pair late = pair_of((ztrunk_srtp_opts){.window = 2048});
        uint8_t pkts[3][PAIR_ROOM];
        size_t lens[3];
        uint32_t top = 5000;

        ck_assert_int_eq(seal_rtp(late.out, PAIR_SSRC, top - windows[i], pkts[0], &lens[0]), 0);
        ck_assert_int_eq(seal_rtp(late.out, PAIR_SSRC, top - windows[i] + 1, pkts[1], &lens[1]), 0);
        ck_assert_int_eq(seal_rtp(late.out, PAIR_SSRC, top, pkts[2], &lens[2]), 0);
        ck_assert_int_eq(ztrunk_srtp_open(p.in, 0, pkts[2], lens[2], &lens[2]), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_open(p.in, 0, pkts[0], lens[0], &lens[0]), ZTRUNK_E_REPLAY);
        ck_assert_int_eq(ztrunk_srtp_open(p.in, 0, pkts[1], lens[1], &lens[1]), ZTRUNK_OK);
        pair_end_both(&p);
        pair_end_both(&late);
    }
}
END_TEST

START_TEST(a_packet_of_the_wrong_counter_is_refused_until_it_is_set)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        pair p = pair_of((ztrunk_srtp_opts){.suite = suite});
        uint32_t roc = 99;

        ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, PAIR_SSRC, 5), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_get_roc(p.out, PAIR_SSRC, &roc), ZTRUNK_OK);
        ck_assert_uint_eq(roc, 5);
        ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 10), ZTRUNK_E_AUTH);
        ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, 4), ZTRUNK_OK);
        ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 11), ZTRUNK_E_AUTH);
        ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, 5), ZTRUNK_OK);
        ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 12), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_get_roc(p.in, PAIR_SSRC, &roc), ZTRUNK_OK);
        ck_assert_uint_eq(roc, 5);
        pair_end_both(&p);
    }
}
END_TEST

START_TEST(a_counter_that_was_set_rolls_on)
{
    for (uint32_t start = 0; start < 3; start++) {
        pair p = pair_of((ztrunk_srtp_opts){0});
        uint32_t roc = 0;

        ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, PAIR_SSRC, start), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, start), ZTRUNK_OK);
        for (uint32_t i = 0; i < 6; i++)
            ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, (100 + i * 32000) & 0xffff), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_get_roc(p.in, PAIR_SSRC, &roc), ZTRUNK_OK);
        ck_assert_uint_eq(roc, start + 2);
        pair_end_both(&p);
    }
}
END_TEST

/* Set just when it would roll over by itself: libsrtp2 left alone would hold the stream there. */
START_TEST(a_counter_set_at_its_own_next_value_rolls_on)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint32_t roc = 0;

    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 65000), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, PAIR_SSRC, 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, 1), ZTRUNK_OK);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, (10 + i * 32000) & 0xffff), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_get_roc(p.in, PAIR_SSRC, &roc), ZTRUNK_OK);
    ck_assert_uint_eq(roc, 3);
    pair_end_both(&p);
}
END_TEST

START_TEST(a_counter_never_goes_back)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint32_t roc = 0;

    ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, PAIR_SSRC, 2), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, 2), ZTRUNK_OK);
    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 7), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, PAIR_SSRC, 1), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, 0), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, 9), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, 2), ZTRUNK_OK);
    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 7), ZTRUNK_E_REPLAY);
    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 8), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_get_roc(p.in, PAIR_SSRC, &roc), ZTRUNK_OK);
    ck_assert_uint_eq(roc, 2);
    pair_end_both(&p);
}
END_TEST

START_TEST(a_counter_set_takes_one_of_the_ssrc_places)
{
    pair p = pair_of((ztrunk_srtp_opts){.max_ssrc = 2});
    uint32_t roc;

    ck_assert_int_eq(ztrunk_srtp_get_roc(p.in, 1, &roc), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, 1, 0), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, 2, 3), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, 3, 3), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(pass_rtp(&p, 1, 1), ZTRUNK_OK);
    ck_assert_int_eq(pass_rtp(&p, 3, 1), ZTRUNK_E_LIMIT);
    pair_end_both(&p);
}
END_TEST

/* The numbers jump as far as they may: the index reaches its end long before 2^48 packets. */
START_TEST(a_stream_ends_before_its_counter_repeats)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM];
    uint32_t seq = 0, roc = 0, sealed = 0;
    int32_t err;
    size_t len;

    ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, 1, 0xffffeffe), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, 2, 0xffffefff), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, 3, 0xfffff000), ZTRUNK_E_EXPIRED);
    while ((err = seal_rtp(p.out, 1, seq & 0xffff, pkt, &len)) == ZTRUNK_OK && sealed < 20000) {
        seq += 32767;
        sealed++;
    }
    ck_assert_int_eq(err, ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(ztrunk_srtp_get_roc(p.out, 1, &roc), ZTRUNK_OK);
    ck_assert_uint_gt(roc, 0xfffff000);
    pair_end_both(&p);
}
END_TEST

START_TEST(misuse_is_refused)
{
    uint8_t seed[32] = {7}, key[30] = {1};
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = 1};
    ztrunk_srtp_opts tiny = {.size = 3, .suite = 1};
    ztrunk_ctx *ctx = NULL;
    ztrunk_srtp *s = NULL;
    uint32_t roc;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_new(NULL, &opts, key, 30, &s), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_new(ctx, NULL, key, 30, &s), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_new(ctx, &tiny, key, 30, &s), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_new(ctx, &opts, NULL, 30, &s), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_new(ctx, &opts, key, 30, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_set_roc(NULL, 1, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_get_roc(NULL, 1, &roc), ZTRUNK_E_INVALID);
    ck_assert_ptr_null(s);
    ztrunk_srtp_free(NULL);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("srtp/session", keys_of_any_other_length_and_suites_of_any_other_number_are_refused,
          bounds_hold, a_context_that_finds_no_memory_leaves_nothing,
          a_freed_context_leaves_no_key_behind, the_window_is_as_wide_as_asked,
          a_packet_of_the_wrong_counter_is_refused_until_it_is_set, a_counter_that_was_set_rolls_on,
          a_counter_set_at_its_own_next_value_rolls_on, a_counter_never_goes_back,
          a_counter_set_takes_one_of_the_ssrc_places, a_stream_ends_before_its_counter_repeats,
          misuse_is_refused)
