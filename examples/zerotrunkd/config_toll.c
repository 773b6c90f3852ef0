/* Which numbers may be called, how often and how long: the section toll. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config_schema.h"

#define WANT_NUMBERS                                                                               \
    "what numbers begin with: digits, with + or 00 in front of global ones; + is all of those"

static const struct schema_choice denials[] = {{"403", 403}, {"silent", CONFIG_SILENT}, {NULL, 0}};
static const struct schema_choice directions[] = {{"from-cloud", 1u << CLOUD},
                                                  {"from-inside", 1u << INSIDE},
                                                  {"both", 1u << CLOUD | 1u << INSIDE},
                                                  {NULL, 0}};

static int item_digits(const char *text, void *slot)
{
    const char *digits = *text == '+' ? text + 1 : text;

    if (*text == 0 || strlen(text) >= CONFIG_NUMBER) return -1;
    if (strspn(digits, "0123456789") != strlen(digits)) return -1;
    memcpy(slot, text, strlen(text) + 1);
    return 0;
}

/* As the engine reads it, so that it can be compared with what is called. */
static int item_number(const char *text, void *slot)
{
    size_t len;

    return ztrunk_toll_number(text, strlen(text), slot, CONFIG_NUMBER, &len) == ZTRUNK_OK ? 0 : -1;
}

static void read_numbers(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                         struct config_numbers *numbers, schema_item *parse)
{
    free(numbers->items);
    numbers->items =
        schema_read_many(r, node, key, parse, sizeof numbers->items[0], &numbers->count);
}

static void read_prefixes(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                          void *field)
{
    read_numbers(r, node, key, field, item_digits);
}

static void read_exempt(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    read_numbers(r, node, key, field, item_number);
}

/* The day at the front of *text, 0 for Sunday, which is taken off; 7: there is none. */
static uint32_t take_day(const char **text)
{
    static const char days[] = "sunmontuewedthufrisat";

    for (uint32_t day = 0; day < 7; day++)
        if (strncmp(*text, days + 3 * day, 3) == 0) {
            *text += 3;
            return day;
        }
    return 7;
}

/* Two digits, which are taken off; 100: there are none. */
static uint32_t take_two(const char **text)
{
    uint32_t value = 0;

    for (uint32_t i = 0; i < 2; i++) {
        if (!isdigit((unsigned char)**text)) return 100;
        value = value * 10 + (uint32_t)(*(*text)++ - '0');
    }
    return value;
}

/* "mon-fri 08-18": the hours from 8:00 to 17:59 of five days. */
static int item_hours(const char *text, void *slot)
{
    uint32_t *hours = slot;
    uint32_t first = take_day(&text), last = first, from, to, bits;

    if (first < 7 && *text == '-' && *++text != 0) last = take_day(&text);
    if (first == 7 || last == 7 || *text++ != ' ') return -1;
    from = take_two(&text);
    if (from > 24 || *text++ != '-') return -1;
    to = take_two(&text);
    if (to > 24 || from >= to || *text != 0) return -1;
    bits = (uint32_t)((UINT64_C(1) << to) - (UINT64_C(1) << from));
    for (uint32_t day = first;; day = (day + 1) % 7) {
        hours[day] |= bits;
        if (day == last) return 0;
    }
}

static void read_hours(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       void *field)
{
    ztrunk_toll_limits *limits = field;

    limits->flags |= ZTRUNK_TOLL_HOURS;
    schema_read_each(r, node, key, item_hours, limits->hours);
}

static void read_utc_offset(struct schema_reader *r, yaml_node_t *node,
                            const struct schema_key *key, void *field)
{
    const char *text = schema_text(r, node, key->want), *at = text;
    uint32_t hours, minutes, seconds;

    if (text == NULL) return;
    at += *at == '+' || *at == '-';
    hours = at > text ? take_two(&at) : 100;
    minutes = hours <= 14 && *at++ == ':' ? take_two(&at) : 100;
    seconds = hours * 3600 + minutes * 60;
    if (hours > 14 || minutes > 59 || seconds > 50400 || *at != 0) {
        schema_complain(r, node, key->want);
        return;
    }
    *(int32_t *)field = *text == '-' ? -(int32_t)seconds : (int32_t)seconds;
}

static const struct schema_key toll_keys[] = {
    {KEY("direction", schema_read_choice, config_toll, directions), .choices = directions},
    {KEY("allow", read_prefixes, config_toll, allow), .max = CONFIG_MAX_NUMBERS,
     .want = WANT_NUMBERS},
    {KEY("refuse", read_prefixes, config_toll, refuse), .max = CONFIG_MAX_NUMBERS,
     .want = WANT_NUMBERS},
    {KEY("premium", read_prefixes, config_toll, premium), .max = CONFIG_MAX_NUMBERS,
     .want = WANT_NUMBERS},
    {KEY("allow_premium", schema_read_flag, config_toll, allow_premium)},
    {KEY("always", read_exempt, config_toll, always), .max = CONFIG_MAX_NAMES,
     .want = "whole numbers, such as 112 or 911"},
    {KEY("caller_calls", schema_read_number, config_toll, limits.caller_calls), .max = 100000,
     .want = "calls at once, 0 for any,"},
    {KEY("caller_rate", schema_read_number, config_toll, limits.caller_rate), .max = 100000,
     .want = "calls in the window, 0 for any,"},
    {KEY("number_calls", schema_read_number, config_toll, limits.number_calls), .max = 100000,
     .want = "calls at once, 0 for any,"},
    {KEY("number_rate", schema_read_number, config_toll, limits.number_rate), .max = 100000,
     .want = "calls in the window, 0 for any,"},
    {KEY("window_seconds", schema_read_number, config_toll, window_seconds), .min = 1, .max = 86400,
     .want = "seconds"},
    {KEY("max_call_seconds", schema_read_number, config_toll, max_call_seconds), .max = 604800,
     .want = "seconds, 0 for any length,"},
    {KEY("hours", read_hours, config_toll, limits),
     .want = "days and whole hours, such as mon-fri 08-18 or sat 09-24"},
    {KEY("utc_offset", read_utc_offset, config_toll, limits.utc_offset_s),
     .want = "hours and minutes with a sign, such as +01:00 or -05:30, at most 14:00"},
    {KEY("deny", schema_read_choice, config_toll, deny), .choices = denials},
    END};

