#include "sip/digest.h"

#include "base/mem.h"
#include "fail_ctx.h"
#include "unit.h"

static const uint8_t seed[32] = {7};
static ztrunk_ctx *ctx;

static int32_t make(uint32_t algorithms, const char *realm, const char *user, ztrunk_digest **d)
{
    const ztrunk_digest_opts opts = {.size = sizeof opts, .algorithms = algorithms};

    return ztrunk_digest_new(ctx, &opts, realm, user, d);
}

START_TEST(a_realm_or_user_that_would_break_out_of_its_quotes_is_refused)
{
    static const char *const bad[] = {"", "a\"b", "a\\b", "a\r\nb", "a\tb", "\x7f", "\xc3\xa4"};
    char longer[130];
    ztrunk_digest *d = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_eq(make(0, bad[i], "bob", &d), ZTRUNK_E_INVALID);
        ck_assert_int_eq(make(0, "a", bad[i], &d), ZTRUNK_E_INVALID);
    }
    ck_assert_int_eq(make(0, "a", "b:c", &d), ZTRUNK_E_INVALID);
    ck_assert_int_eq(make(8, "a", "bob", &d), ZTRUNK_E_INVALID);
    memset(longer, 'a', 129);
    longer[129] = 0;
    ck_assert_int_eq(make(0, longer, "bob", &d), ZTRUNK_E_INVALID);
    longer[128] = 0;
    ck_assert_int_eq(make(0, longer, longer, &d), ZTRUNK_OK);
    ztrunk_digest_free(d);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_hash_that_is_none_is_refused)
{
    static const char hex[] = "939e7578ed9e3c518a452acee763bce9";
    ztrunk_digest *d = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(make(ZTRUNK_DIGEST_MD5, "a", "bob", &d), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_set_ha1(d, ZTRUNK_DIGEST_MD5, hex, 31), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ztrunk_digest_set_ha1(d, ZTRUNK_DIGEST_MD5, "g39e7578ed9e3c518a452acee763bce9",
                                           32),
                     ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ztrunk_digest_set_ha1(d, ZTRUNK_DIGEST_SHA_256, hex, 32), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_digest_set_ha1(d, 0, hex, 32), ZTRUNK_E_INVALID);
    ck_assert_uint_eq(d->known, 0);
    ck_assert_int_eq(ztrunk_digest_set_ha1(d, ZTRUNK_DIGEST_MD5, hex, 32), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_set_password(d, hex, 129), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_digest_set_password(d, "", 0), ZTRUNK_E_INVALID);
    ztrunk_digest_free(d);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(nothing_is_offered_before_there_is_a_password)
{
    char value[ZTRUNK_DIGEST_MAX_CHALLENGE];
    ztrunk_digest *d = NULL;
    size_t len = 0;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(make(7, "a", "bob", &d), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_challenge(d, 5, 0, 0, value, sizeof value, &len),
                     ZTRUNK_E_NOTFOUND);
    ztrunk_digest_free(d);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* RFC 8760 2.4: one header an algorithm, what is preferred on top. */
START_TEST(the_better_algorithm_is_offered_first)
{
    static const char *const names[] = {"algorithm=SHA-512-256,", "algorithm=SHA-256,",
                                        "algorithm=MD5,"};
    char value[ZTRUNK_DIGEST_MAX_CHALLENGE], last[ZTRUNK_DIGEST_MAX_CHALLENGE] = "";
    ztrunk_digest *d = NULL;
    size_t len = 0;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(make(7, "sbc.example.com", "bob", &d), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_set_password(d, "secret", 6), ZTRUNK_OK);
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert_int_eq(ztrunk_digest_challenge(d, 5, i, i == 2, value, sizeof value, &len),
                         ZTRUNK_OK);
        ck_assert_uint_eq(len, strlen(value));
        ck_assert_ptr_nonnull(strstr(value, names[i]));
        ck_assert_ptr_nonnull(strstr(value, "Digest realm=\"sbc.example.com\", nonce=\""));
        ck_assert_ptr_nonnull(strstr(value, "qop=\"auth\""));
        ck_assert_int_eq(strstr(value, "stale=true") != NULL, i == 2);
        ck_assert_str_ne(value, last);
        memcpy(last, value, sizeof last);
    }
    ck_assert_int_eq(ztrunk_digest_challenge(d, 5, 3, 0, value, sizeof value, &len),
                     ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_digest_challenge(d, 5, 0, 0, value, 20, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_gt(len, 100);
    ztrunk_digest_free(d);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(the_longest_names_fit_a_challenge)
{
    char name[129], value[ZTRUNK_DIGEST_MAX_CHALLENGE];
    ztrunk_digest *d = NULL;
    size_t len = 0;

    memset(name, 'a', 128);
    name[128] = 0;
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(make(2, name, name, &d), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_set_password(d, name, 128), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_challenge(d, UINT64_MAX, 0, 1, value, sizeof value, &len),
                     ZTRUNK_OK);
    ck_assert_str_eq(value + len - 10, "stale=true");
    ztrunk_digest_free(d);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* RFC 2617 3.5 gives this H(A1) on the way. */
START_TEST(a_password_becomes_its_hash)
{
    ztrunk_digest *d = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(make(ZTRUNK_DIGEST_MD5, "testrealm@host.com", "Mufasa", &d), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_set_password(d, "Circle Of Life", 14), ZTRUNK_OK);
    ck_assert(zti_same_ct(d->ha1[2], "939e7578ed9e3c518a452acee763bce9", 32));
    ztrunk_digest_free(d);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    uint32_t fail_at = 1, is_done = 0;

    for (; !is_done && fail_at < 64; fail_at++) {
        fail_ctx f = {.fail_at = fail_at};
        ztrunk_digest *d = NULL;
        int32_t err;

        ctx = NULL;
        err = fail_ctx_new(&f, &ctx);
        if (err == ZTRUNK_OK) err = make(0, "a", "bob", &d);
        is_done = err == ZTRUNK_OK;
        ck_assert(is_done || err == ZTRUNK_E_NOMEM);
        ck_assert_int_eq(is_done, d != NULL);
        ztrunk_digest_free(d);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
    }
    ck_assert_uint_gt(fail_at, 4);
    ck_assert(is_done);
}
END_TEST

UNIT_MAIN("sip/digest", every_allocation_may_fail,
          a_realm_or_user_that_would_break_out_of_its_quotes_is_refused,
          a_hash_that_is_none_is_refused, nothing_is_offered_before_there_is_a_password,
          the_better_algorithm_is_offered_first, the_longest_names_fit_a_challenge,
          a_password_becomes_its_hash)
