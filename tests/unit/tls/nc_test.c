#include "tls/nc.h"

#include <string.h>
#include <zerotrunk/core.h>
#include "unit.h"

/* permitted or excluded with one subtree, around a leaf with one name. */
static uint32_t allows(zti_str constraints, zti_str san)
{
    const zti_cert cert = {.subject = ZTI_STR("\x30\x00"), .san = san};
    uint32_t budget = ZTI_NC_BUDGET;

    return zti_nc_allows(constraints, &cert, &budget);
}

#define DNS_A                                                                                      \
    ZTI_STR("\x82\x07"                                                                             \
            "a.x.com")
#define DNS_X                                                                                      \
    ZTI_STR("\x82\x05"                                                                             \
            "x.com")
#define DNS_WILD                                                                                   \
    ZTI_STR("\x82\x07"                                                                             \
            "*.x.com")
#define DNS_OTHER                                                                                  \
    ZTI_STR("\x82\x06"                                                                             \
            "yx.com")
#define ONLY_X                                                                                     \
    ZTI_STR("\xa0\x09\x30\x07\x82\x05"                                                             \
            "x.com")
#define NOT_X                                                                                      \
    ZTI_STR("\xa1\x09\x30\x07\x82\x05"                                                             \
            "x.com")
#define NOT_A                                                                                      \
    ZTI_STR("\xa1\x0b\x30\x09\x82\x07"                                                             \
            "a.x.com")
#define NOT_ANY ZTI_STR("\xa1\x04\x30\x02\x82\x00")

START_TEST(what_is_broken_allows_nothing)
{
    static const zti_str bad[] = {
        {"", 0},
        {"\xa0\x00", 2},
        {"\xa1\x00", 2},
        {"\xa0\x02\x30\x00", 4},
        {"\xa0\x0b\x30\x09\x82\x05"
         "x.com\x80\x00",
         13}, /* a minimum */
        {"\xa0\x09\x30\x07\x82\x05"
         ".x.co",
         11},
        {"\xa0\x09\x30\x07\x82\x05"
         "x.com\x00",
         12},
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!allows(bad[i], DNS_A), "row %zu", i);
}
END_TEST

START_TEST(dns_names_stay_inside_what_is_permitted)
{
    ck_assert(allows(ONLY_X, DNS_A));
    ck_assert(allows(ONLY_X, DNS_X));
    ck_assert(allows(ONLY_X, DNS_WILD));
    ck_assert(!allows(ONLY_X, DNS_OTHER));
}
END_TEST

START_TEST(dns_names_stay_out_of_what_is_excluded)
{
    ck_assert(!allows(NOT_X, DNS_A));
    ck_assert(!allows(NOT_X, DNS_X));
    ck_assert(allows(NOT_X, DNS_OTHER));
    ck_assert(!allows(NOT_ANY, DNS_OTHER));
    /* The star could be "a". */
    ck_assert(!allows(NOT_A, DNS_WILD));
    ck_assert(allows(NOT_A, DNS_X));
}
END_TEST

START_TEST(addresses_are_compared_under_a_mask_of_leading_ones)
{
    const zti_str only = ZTI_STR("\xa0\x0c\x30\x0a\x87\x08\xc0\x00\x02\x00\xff\xff\xff\x00");
    const zti_str holes = ZTI_STR("\xa0\x0c\x30\x0a\x87\x08\xc0\x00\x02\x00\xff\x00\xff\x00");

    ck_assert(allows(only, ZTI_STR("\x87\x04\xc0\x00\x02\x07")));
    ck_assert(!allows(only, ZTI_STR("\x87\x04\xc0\x00\x03\x07")));
    ck_assert(!allows(only, ZTI_STR("\x87\x10"
                                    "0123456789abcdef")));
    ck_assert(!allows(holes, ZTI_STR("\x87\x04\xc0\x00\x02\x07")));
}
END_TEST

START_TEST(a_type_that_is_not_understood_is_refused_where_it_matters)
{
    const zti_str email = ZTI_STR("\xa0\x09\x30\x07\x81\x05"
                                  "x.com");
    const zti_str uri = ZTI_STR("\xa0\x09\x30\x07\x86\x05"
                                "x.com");

    ck_assert(!allows(email, ZTI_STR("\x81\x07"
                                     "a@x.com")));
    ck_assert(!allows(uri, ZTI_STR("\x86\x09"
                                   "sip:x.com")));
    ck_assert(allows(email, DNS_A));
}
END_TEST

START_TEST(a_directory_name_begins_with_what_is_permitted)
{
    const zti_str only = ZTI_STR("\xa0\x14\x30\x12\xa4\x10\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04"
                                 "\x0a\x0c\x03"
                                 "Org");
    zti_cert cert = {.subject = ZTI_STR("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x0a\x0c\x03"
                                        "Org")};
    uint32_t budget = ZTI_NC_BUDGET;

    ck_assert(zti_nc_allows(only, &cert, &budget));
    cert.subject = ZTI_STR("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x0a\x0c\x03"
                           "org");
    ck_assert(!zti_nc_allows(only, &cert, &budget));
}
END_TEST

START_TEST(the_product_of_names_and_constraints_is_bounded)
{
    char many[7 * 64];
    zti_cert cert = {.subject = ZTI_STR("\x30\x00"), .san = {many, sizeof many}};
    uint32_t budget = 64, spent = 63;

    for (size_t i = 0; i < 64; i++) memcpy(many + 7 * i, "\x82\x05x.com", 7);
    ck_assert(zti_nc_allows(ONLY_X, &cert, &budget));
    ck_assert(!zti_nc_allows(ONLY_X, &cert, &spent));
}
END_TEST

UNIT_MAIN("tls/nc", what_is_broken_allows_nothing, dns_names_stay_inside_what_is_permitted,
          dns_names_stay_out_of_what_is_excluded,
          addresses_are_compared_under_a_mask_of_leading_ones,
          a_type_that_is_not_understood_is_refused_where_it_matters,
          a_directory_name_begins_with_what_is_permitted,
          the_product_of_names_and_constraints_is_bounded)
