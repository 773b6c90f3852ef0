#include "sip/digest_nonce.h"

#include "base/time.h"
#include "unit.h"

static zti_nonce_use uses[4];
static zti_nonces nonces;

static void begin(void)
{
    memset(uses, 0, sizeof uses);
    nonces = (zti_nonces){.key = {1, 2, 3}, .life_ns = 10 * ZTI_SECOND, .uses = uses, .max = 4};
}

static int32_t use(const char *text, uint64_t now_ns, uint32_t count)
{
    return zti_nonce_use_up(&nonces, now_ns, zti_str_of(text), count);
}

START_TEST(one_that_is_not_ours_is_refused)
{
    char text[ZTI_NONCE_LEN + 1], forged[ZTI_NONCE_LEN + 1];

    begin();
    ck_assert_int_eq(zti_nonce_make(&nonces, 5, text), ZTRUNK_OK);
    for (size_t i = 0; i < ZTI_NONCE_LEN; i++) {
        memcpy(forged, text, sizeof forged);
        forged[i] = forged[i] == '0' ? '1' : '0';
        ck_assert_msg(use(forged, 5, 1) == ZTRUNK_E_EXPIRED, "digit %zu was changed", i);
    }
    forged[ZTI_NONCE_LEN - 1] = 0;
    ck_assert_int_eq(use(forged, 5, 1), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(use("", 5, 1), ZTRUNK_E_EXPIRED);
    nonces.key[31] ^= 1;
    ck_assert_int_eq(use(text, 5, 1), ZTRUNK_E_EXPIRED);
    nonces.key[31] ^= 1;
    ck_assert_int_eq(use(text, 5, 1), ZTRUNK_OK);
}
END_TEST

START_TEST(a_count_is_good_once)
{
    char text[ZTI_NONCE_LEN + 1];

    begin();
    ck_assert_int_eq(zti_nonce_make(&nonces, 5, text), ZTRUNK_OK);
    ck_assert_int_eq(use(text, 6, 1), ZTRUNK_OK);
    ck_assert_int_eq(use(text, 6, 1), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(use(text, 6, 7), ZTRUNK_OK);
    ck_assert_int_eq(use(text, 6, 7), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(use(text, 6, 6), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(use(text, 6, UINT32_MAX), ZTRUNK_OK);
    ck_assert_int_eq(use(text, 6, UINT32_MAX), ZTRUNK_E_EXPIRED);
}
END_TEST

START_TEST(it_lives_as_long_as_was_said)
{
    char text[ZTI_NONCE_LEN + 1];
    uint64_t made = 100 * ZTI_SECOND;

    begin();
    ck_assert_int_eq(zti_nonce_make(&nonces, made, text), ZTRUNK_OK);
    ck_assert_int_eq(use(text, made - 1, 1), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(use(text, made + 10 * ZTI_SECOND, 1), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(use(text, made + 10 * ZTI_SECOND - 1, 1), ZTRUNK_OK);
}
END_TEST

START_TEST(what_the_table_has_forgotten_cannot_be_replayed)
{
    char text[9][ZTI_NONCE_LEN + 1];

    begin();
    for (size_t i = 0; i < 9; i++) ck_assert_int_eq(zti_nonce_make(&nonces, 5, text[i]), ZTRUNK_OK);
    for (size_t i = 0; i < 9; i++) ck_assert_int_eq(use(text[i], 6, 1), ZTRUNK_OK);
    for (size_t i = 0; i < 9; i++) ck_assert_int_eq(use(text[i], 6, 1), ZTRUNK_E_EXPIRED);
    for (size_t i = 0; i < 5; i++) ck_assert_int_eq(use(text[i], 6, 2), ZTRUNK_E_EXPIRED);
    for (size_t i = 5; i < 9; i++) ck_assert_int_eq(use(text[i], 6, 2), ZTRUNK_OK);
}
END_TEST

START_TEST(a_flood_of_challenges_forgets_none_that_is_used)
{
    char text[ZTI_NONCE_LEN + 1], other[ZTI_NONCE_LEN + 1];

    begin();
    ck_assert_int_eq(zti_nonce_make(&nonces, 5, text), ZTRUNK_OK);
    ck_assert_int_eq(use(text, 6, 1), ZTRUNK_OK);
    for (uint32_t i = 0; i < 100000; i++)
        ck_assert_int_eq(zti_nonce_make(&nonces, 6, other), ZTRUNK_OK);
    ck_assert_int_eq(use(text, 6, 1), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(use(text, 6, 2), ZTRUNK_OK);
}
END_TEST

UNIT_MAIN("sip/digest_nonce", one_that_is_not_ours_is_refused, a_count_is_good_once,
          it_lives_as_long_as_was_said, what_the_table_has_forgotten_cannot_be_replayed,
          a_flood_of_challenges_forgets_none_that_is_used)
