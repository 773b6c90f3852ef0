#include "guard/rules_rule.h"

#include "unit.h"

static uint32_t host_reads(const char *text)
{
    zti_rule_host host;

    return zti_rule_host_read(zti_str_of(text), &host) == ZTRUNK_OK;
}

static uint32_t judge(const zti_rule *rule, const char *uri)
{
    zti_rule_ask ask;
    uint32_t reason = zti_rule_ask_read(zti_str_of(uri), (zti_str){0}, (zti_str){0}, &ask);

    return reason != ZTRUNK_RULE_MATCHED ? reason : zti_rule_judge(rule, &ask);
}

/* Whether a rule for this host takes that URI. */
static uint32_t takes(const char *host, const char *uri)
{
    zti_rule_host hosts[1];
    zti_rule rule = {.hosts = hosts, .host_count = 1};

    ck_assert_int_eq(zti_rule_host_read(zti_str_of(host), hosts), ZTRUNK_OK);
    return judge(&rule, uri) == ZTRUNK_RULE_MATCHED;
}

START_TEST(what_is_no_host_is_refused)
{
    const char *const bad[] = {"",
                               ".",
                               "a..b",
                               "-a.example",
                               "a_b.example",
                               "a b",
                               "ex%61mple.com",
                               "m\xc3\xbcnchen.example",
                               "1.2.3",
                               "1.2.3.256",
                               "[::1",
                               "::1",
                               "a:0",
                               "a:65536",
                               "a:",
                               "*.example.com",
                               "a@b",
                               "[v1.x]",
                               "a/b"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!host_reads(bad[i]), "%s is a host", bad[i]);
}
END_TEST

START_TEST(another_host_is_not_taken)
{
    ck_assert(!takes("example.com", "sip:a@example.com.evil.org"));
    ck_assert(!takes("example.com", "sip:a@notexample.com"));
    ck_assert(!takes("example.com", "sip:a@sub.example.com"));
    ck_assert(!takes("example.com", "sip:example.com@evil.org"));
    ck_assert(!takes("example.com", "sip:a@evil.org;x=example.com"));
    ck_assert(!takes("example.com", "sip:a@example.co"));
    ck_assert(!takes("192.0.2.1", "sip:a@192.0.2.10"));
    ck_assert(!takes("192.0.2.1", "sip:a@[2001:db8::1]"));
    ck_assert(!takes("example.com", "sip:a@ex%61mple.com"));
    ck_assert(!takes("example.com", "sip:a@example.com.."));
    ck_assert(!takes("xn--mnchen-3ya.example", "sip:a@m\xc3\xbcnchen.example"));
}
END_TEST

START_TEST(a_host_is_the_same_in_every_spelling)
{
    ck_assert(takes("example.com", "sip:a@EXAMPLE.com"));
    ck_assert(takes("Example.COM.", "sip:a@example.com"));
    ck_assert(takes("example.com", "sip:example.com."));
    ck_assert(takes("xn--mnchen-3ya.example", "sip:a@XN--MNCHEN-3YA.example"));
    ck_assert(takes("[2001:DB8:0::1]", "sip:a@[2001:db8::1]"));
    ck_assert(takes("192.0.2.1", "sip:a@[::ffff:192.0.2.1]"));
    ck_assert(takes("[::ffff:c000:201]", "sip:a@192.0.2.1"));
}
END_TEST

START_TEST(a_port_binds_only_where_the_rule_names_one)
{
    ck_assert(takes("example.com", "sip:a@example.com:5999"));
    ck_assert(takes("example.com:5061", "sip:a@example.com:5061"));
    ck_assert(!takes("example.com:5061", "sip:a@example.com:5060"));
    ck_assert(!takes("example.com:5061", "sip:a@example.com"));
    ck_assert(!takes("example.com:5061", "sips:a@example.com"));
    ck_assert(!takes("example.com", "sip:a@example.com:0"));
    ck_assert(!takes("example.com", "sip:a@example.com:70597"));
}
END_TEST

START_TEST(a_uri_that_two_readers_read_apart_is_refused)
{
    zti_rule rule = {.user_kind = ZTRUNK_RULE_USER_EXACT, .user = ZTI_STR("a")};

    ck_assert_uint_eq(judge(&rule, "sip:a@b@example.com"), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, "sip:a@evil.org@example.com"), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, "sip:a@example.com?Subject=x"), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, "sip:a@example.com\r\nVia: x"), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, "sip:a@example.com x"), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, "<sip:a@example.com>"), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, "sip:"), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, ""), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, "a@example.com"), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, "sip:a%4@example.com"), ZTRUNK_RULE_BAD_URI);
    ck_assert_uint_eq(judge(&rule, "sip:a:b@example.com"), ZTRUNK_RULE_PASSWORD);
    ck_assert_uint_eq(judge(&rule, "sip:a:@example.com"), ZTRUNK_RULE_PASSWORD);
    ck_assert_uint_eq(judge(&rule, "sip:a;x:y@example.com"), ZTRUNK_RULE_PASSWORD);
    ck_assert_uint_eq(judge(&rule, "sip:a@example.com;maddr=192.0.2.66"), ZTRUNK_RULE_MADDR);
    ck_assert_uint_eq(judge(&rule, "sip:a@example.com;MADD%52=x"), ZTRUNK_RULE_MADDR);
    ck_assert_uint_eq(judge(&rule, "sip:a@example.com;maddr"), ZTRUNK_RULE_MADDR);
    ck_assert_uint_eq(judge(&rule, "sip:a@example.com"), ZTRUNK_RULE_MATCHED);
}
END_TEST

START_TEST(a_rule_that_asks_for_nothing_takes_nothing)
{
    zti_rule empty = {0};
    zti_rule broken = {.user_kind = ZTRUNK_RULE_USER_EXACT, .user = ZTI_STR("a"), .is_broken = 1};

    ck_assert_uint_eq(judge(&empty, "sip:a@example.com"), ZTRUNK_RULE_UNUSABLE);
    ck_assert_uint_eq(judge(&broken, "sip:a@example.com"), ZTRUNK_RULE_UNUSABLE);
}
END_TEST

UNIT_MAIN("guard/rules_rule", what_is_no_host_is_refused, another_host_is_not_taken,
          a_host_is_the_same_in_every_spelling, a_port_binds_only_where_the_rule_names_one,
          a_uri_that_two_readers_read_apart_is_refused, a_rule_that_asks_for_nothing_takes_nothing)
