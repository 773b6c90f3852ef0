/* rules_check.c - the two questions before a call costs anything: is this Request-URI for us, and
 * may this number be called? Run: rules_check; it prints each verdict. */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/rules.h>

static int32_t add_rules(ztrunk_rules *rules)
{
    uint32_t rule = 0;
    int32_t err = ztrunk_rules_add(rules, 0, &rule);

    if (err == ZTRUNK_OK) err = ztrunk_rules_add_host(rules, rule, "sbc.example.com", 15);
    if (err == ZTRUNK_OK)
        err = ztrunk_rules_set_user(rules, rule, ZTRUNK_RULE_USER_PATTERN, "+4930xxx.", 9);
    if (err == ZTRUNK_OK) err = ztrunk_rules_add(rules, 0, &rule);
    if (err == ZTRUNK_OK)
        err = ztrunk_rules_set_trunk_group(rules, rule, "tg-1", 4, "byoc.example.com", 16);
    return err;
}

static void request(ztrunk_rules *rules, const char *uri)
{
    ztrunk_rules_info info = {.size = sizeof info};
    uint32_t rule = 0;

    if (ztrunk_rules_check(rules, uri, strlen(uri), NULL, 0, NULL, 0, &rule) == ZTRUNK_OK) {
        printf("%s: rule %u\n", uri, rule);
        return;
    }
    (void)ztrunk_rules_get_info(rules, &info);
    printf("%s: dropped, rule %u: %s\n", uri, info.rule, ztrunk_rule_reason_text(info.reason));
}

static int32_t add_prefixes(ztrunk_ctx *ctx, ztrunk_toll *toll)
{
    ztrunk_toll_list *list = NULL;
    int32_t err = ztrunk_toll_list_new(ctx, NULL, &list);

    if (err == ZTRUNK_OK) err = ztrunk_toll_list_add(list, ZTRUNK_TOLL_ALLOW, "+49", 3);
    if (err == ZTRUNK_OK) err = ztrunk_toll_list_add(list, ZTRUNK_TOLL_PREMIUM, "+49900", 6);
    if (err != ZTRUNK_OK) {
        ztrunk_toll_list_free(list);
        return err;
    }
    return ztrunk_toll_set_list(toll, list);
}

static void call(ztrunk_toll *toll, const char *caller, const char *number)
{
    ztrunk_toll_info info = {.size = sizeof info};
    uint64_t id = 0, deadline_ns = 0;
    int32_t err = ztrunk_toll_begin(toll, 0, 0, caller, strlen(caller), number, strlen(number), &id,
                                    &deadline_ns);

    (void)ztrunk_toll_get_info(toll, &info);
    printf("%s calls %s: %s", caller, number, ztrunk_toll_reason_text(info.reason));
    if (err == ZTRUNK_OK)
        printf(", for %u s at most\n", (uint32_t)(deadline_ns / 1000000000));
    else
        printf(", %u\n", info.status);
}

static int32_t all(ztrunk_ctx *ctx, ztrunk_rules *rules, ztrunk_toll *toll)
{
    ztrunk_toll_limits limits = {.size = sizeof limits, .caller_calls = 2};
    int32_t err = add_rules(rules);

    limits.max_call_ns = UINT64_C(7200000000000);
    if (err == ZTRUNK_OK) err = add_prefixes(ctx, toll);
    if (err == ZTRUNK_OK) err = ztrunk_toll_set_limits(toll, &limits);
    if (err != ZTRUNK_OK) return err;
    request(rules, "sip:+49-30-12345@SBC.example.com.");
    request(rules, "sip:+1900555@sbc.example.com");
    request(rules, "sip:+1;tgrp=tg-1;trunk-context=byoc.example.com@192.0.2.1");
    request(rules, "sip:+493012345@sbc.example.com;maddr=203.0.113.66");
    call(toll, "alice", "+493012345");
    call(toll, "alice", "0049-900-1");
    call(toll, "alice", "+881612345");
    call(toll, "alice", "+4940");
    call(toll, "alice", "+4989");
    return ZTRUNK_OK;
}

int main(void)
{
    ztrunk_ctx *ctx = NULL;
    ztrunk_rules *rules = NULL;
    ztrunk_toll *toll = NULL;
    int32_t err = ztrunk_ctx_new(&ctx);

    if (err == ZTRUNK_OK) err = ztrunk_rules_new(ctx, NULL, &rules);
    if (err == ZTRUNK_OK) err = ztrunk_toll_new(ctx, NULL, &toll);
    if (err == ZTRUNK_OK) err = all(ctx, rules, toll);
    if (err != ZTRUNK_OK) printf("%s\n", ztrunk_strerror(err));
    ztrunk_rules_free(rules);
    ztrunk_toll_free(toll);
    ztrunk_ctx_free(ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
