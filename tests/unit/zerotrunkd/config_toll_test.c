/* The section toll: what is wrong with it, and what a right one means. */
#include "config.h"

#include <string.h>
#include "unit.h"

static struct config_report report;
static ztrunk_ctx *ctx;

/* A file whose trunk has this section, in braces; NULL: none. */
static struct config *load(const char *toll)
{
    static char text[1 << 18];
    struct config *config;
    int len = snprintf(text, sizeof text,
                       "node: {fqdn: sbc.example.com}\n"
                       "identity: {certificate: c, key: k}\n"
                       "trunks:\n"
                       "  - name: t\n"
                       "    cloud: {listen: \"203.0.113.10:5061\", media_ports: 20000-21999,\n"
                       "      signalling_prefixes: [], media_prefixes: [],\n"
                       "      peer: {host: cloud.example.net, trust: ca}}\n"
                       "    inside: {transport: udp, listen: \"10.0.0.1:5060\",\n"
                       "      peer: \"10.0.0.2:5060\", media_ports: 22000-23999, media: rtp}\n"
                       "%s%s\n",
                       toll != NULL ? "    toll: " : "", toll != NULL ? toll : "");

    memset(&report, 0, sizeof report);
    config = config_parse(text, (size_t)len, &report);
    if (config != NULL) config_check_toll(ctx, config, &report);
    return config;
}

static struct config *load_good(const char *toll)
{
    struct config *config = load(toll);

    ck_assert_msg(report.count == 0, "%s: %s", toll, report.errors[0].text);
    return config;
}

static void set_up(void)
{
    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
}

static void clean_up(void)
{
    ztrunk_ctx_free(ctx);
}

START_TEST(what_is_no_limit_is_told_with_its_line_and_key)
{
    static const char *const rows[][2] = {
        {"{allow: [\"+49x\"]}", "toll.allow[0]: \"+49x\": what numbers begin with"},
        {"{allow: [\"\"]}", "toll.allow[0]: \"\": what numbers begin with"},
        {"{refuse: [\"+1234567890123456\"]}", "toll.refuse: \"+1234567890123456\": what numbers"},
        {"{refuse: [\"+1\"], allow: [\"001\"]}", "trunk t: toll.allow: \"001\": this prefix is"},
        {"{allow: [\"+1\", \"+1\"]}", "toll.allow: \"+1\": this prefix is given twice"},
        {"{always: [alice]}", "toll.always[0]: \"alice\": whole numbers"},
        {"{caller_calls: 100001}", "toll.caller_calls: \"100001\": calls at once, 0 for any, from"},
        {"{window_seconds: 0}", "toll.window_seconds: \"0\": seconds from 1 to 86400"},
        {"{max_call_seconds: 604801}", "toll.max_call_seconds: \"604801\": seconds"},
        {"{hours: 8-18}", "toll.hours: \"8-18\": days and whole hours"},
        {"{hours: [mon 18-08]}", "toll.hours[0]: \"mon 18-08\": days and"},
        {"{hours: [mon 08-08]}", "toll.hours[0]: \"mon 08-08\": days and"},
        {"{hours: [mon 08-25]}", "toll.hours[0]: \"mon 08-25\": days and"},
        {"{hours: [mon- 08-18]}", "toll.hours[0]: \"mon- 08-18\": days and"},
        {"{hours: [Mon 08-18]}", "toll.hours[0]: \"Mon 08-18\": days and"},
        {"{hours: [mon 08-18h]}", "toll.hours[0]: \"mon 08-18h\": days and"},
        {"{hours: [mon 8-18]}", "toll.hours[0]: \"mon 8-18\": days and"},
        {"{hours: [mon-fri]}", "toll.hours[0]: \"mon-fri\": days and"},
        {"{utc_offset: 1}", "toll.utc_offset: \"1\": hours and minutes with a sign"},
        {"{utc_offset: \"01:00\"}", "toll.utc_offset: \"01:00\": hours and minutes"},
        {"{utc_offset: \"+14:01\"}", "toll.utc_offset: \"+14:01\": hours and minutes"},
        {"{utc_offset: \"+01:60\"}", "toll.utc_offset: \"+01:60\": hours and minutes"},
        {"{utc_offset: \"+\"}", "toll.utc_offset: \"+\": hours and minutes"},
        {"{utc_offset: \"+01:0\"}", "toll.utc_offset: \"+01:0\": hours and minutes"},
        {"{direction: out}", "toll.direction: \"out\": one of from-cloud, from-inside, both"},
        {"{deny: 404}", "toll.deny: \"404\": one of 403, silent"},
        {"{caller: 1}", "toll: \"caller\": no such key"}};

    set_up();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config *config = load(rows[i][0]);

        ck_assert_msg(report.count == 1, "taken: %s", rows[i][0]);
        ck_assert_msg(report.errors[0].line == 10 &&
                          strstr(report.errors[0].text, rows[i][1]) != NULL,
                      "%s: line %u %s", rows[i][0], report.errors[0].line, report.errors[0].text);
        config_free(config);
    }
    clean_up();
}
END_TEST