void config_preset_toll(struct config_toll *toll)
{
    toll->directions = 1u << CLOUD | 1u << INSIDE;
    toll->window_seconds = 60;
    toll->deny = 403;
    toll->limits.size = sizeof toll->limits;
}

void schema_read_toll(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      void *field)
{
    struct config_toll *toll = field;

    (void)key;
    toll->line = (uint32_t)node->start_mark.line + 1;
    schema_section(r, node, toll_keys, toll);
    toll->limits.flags |= toll->allow_premium ? ZTRUNK_TOLL_PREMIUM_TOO : 0;
    toll->limits.window_ns = toll->window_seconds * UINT64_C(1000000000);
    toll->limits.max_call_ns = toll->max_call_seconds * UINT64_C(1000000000);
}

struct making {
    ztrunk_toll_list *list;
    const struct config_trunk *trunk;
    struct config_report *report; /* NULL: it was checked before */
    int32_t err;                  /* the first that is no fault of the file */
};

static void add_all(struct making *m, const struct config_numbers *numbers, uint32_t kind,
                    const char *key)
{
    char path[128];

    snprintf(path, sizeof path, "trunk %s: toll.%s", m->trunk->name, key);
    for (uint32_t i = 0; i < numbers->count; i++) {
        const char *prefix = numbers->items[i];
        int32_t err = ztrunk_toll_list_add(m->list, kind, prefix, strlen(prefix));

        if (err == ZTRUNK_OK) continue;
        if (err == ZTRUNK_E_NOMEM || m->report == NULL)
            m->err = err;
        else
            config_complain(m->report, m->trunk->toll.line, path, prefix,
                            err == ZTRUNK_E_STATE ? "this prefix is given twice" : WANT_NUMBERS);
    }
}

/* Without allow every number may be called that no list names. */
static void add_everything(struct making *m)
{
    static const char *const all[] = {"+", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        int32_t err = ztrunk_toll_list_add(m->list, ZTRUNK_TOLL_ALLOW, all[i], strlen(all[i]));

        if (err != ZTRUNK_OK && err != ZTRUNK_E_STATE) m->err = err;
    }
}

int32_t config_make_toll(ztrunk_ctx *ctx, const struct config_trunk *trunk,
                         struct config_report *report, ztrunk_toll_list **out)
{
    const struct config_toll *toll = &trunk->toll;
    struct making m = {.trunk = trunk, .report = report};

    *out = NULL;
    if (toll->line == 0) return ZTRUNK_OK;
    m.err = ztrunk_toll_list_new(ctx, NULL, &m.list);
    if (m.err != ZTRUNK_OK) return m.err;
    add_all(&m, &toll->refuse, ZTRUNK_TOLL_DENY, "refuse");
    add_all(&m, &toll->premium, ZTRUNK_TOLL_PREMIUM, "premium");
    add_all(&m, &toll->allow, ZTRUNK_TOLL_ALLOW, "allow");
    if (toll->allow.items == NULL) add_everything(&m);
    if (m.err != ZTRUNK_OK) {
        ztrunk_toll_list_free(m.list);
        return m.err;
    }
    *out = m.list;
    return ZTRUNK_OK;
}

uint32_t config_toll_exempts(const struct config_toll *toll, const char *number, size_t len)
{
    static const char *const usual[] = {"112", "911"};
    char plain[CONFIG_NUMBER];

    if (ztrunk_toll_number(number, len, plain, sizeof plain, &len) != ZTRUNK_OK) return 0;
    for (uint32_t i = 0; toll->always.items == NULL && i < 2; i++)
        if (strcmp(plain, usual[i]) == 0) return 1;
    for (uint32_t i = 0; i < toll->always.count; i++)
        if (strcmp(plain, toll->always.items[i]) == 0) return 1;
    return 0;
}

void config_check_toll(ztrunk_ctx *ctx, const struct config *config, struct config_report *report)
{
    for (uint32_t i = 0; i < config->trunk_count; i++) {
        ztrunk_toll_list *list = NULL;

        if (config_make_toll(ctx, &config->trunks[i], report, &list) != ZTRUNK_OK)
            config_complain(report, 0, "", NULL, "out of memory");
        ztrunk_toll_list_free(list);
    }
}

void config_toll_end(struct config_toll *toll)
{
    free(toll->allow.items);
    free(toll->refuse.items);
    free(toll->premium.items);
    free(toll->always.items);
}
