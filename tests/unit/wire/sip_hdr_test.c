#include "wire/sip_hdr.h"

#include <zerotrunk/core.h>
#include "unit.h"

START_TEST(a_cseq_is_a_number_and_a_method)
{
    static const char *const bad[] = {"",
                                      "1",
                                      "1 ",
                                      "INVITE",
                                      "1INVITE",
                                      "-1 A",
                                      "+1 A",
                                      "0x1 A",
                                      "2147483648 A",
                                      "4294967297 A",
                                      "36893488147419103232 A",
                                      "1 A B",
                                      "1 A;",
                                      "1 \"A\"",
                                      "1.0 A"};
    zti_str method;
    uint32_t number = 0;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(zti_cseq_parse(zti_str_of(bad[i]), &number, &method) == ZTRUNK_E_MALFORMED,
                      "%s", bad[i]);
    ck_assert_int_eq(zti_cseq_parse(ZTI_STR("2147483647 \t INVITE"), &number, &method), ZTRUNK_OK);
    ck_assert_uint_eq(number, 2147483647);
    ck_assert(zti_str_eq(method, ZTI_STR("INVITE")));
    ck_assert_int_eq(zti_cseq_parse(ZTI_STR("0009 a"), &number, &method), ZTRUNK_OK);
    ck_assert_uint_eq(number, 9);
}
END_TEST

START_TEST(a_call_id_is_one_word_or_two)
{
    static const char *const bad[] = {"",    "@",   "a@",  "@a",      "a@b@c",
                                      "a b", "a,b", "a;b", "\xc3\xa4"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(zti_call_id_check(zti_str_of(bad[i])) == ZTRUNK_E_MALFORMED, "%s", bad[i]);
    ck_assert_int_eq(zti_call_id_check(ZTI_STR("%n%s%x@%n")), ZTRUNK_OK);
    ck_assert_int_eq(zti_call_id_check(ZTI_STR("intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{")),
                     ZTRUNK_OK);
}
END_TEST

START_TEST(a_media_type_has_two_parts)
{
    static const char *const bad[] = {"",    "a",    "a/",     "/b",       "a/b/c",
                                      "a b", "a/b;", "a/b;c=", "a/b;c=\"", "a/b x"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(zti_media_type_check(zti_str_of(bad[i])) == ZTRUNK_E_MALFORMED, "%s", bad[i]);
    ck_assert_int_eq(zti_media_type_check(ZTI_STR("multipart/mixed;boundary=\"b b\"")), ZTRUNK_OK);
    ck_assert_int_eq(zti_media_type_check(ZTI_STR("application / sdp ; a")), ZTRUNK_OK);
}
END_TEST

START_TEST(a_list_is_split_outside_quotes_and_brackets)
{
    zti_str list = ZTI_STR("a , \"b,\\\",c\" <d,e>,,<f"), item;
    static const char *const want[] = {"a", "\"b,\\\",c\" <d,e>", "", "<f"};

    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        ck_assert_int_eq(zti_list_next(&list, &item), ZTRUNK_OK);
        ck_assert(zti_str_eq(item, zti_str_of(want[i])));
    }
    ck_assert_int_eq(zti_list_next(&list, &item), ZTRUNK_E_NOTFOUND);
    list = ZTI_STR("\"a,b");
    ck_assert_int_eq(zti_list_next(&list, &item), ZTRUNK_OK);
    ck_assert_uint_eq(item.len, 4);
    ck_assert_int_eq(zti_list_next(&list, &item), ZTRUNK_E_NOTFOUND);
    list = ZTI_STR("");
    ck_assert_int_eq(zti_list_next(&list, &item), ZTRUNK_OK);
    ck_assert_uint_eq(item.len, 0);
    ck_assert_int_eq(zti_list_next(&list, &item), ZTRUNK_E_NOTFOUND);
}
END_TEST

START_TEST(a_parameter_is_found_by_its_whole_name)
{
    zti_str params = ZTI_STR(";xtag=1;b=\";tag=2\";Tag = 3 ;c"), value;

    ck_assert_int_eq(zti_param_find(params, ZTI_STR("tag"), &value), ZTRUNK_OK);
    ck_assert(zti_str_eq(value, ZTI_STR("3")));
    ck_assert_int_eq(zti_param_find(params, ZTI_STR("B"), &value), ZTRUNK_OK);
    ck_assert(zti_str_eq(value, ZTI_STR(";tag=2")));
    ck_assert_int_eq(zti_param_find(params, ZTI_STR("c"), &value), ZTRUNK_OK);
    ck_assert_uint_eq(value.len, 0);
    ck_assert_int_eq(zti_param_find(params, ZTI_STR("d"), &value), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(zti_param_find(ZTI_STR(""), ZTI_STR("d"), &value), ZTRUNK_E_NOTFOUND);
}
END_TEST

START_TEST(a_named_parameter_stands_once)
{
    zti_str value;

    ck_assert_int_eq(zti_params_check(ZTI_STR(";a=1;A=2"), ZTI_STR("a"), &value),
                     ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_params_check(ZTI_STR(";a"), ZTI_STR("a"), &value), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_params_check(ZTI_STR(";b;b;a=1"), ZTI_STR("a"), &value), ZTRUNK_OK);
    ck_assert(zti_str_eq(value, ZTI_STR("1")));
}
END_TEST

UNIT_MAIN("wire/sip_hdr", a_cseq_is_a_number_and_a_method, a_call_id_is_one_word_or_two,
          a_media_type_has_two_parts, a_list_is_split_outside_quotes_and_brackets,
          a_parameter_is_found_by_its_whole_name, a_named_parameter_stands_once)