START_TEST(a_list_of_numbers_has_an_end)
{
    static char list[1 << 17];
    size_t used = (size_t)snprintf(list, sizeof list, "{allow: [");

    set_up();
    for (uint32_t i = 0; i < CONFIG_MAX_NUMBERS; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "\"+1%05u\",", i);
    snprintf(list + used, sizeof list - used, "]}");
    config_free(load_good(list));
    snprintf(list + used, sizeof list - used, "\"+2\"]}");
    config_free(load(list));
    ck_assert_uint_eq(report.count, 1);
    ck_assert_ptr_nonnull(strstr(report.errors[0].text, "no more than 4096 are taken"));
    clean_up();
}
END_TEST

/* The kind that a section gives a number; 0: none. */
static uint32_t kind_of(const char *toll, const char *number)
{
    struct config *config = load_good(toll);
    ztrunk_toll_list *list = NULL;
    uint32_t kind = 0, digits;

    ck_assert_int_eq(config_make_toll(ctx, &config->trunks[0], NULL, &list), ZTRUNK_OK);
    (void)ztrunk_toll_list_find(list, number, strlen(number), &kind, &digits);
    ztrunk_toll_list_free(list);
    config_free(config);
    return kind;
}

START_TEST(an_empty_list_allows_nobody_and_none_everybody)
{
    set_up();
    ck_assert_uint_eq(kind_of("{allow: []}", "+4930"), 0);
    ck_assert_uint_eq(kind_of("{allow: []}", "030"), 0);
    ck_assert_uint_eq(kind_of("{allow: [\"+49\"]}", "030"), 0);
    ck_assert_uint_eq(kind_of("{}", "+4930"), ZTRUNK_TOLL_ALLOW);
    ck_assert_uint_eq(kind_of("{}", "930"), ZTRUNK_TOLL_ALLOW);
    ck_assert_uint_eq(kind_of("{}", "+9791234"), ZTRUNK_TOLL_PREMIUM);
    ck_assert_uint_eq(kind_of("{refuse: [\"0\", \"+\"]}", "030"), ZTRUNK_TOLL_DENY);
    ck_assert_uint_eq(kind_of("{refuse: [\"0\", \"+\"]}", "+4930"), ZTRUNK_TOLL_DENY);
    ck_assert_uint_eq(kind_of("{refuse: [\"0\", \"+\"]}", "930"), ZTRUNK_TOLL_ALLOW);
    ck_assert_uint_eq(kind_of("{allow: \"+\", premium: [\"+43900\"]}", "+439001"),
                      ZTRUNK_TOLL_PREMIUM);
    clean_up();
}
END_TEST

START_TEST(emergency_calls_are_exempt_unless_the_file_says_otherwise)
{
    static const struct {
        const char *toll, *number;
        uint32_t is_exempt;
    } rows[] = {{"{}", "112", 1},
                {"{}", "911", 1},
                {"{}", "1-1-2", 1},
                {"{}", "%31%312", 1},
                {"{}", "1123", 0},
                {"{}", "11", 0},
                {"{}", "+112", 0},
                {"{}", "112;phone-context=+1", 0},
                {"{always: []}", "112", 0},
                {"{always: [\"0112\", 110]}", "112", 0},
                {"{always: [\"0112\", 110]}", "0112", 1},
                {"{always: [\"0112\", 110]}", "110", 1},
                {"{always: \"+44999\"}", "0044999", 1}};

    set_up();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config *config = load_good(rows[i].toll);

        ck_assert_msg(config_toll_exempts(&config->trunks[0].toll, rows[i].number,
                                          strlen(rows[i].number)) == rows[i].is_exempt,
                      "%s %s", rows[i].toll, rows[i].number);
        config_free(config);
    }
    clean_up();
}
END_TEST

