#include "wire/sip_auth.h"

#include <zerotrunk/core.h>
#include "unit.h"

static int32_t parse(const char *text, zti_sip_auth *auth)
{
    return zti_sip_auth_parse(zti_str_of(text), auth);
}

START_TEST(what_is_broken_is_refused)
{
    static const char *const texts[] = {
        "",
        ",",
        "Digest",
        "Digest ",
        "Digest,realm=\"a\"",
        "Digest realm",
        "Digest realm=",
        "Digest realm=\"a",
        "Digest realm=\"a\\",
        "Digest realm=\"a\\\"",
        "Digest =\"a\"",
        "Digest realm=\"a\",",
        "Digest ,realm=\"a\"",
        "Digest realm=\"a\",,nonce=\"b\"",
        "Digest realm=\"a\" nonce=\"b\"",
        "Digest realm=\"a\";nonce=\"b\"",
        "Digest realm=\"a\"x",
        "Digest nc=1 2",
        "Digestrealm=\"a\"=",
        /* Twice: two readers would differ. */
        "Digest realm=\"a\", realm=\"a\"",
        "Digest response=\"a\",RESPONSE=\"b\"",
        "Digest nc=1, nc=1",
    };
    zti_sip_auth auth;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int32_t err = parse(texts[i], &auth);

        ck_assert_msg(err != ZTRUNK_OK, "\"%s\" was taken", texts[i]);
        /* A scheme of another name is none of ours. */
        if (i != 18) ck_assert_msg(err == ZTRUNK_E_MALFORMED, "\"%s\": %d", texts[i], err);
    }
}
END_TEST

START_TEST(more_than_32_parameters_are_refused)
{
    char text[1024];

    for (int count = 32; count <= 33; count++) {
        zti_sip_auth auth;
        int used = snprintf(text, sizeof text, "Digest ");

        for (int i = 0; i < count; i++)
            used +=
                snprintf(text + used, sizeof text - (size_t)used, "%sx%d=y", i > 0 ? "," : "", i);
        ck_assert_int_eq(parse(text, &auth), count == 32 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED);
    }
}
END_TEST

START_TEST(another_scheme_is_not_ours)
{
    zti_sip_auth auth;

    ck_assert_int_eq(parse("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", &auth), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(parse("Bearer a.b.c", &auth), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(parse("Digestive realm=\"a\"", &auth), ZTRUNK_E_NOTFOUND);
}
END_TEST

static void is(const zti_sip_auth *auth, uint32_t field, const char *want)
{
    ck_assert_uint_eq(auth->has >> field & 1, want != NULL);
    if (want == NULL) return;
    ck_assert_msg(zti_str_eq(auth->values[field], zti_str_of(want)), "%.*s, not %s",
                  (int)auth->values[field].len, auth->values[field].p, want);
}

START_TEST(every_field_is_found_in_any_order_case_and_spacing)
{
    zti_sip_auth a;

    ck_assert_int_eq(
        parse("digest\tUserName = \"bob\" ,REALM=\"a, b\" , nonce=\"n\",opaque=\"\",uri=\"sip:x\", "
              "response=\"0f\", algorithm=MD5, cnonce=\"\\\"c\", qop=auth, nc=00000001, x=\"y\"",
              &a),
        ZTRUNK_OK);
    is(&a, ZTI_AUTH_USERNAME, "bob");
    is(&a, ZTI_AUTH_REALM, "a, b");
    is(&a, ZTI_AUTH_NONCE, "n");
    is(&a, ZTI_AUTH_URI, "sip:x");
    is(&a, ZTI_AUTH_RESPONSE, "0f");
    is(&a, ZTI_AUTH_ALGORITHM, "MD5");
    is(&a, ZTI_AUTH_CNONCE, "\\\"c");
    is(&a, ZTI_AUTH_QOP, "auth");
    is(&a, ZTI_AUTH_NC, "00000001");
    ck_assert_int_eq(parse("Digest realm=\"\"", &a), ZTRUNK_OK);
    is(&a, ZTI_AUTH_REALM, "");
    is(&a, ZTI_AUTH_USERNAME, NULL);
}
END_TEST

UNIT_MAIN("wire/sip_auth", what_is_broken_is_refused, more_than_32_parameters_are_refused,
          another_scheme_is_not_ours, every_field_is_found_in_any_order_case_and_spacing)
