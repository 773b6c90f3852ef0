#include "tls/name.h"

#include <string.h>
#include <zerotrunk/core.h>
#include "unit.h"

START_TEST(a_domain_is_labels_of_letters_digits_and_hyphens)
{
    static const char *const bad[] = {"",         ".",       "a.",      ".a",        "a..b",
                                      "-a.com",   "a-.com",  "a_b.com", "192.0.2.1", "a.1",
                                      "exa mple", "a\x80.b", "*.a.com", "sip:a.com", "[::1]",
                                      "a.com:5",  "a@b.com", "xn--.",   "a.com\r\n"};
    char label[66];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!zti_is_domain(zti_str_of(bad[i])), "%s", bad[i]);
    ck_assert(!zti_is_domain((zti_str){"a\0b.com", 7}));
    ck_assert(zti_is_domain(ZTI_STR("example.com")));
    ck_assert(zti_is_domain(ZTI_STR("xn--bcher-kva.example")));
    ck_assert(zti_is_domain(ZTI_STR("localhost")));
    memset(label, 'a', sizeof label);
    ck_assert(zti_is_domain((zti_str){label, 63}));
    ck_assert(!zti_is_domain((zti_str){label, 64}));
}
END_TEST

START_TEST(a_domain_has_at_most_253_octets)
{
    char text[256];

    for (size_t i = 0; i < sizeof text; i++) text[i] = i % 2 == 0 ? 'a' : '.';
    ck_assert(zti_is_domain((zti_str){text, 253}));
    ck_assert(!zti_is_domain((zti_str){text, 255}));
}
END_TEST

START_TEST(a_pattern_has_its_star_alone_in_front)
{
    static const char *const bad[] = {"*",        "*.",     "*.com",   "a*.b.com",
                                      "*a.b.com", "**.b.c", "b.*.com", "*.*.b.com"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!zti_is_domain_pattern(zti_str_of(bad[i])), "%s", bad[i]);
    ck_assert(zti_is_domain_pattern(ZTI_STR("*.example.com")));
}
END_TEST

START_TEST(a_san_with_one_broken_name_is_broken)
{
    static const zti_str bad[] = {
        {"\x82\x03"
         "a_b",
         5},
        {"\x82\x04"
         "a\0bc",
         6},
        {"\x82\x00", 2},
        {"\x87\x05"
         "12345",
         7},
        {"\x81\x03"
         "abc",
         5},
        {"\x86\x03"
         "abc",
         5},
        {"\x82\x05"
         "a.com",
         6},
        {"\x86\x06"
         "s:a bc",
         8},
        {"\x30\x03"
         "abc",
         5},
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(zti_san_check(bad[i]) == ZTRUNK_E_MALFORMED, "row %zu", i);
    ck_assert_int_eq(zti_san_check(ZTI_STR("\x82\x05"
                                           "a.com"
                                           "\x87\x04"
                                           "1234"
                                           "\x86\x09"
                                           "sip:a.com"
                                           "\x81\x05"
                                           "a@b.c")),
                     ZTRUNK_OK);
}
END_TEST

START_TEST(a_sip_uri_silences_the_dns_names)
{
    const zti_str both = ZTI_STR("\x82\x05"
                                 "a.com"
                                 "\x86\x09"
                                 "sip:b.com");
    const zti_str user = ZTI_STR("\x82\x05"
                                 "a.com"
                                 "\x86\x0b"
                                 "sip:x@b.com");
    const zti_str sips = ZTI_STR("\x82\x05"
                                 "a.com"
                                 "\x86\x0a"
                                 "sips:b.com");

    ck_assert(zti_san_names(both, ZTI_STR("b.com"), 0));
    ck_assert(!zti_san_names(both, ZTI_STR("a.com"), 0));
    /* RFC 5922 7.1: neither a user nor another scheme is a domain's identity. */
    ck_assert(zti_san_names(user, ZTI_STR("a.com"), 0));
    ck_assert(!zti_san_names(user, ZTI_STR("b.com"), 0));
    ck_assert(zti_san_names(sips, ZTI_STR("a.com"), 0));
    ck_assert(!zti_san_names(sips, ZTI_STR("b.com"), 0));
}
END_TEST

START_TEST(a_wildcard_stands_for_one_label_by_policy_only)
{
    const zti_str san = ZTI_STR("\x82\x0d"
                                "*.example.com");

    ck_assert(zti_san_names(san, ZTI_STR("a.EXAMPLE.com"), 1));
    ck_assert(!zti_san_names(san, ZTI_STR("a.example.com"), 0));
    ck_assert(!zti_san_names(san, ZTI_STR("a.b.example.com"), 1));
    ck_assert(!zti_san_names(san, ZTI_STR("example.com"), 1));
    ck_assert(!zti_san_names(san, ZTI_STR(".example.com"), 1));
}
END_TEST

START_TEST(the_identities_can_be_walked)
{
    const zti_str san = ZTI_STR("\x82\x05"
                                "a.com"
                                "\x82\x05"
                                "b.com");
    zti_str domain;
    uint32_t is_uri = 7;

    ck_assert(zti_san_identity(san, 1, &domain, &is_uri));
    ck_assert(zti_str_eq(domain, ZTI_STR("b.com")) && !is_uri);
    ck_assert(!zti_san_identity(san, 2, &domain, &is_uri));
    ck_assert(!zti_san_identity(ZTI_STR(""), 0, &domain, &is_uri));
}
END_TEST

START_TEST(a_common_name_is_compared_with_the_dns_names)
{
    const zti_str subject = ZTI_STR("\x30\x10\x31\x0e\x30\x0c\x06\x03\x55\x04\x03\x0c\x05"
                                    "a.com");

    ck_assert(zti_common_names_are_in(subject, ZTI_STR("\x82\x05"
                                                       "A.com")));
    ck_assert(!zti_common_names_are_in(subject, ZTI_STR("\x82\x05"
                                                        "b.com")));
    ck_assert(zti_common_names_are_in(ZTI_STR("\x30\x00"), ZTI_STR("")));
    ck_assert(!zti_common_names_are_in(ZTI_STR("\x30\x02\x31\x05"), ZTI_STR("")));
}
END_TEST

UNIT_MAIN("tls/name", a_domain_is_labels_of_letters_digits_and_hyphens,
          a_domain_has_at_most_253_octets, a_pattern_has_its_star_alone_in_front,
          a_san_with_one_broken_name_is_broken, a_sip_uri_silences_the_dns_names,
          a_wildcard_stands_for_one_label_by_policy_only, the_identities_can_be_walked,
          a_common_name_is_compared_with_the_dns_names)