START_TEST(hours_are_those_of_the_days_named)
{
    struct config *config;
    const ztrunk_toll_limits *limits;

    set_up();
    config = load_good("{hours: [mon-fri 08-18, sat 09-12, sat 20-24, fri-sun 00-01], "
                       "utc_offset: \"-05:30\"}");
    limits = &config->trunks[0].toll.limits;
    ck_assert_uint_eq(limits->flags, ZTRUNK_TOLL_HOURS);
    ck_assert_uint_eq(limits->hours[0], 0x000001); /* Sunday */
    ck_assert_uint_eq(limits->hours[1], 0x03ff00);
    ck_assert_uint_eq(limits->hours[4], 0x03ff00);
    ck_assert_uint_eq(limits->hours[5], 0x03ff01);
    ck_assert_uint_eq(limits->hours[6], 0xf00e01);
    ck_assert_int_eq(limits->utc_offset_s, -19800);
    config_free(config);
    config = load_good("{hours: [sun-sat 00-24], utc_offset: \"+14:00\"}");
    for (uint32_t day = 0; day < 7; day++)
        ck_assert_uint_eq(config->trunks[0].toll.limits.hours[day], 0xffffff);
    ck_assert_int_eq(config->trunks[0].toll.limits.utc_offset_s, 50400);
    config_free(config);
    config = load_good("{hours: []}"); /* no hour at all */
    ck_assert_uint_eq(config->trunks[0].toll.limits.flags, ZTRUNK_TOLL_HOURS);
    ck_assert_uint_eq(config->trunks[0].toll.limits.hours[3], 0);
    config_free(config);
    clean_up();
}
END_TEST

START_TEST(what_the_section_leaves_out_is_what_the_manual_says)
{
    struct config *config;
    const struct config_toll *toll;

    set_up();
    config = load_good(NULL);
    ck_assert_uint_eq(config->trunks[0].toll.line, 0);
    config_free(config);
    config = load_good("{}");
    toll = &config->trunks[0].toll;
    ck_assert_uint_eq(toll->line, 10);
    ck_assert_uint_eq(toll->directions, 1u << CLOUD | 1u << INSIDE);
    ck_assert_uint_eq(toll->deny, 403);
    ck_assert_uint_eq(toll->limits.flags, 0);
    ck_assert_uint_eq(toll->limits.window_ns, UINT64_C(60000000000));
    ck_assert_uint_eq(toll->limits.max_call_ns, 0);
    ck_assert_uint_eq(toll->limits.caller_calls, 0);
    config_free(config);
    config = load_good("{direction: from-inside, deny: silent, allow_premium: true, "
                       "caller_calls: 1, caller_rate: 2, number_calls: 3, number_rate: 4, "
                       "window_seconds: 5, max_call_seconds: 6}");
    toll = &config->trunks[0].toll;
    ck_assert_uint_eq(toll->directions, 1u << INSIDE);
    ck_assert_uint_eq(toll->deny, CONFIG_SILENT);
    ck_assert_uint_eq(toll->limits.flags, ZTRUNK_TOLL_PREMIUM_TOO);
    ck_assert_uint_eq(toll->limits.caller_calls, 1);
    ck_assert_uint_eq(toll->limits.caller_rate, 2);
    ck_assert_uint_eq(toll->limits.number_calls, 3);
    ck_assert_uint_eq(toll->limits.number_rate, 4);
    ck_assert_uint_eq(toll->limits.window_ns, UINT64_C(5000000000));
    ck_assert_uint_eq(toll->limits.max_call_ns, UINT64_C(6000000000));
    config_free(config);
    clean_up();
}
END_TEST

UNIT_MAIN("zerotrunkd/config_toll", what_is_no_limit_is_told_with_its_line_and_key,
          a_list_of_numbers_has_an_end, an_empty_list_allows_nobody_and_none_everybody,
          emergency_calls_are_exempt_unless_the_file_says_otherwise,
          hours_are_those_of_the_days_named, what_the_section_leaves_out_is_what_the_manual_says)
