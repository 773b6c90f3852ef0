#include "wire/sip_names.h"

#include <string.h>
#include <zerotrunk/sip.h>
#include "unit.h"

START_TEST(nothing_but_the_name_is_the_name)
{
    /* Names that libre's 12-bit hash takes for Content-Length, Call-ID, To, CSeq and Via. */
    static const char *const others[] = {
        "Q1733", "Q2816", "Q1120",  "Q3667",           "Q478",
        "",      "Vi",    "Viaa",   "Content-Length ", "z",
        "1",     "-",     "To\xc3", "Content-Lengths", "\xe2\x84\xaa"};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_uint_eq(zti_hdr_find(zti_str_of(others[i])), ZTI_H_OTHER);
    ck_assert_uint_eq(zti_hdr_find((zti_str){"To\0", 3}), ZTI_H_OTHER);
}
END_TEST

START_TEST(every_name_is_found_in_any_case)
{
    for (uint32_t id = 1; id < ZTI_H_COUNT; id++) {
        const char *name = zti_hdr_name((zti_hdr_id)id);
        char other[32];
        size_t len = strlen(name);

        for (size_t i = 0; i <= len; i++)
            other[i] =
                (char)(zti_is_alnum(name[i]) && !zti_is_digit(name[i]) ? name[i] ^ 0x20 : name[i]);
        ck_assert_uint_eq(zti_hdr_find(zti_str_of(name)), id);
        ck_assert_uint_eq(zti_hdr_find(zti_str_of(other)), id);
    }
    ck_assert_str_eq(zti_hdr_name(ZTI_H_OTHER), "");
}
END_TEST

START_TEST(compact_forms_are_those_of_the_registry)
{
    static const char *const forms[][2] = {{"a", "Accept-Contact"},
                                           {"u", "Allow-Events"},
                                           {"i", "Call-ID"},
                                           {"m", "Contact"},
                                           {"e", "Content-Encoding"},
                                           {"l", "Content-Length"},
                                           {"c", "Content-Type"},
                                           {"o", "Event"},
                                           {"f", "From"},
                                           {"y", "Identity"},
                                           {"r", "Refer-To"},
                                           {"b", "Referred-By"},
                                           {"j", "Reject-Contact"},
                                           {"d", "Request-Disposition"},
                                           {"x", "Session-Expires"},
                                           {"s", "Subject"},
                                           {"k", "Supported"},
                                           {"t", "To"},
                                           {"v", "Via"}};
    char upper[2] = {0, 0};

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        upper[0] = (char)(forms[i][0][0] - 0x20);
        ck_assert_str_eq(zti_hdr_name(zti_hdr_find(zti_str_of(forms[i][0]))), forms[i][1]);
        ck_assert_str_eq(zti_hdr_name(zti_hdr_find(zti_str_of(upper))), forms[i][1]);
    }
}
END_TEST

START_TEST(identity_headers_take_no_space_before_the_colon)
{
    ck_assert(!zti_hdr_may_space(ZTI_H_OTHER));
    ck_assert(!zti_hdr_may_space(ZTI_H_IDENTITY));
    ck_assert(!zti_hdr_may_space(ZTI_H_REFERRED_BY));
    ck_assert(zti_hdr_may_space(ZTI_H_VIA));
    ck_assert(zti_hdr_is_single(ZTI_H_CONTENT_LENGTH));
    ck_assert(!zti_hdr_is_single(ZTI_H_VIA));
}
END_TEST

START_TEST(methods_are_case_sensitive)
{
    for (uint32_t i = ZTRUNK_SIP_INVITE; i <= ZTRUNK_SIP_PUBLISH; i++)
        ck_assert_uint_eq(zti_method_find(zti_str_of(ztrunk_sip_method_name(i))), i);
    ck_assert_uint_eq(zti_method_find(ZTI_STR("invite")), ZTRUNK_SIP_OTHER);
    ck_assert_uint_eq(zti_method_find(ZTI_STR("")), ZTRUNK_SIP_OTHER);
    ck_assert_str_eq(ztrunk_sip_method_name(99), "");
    ck_assert_str_eq(ztrunk_sip_reason_phrase(488), "Not Acceptable Here");
    ck_assert_str_eq(ztrunk_sip_reason_phrase(699), "Unknown");
}
END_TEST

UNIT_MAIN("wire/sip_names", nothing_but_the_name_is_the_name, every_name_is_found_in_any_case,
          compact_forms_are_those_of_the_registry, identity_headers_take_no_space_before_the_colon,
          methods_are_case_sensitive)
