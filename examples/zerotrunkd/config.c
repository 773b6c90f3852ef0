#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zerotrunk/rt.h>
#include "slurp.h"

/* A value may hold anything: one line stays one line. */
static void quote(char *to, size_t cap, const char *value)
{
    size_t used = 0;

    for (; *value != 0 && used + 5 < cap && used < 120; value++) {
        unsigned char c = (unsigned char)*value;

        if (c >= 0x20 && c < 0x7f)
            to[used++] = (char)c;
        else
            used += (size_t)snprintf(to + used, cap - used, "\\x%02x", c);
    }
    to[used] = 0;
}

void config_complain(struct config_report *report, uint32_t line, const char *key,
                     const char *value, const char *want)
{
    struct config_error *error;
    char quoted[160];

    if (report->count == CONFIG_MAX_ERRORS) {
        report->dropped++;
        return;
    }
    error = &report->errors[report->count++];
    error->line = line;
    quote(quoted, sizeof quoted, value != NULL ? value : "");
    snprintf(error->text, sizeof error->text, value != NULL ? "%s%s\"%s\": %s" : "%s%s%s%s", key,
             *key != 0 ? ": " : "", quoted, want);
}

void config_print(const struct config_report *report, const char *file, void *stream)
{
    for (uint32_t i = 0; i < report->count; i++) {
        const struct config_error *error = &report->errors[i];

        if (error->line > 0)
            fprintf(stream, "%s:%u: %s\n", file, error->line, error->text);
        else
            fprintf(stream, "%s: %s\n", file, error->text);
    }
    if (report->dropped > 0) fprintf(stream, "%s: and %u more\n", file, report->dropped);
}

uint32_t config_covers(const struct config_prefixes *prefixes, const ztrunk_addr *addr)
{
    for (uint32_t i = 0; i < prefixes->count; i++)
        if (ztrunk_prefix_contains(&prefixes->items[i], addr)) return 1;
    return 0;
}

int config_prefix_order(const void *a, const void *b)
{
    const ztrunk_prefix *p = a, *q = b;
    int order = (int)p->addr.family - (int)q->addr.family;

    if (order == 0) order = memcmp(p->addr.ip, q->addr.ip, sizeof p->addr.ip);
    return order != 0 ? order : (int)p->bits - (int)q->bits;
}

void config_side_filter(const struct config_side *side, const struct config_prefixes *from,
                        ztrunk_prefix *to)
{
    for (uint32_t i = 0; i < from->count; i++) {
        to[i] = from->items[i];
        to[i].addr.scope_id = side->interface_index;
    }
}

static uint32_t is_any(const ztrunk_addr *addr)
{
    static const uint8_t any[16];

    return memcmp(addr->ip, any, addr->family == 4 ? 4 : 16) == 0;
}

ztrunk_addr config_reach(const struct config_side *side)
{
    const char *loopback = side->listen.family == 4 ? "127.0.0.1" : "::1";
    ztrunk_addr addr = side->listen;

    if (!is_any(&addr)) return addr;
    (void)ztrunk_addr_parse(loopback, strlen(loopback), &addr);
    addr.port = side->listen.port;
    return addr;
}

uint32_t config_is_probed(const struct config *config, const struct config_side *side)
{
    return config->identity.probe != CONFIG_PROBE_OFF && side->transport == ZTRUNK_NET_TLS;
}

/* A filter by interface knows one, and what comes from this machine comes by another. */
uint32_t config_probe_source(const struct config *config, const struct config_side *side,
                             ztrunk_prefix *own)
{
    if (!config_is_probed(config, side) || side->interface_index != 0) return 0;
    own->addr = config_reach(side);
    own->addr.port = 0;
    own->bits = own->addr.family == 4 ? 32 : 128;
    return 1;
}

int config_prefixes_copy(const struct config_prefixes *from, struct config_prefixes *to)
{
    ztrunk_prefix *items = calloc(from->count + 1, sizeof *items);

    if (items == NULL) return -1;
    if (from->count > 0) memcpy(items, from->items, from->count * sizeof *items);
    free(to->items);
    *to = (struct config_prefixes){from->count, items};
    return 0;
}

const struct config_trunk *config_trunk_of(const struct config *config, const char *name)
{
    for (uint32_t i = 0; i < config->trunk_count; i++)
        if (strcmp(config->trunks[i].name, name) == 0) return &config->trunks[i];
    return NULL;
}

struct config *config_read(ztrunk_ctx *ctx, const char *file, int64_t wall_s,
                           struct config_report *report)
{
    struct config *config = NULL;
    const char *why = NULL;
    size_t len = 0;
    uint8_t *text = slurp(file, CONFIG_MAX_FILE, &len, &why);

    if (text == NULL) {
        config_complain(report, 0, "", NULL, why);
        return NULL;
    }
    config = config_parse((const char *)text, len, report);
    slurp_burn(text, CONFIG_MAX_FILE);
    if (config == NULL) return NULL;
    config_check_profiles(config, wall_s);
    config_check_rules(ctx, config, report);
    config_check_toll(ctx, config, report);
    config_check_facts(config, report);
    if (report->count == 0) return config;
    config_free(config);
    return NULL;
}

struct config *config_load(ztrunk_ctx *ctx, const char *file, int64_t wall_s,
                           struct config_report *report)
{
    struct config *config = config_read(ctx, file, wall_s, report);

    if (config == NULL) return NULL;
    config->files = config_files_read(ctx, config, wall_s, report);
    if (config->files != NULL) config->identity.leaf = config->files->leaf;
    config_check_digests(ctx, config, report);
    if (report->count == 0) return config;
    config_free(config);
    return NULL;
}

void config_free(struct config *config)
{
    if (config == NULL) return;
    config_files_free(config->files);
    for (uint32_t i = 0; i < config->trunk_count; i++) {
        for (uint32_t s = CLOUD; s <= INSIDE; s++) {
            free(config->trunks[i].side[s].signalling.items);
            free(config->trunks[i].side[s].media_from.items);
            config_rules_end(&config->trunks[i].side[s].request_uri);
        }
        config_toll_end(&config->trunks[i].toll);
    }
    free(config);
}
