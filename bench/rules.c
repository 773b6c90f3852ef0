/* rules.c - what a number costs against 10,000 prefixes, a Request-URI against ten rules, and a
 * call against the limits. Medians of rounds. Run: bench/rules */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/rules.h>
#include "bench.h"

enum { ROUNDS = 11, PASSES = 200000, PREFIXES = 10000, NUMBERS = 4096 };

static char numbers[NUMBERS][24];
static uint32_t state = 1;

static uint32_t dice(uint32_t sides)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % sides;
}

/* Every number starts with one of the prefixes. */
static void fill_list(ztrunk_toll_list *list)
{
    char prefix[16];

    while (ztrunk_toll_list_count(list) < PREFIXES) {
        int len = snprintf(prefix, sizeof prefix, "+4%u", 100 + dice(9999999));

        if (ztrunk_toll_list_add(list, 1 + dice(2), prefix, (size_t)len) != ZTRUNK_OK) continue;
        snprintf(numbers[dice(NUMBERS)], sizeof numbers[0], "%s%03u", prefix, dice(1000));
    }
    for (uint32_t i = 0; i < NUMBERS; i++)
        if (numbers[i][0] == 0) snprintf(numbers[i], sizeof numbers[0], "+4%u", dice(99999999));
}

static int32_t fill_rules(ztrunk_rules *r)
{
    uint32_t rule;
    int32_t err = ZTRUNK_OK;

    for (uint32_t i = 0; i < 10 && err == ZTRUNK_OK; i++) {
        char host[] = "h0.example.com";

        host[1] = (char)('0' + i);
        err = ztrunk_rules_add(r, 0, &rule);
        if (err == ZTRUNK_OK) err = ztrunk_rules_add_host(r, rule, host, strlen(host));
        if (err == ZTRUNK_OK)
            err = ztrunk_rules_set_user(r, rule, ZTRUNK_RULE_USER_PATTERN, "+4930xxx.", 9);
    }
    return err;
}

typedef struct subject {
    ztrunk_toll_list *list;
    ztrunk_rules *rules;
    ztrunk_toll *toll;
} subject;

static void look(const subject *s, uint32_t i)
{
    uint32_t kind, digits;

    (void)ztrunk_toll_list_find(s->list, numbers[i], strlen(numbers[i]), &kind, &digits);
}

static void ask(const subject *s, uint32_t i)
{
    static const char uri[] = "sip:+49-30-12345678@h9.example.com:5061;transport=tls";
    uint32_t rule = i;

    (void)ztrunk_rules_check(s->rules, uri, sizeof uri - 1, NULL, 0, NULL, 0, &rule);
}

static void call(const subject *s, uint32_t i)
{
    const char *to = numbers[i * 7 % NUMBERS];
    uint64_t id = 0, deadline;

    (void)ztrunk_toll_begin(s->toll, i, 0, numbers[i], strlen(numbers[i]), to, strlen(to), &id,
                            &deadline);
    (void)ztrunk_toll_end(s->toll, id);
}

static void measure(const char *name, void (*one)(const subject *, uint32_t), const subject *s)
{
    double rounds[ROUNDS];

    for (uint32_t r = 0; r < ROUNDS; r++) {
        uint64_t start = bench_now();

        for (uint32_t i = 0; i < PASSES; i++) one(s, i % NUMBERS);
        rounds[r] = (double)(bench_now() - start) / PASSES;
    }
    printf("%-32s %6.0f ns\n", name, bench_median(rounds, ROUNDS));
}

int main(void)
{
    ztrunk_toll_limits limits = {.size = sizeof limits, .caller_calls = 5, .number_calls = 5};
    subject s = {0};
    ztrunk_ctx *ctx = NULL;
    int32_t err = ztrunk_ctx_new(&ctx);

    if (err == ZTRUNK_OK) err = ztrunk_toll_list_new(ctx, NULL, &s.list);
    if (err == ZTRUNK_OK) err = ztrunk_rules_new(ctx, NULL, &s.rules);
    if (err == ZTRUNK_OK) err = ztrunk_toll_new(ctx, NULL, &s.toll);
    if (err == ZTRUNK_OK) err = fill_rules(s.rules);
    if (err == ZTRUNK_OK) err = ztrunk_toll_set_limits(s.toll, &limits);
    if (err != ZTRUNK_OK) return 1;
    fill_list(s.list);
    measure("a number, 10,000 prefixes", look, &s);
    measure("a Request-URI, the tenth rule", ask, &s);
    measure("a call, begun and ended", call, &s);
    ztrunk_toll_list_free(s.list);
    ztrunk_rules_free(s.rules);
    ztrunk_toll_free(s.toll);
    ztrunk_ctx_free(ctx);
    return 0;
}
