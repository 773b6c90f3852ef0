/* How much each source may ask: the keys of admission, limits and block. */
#include <stddef.h>
#include <string.h>
#include "config_schema.h"

#define LIMIT(key, most, text)                                                                     \
    {                                                                                              \
        .name = #key, .read = schema_read_number, .at = offsetof(ztrunk_admission_limits, key),    \
        .max = (most), .want = (text)                                                              \
    }
#define NUMBER(key, field, least, most, text)                                                      \
    {                                                                                              \
        .name = key, .read = schema_read_number, .at = offsetof(struct config_admission, field),   \
        .min = (least), .max = (most), .want = (text)                                              \
    }

const struct schema_key limits_keys[] = {LIMIT(connections, 100000, "connections at once"),
                                         LIMIT(handshakes, 100000, "half-open handshakes at once"),
                                         LIMIT(handshake_rate, 100000, "handshakes a second"),
                                         LIMIT(handshake_burst, 100000, "handshakes at once"),
                                         LIMIT(calls, 1000000, "calls at once"),
                                         LIMIT(call_rate, 100000, "new calls a second"),
                                         LIMIT(call_burst, 100000, "new calls at once"),
                                         LIMIT(message_rate, 1000000, "messages a second"),
                                         LIMIT(message_burst, 1000000, "messages at once"),
                                         {.name = NULL}};

static const struct schema_key block_keys[] = {
    NUMBER("points", points, 1, 1000000, "points that block an address"),
    NUMBER("seconds", block_seconds, 1, 86400, "seconds of the first block"),
    NUMBER("max_seconds", max_block_seconds, 1, 604800, "seconds of the longest block"),
    NUMBER("calm_seconds", calm_seconds, 1, 604800, "seconds without a block"),
    {.name = NULL}};

const struct schema_key admission_keys[] = {
    {.name = "identity",
     .read = schema_read_section,
     .keys = limits_keys,
     .at = offsetof(struct config_admission, limits[ZTRUNK_ADMIT_IDENTITY])},
    {.name = "prefix",
     .read = schema_read_section,
     .keys = limits_keys,
     .at = offsetof(struct config_admission, limits[ZTRUNK_ADMIT_PREFIX])},
    {.name = "address",
     .read = schema_read_section,
     .keys = limits_keys,
     .at = offsetof(struct config_admission, limits[ZTRUNK_ADMIT_ADDRESS])},
    {.name = "block", .read = schema_read_section, .keys = block_keys},
    NUMBER("max_addresses", max_addresses, 16, 1048576, "addresses that are remembered"),
    {.name = NULL}};

void config_preset_admission(struct config_admission *a)
{
    *a = (struct config_admission){.points = 100,
                                   .block_seconds = 60,
                                   .max_block_seconds = 3600,
                                   .calm_seconds = 600,
                                   .max_addresses = 16384};
    a->limits[ZTRUNK_ADMIT_ADDRESS] = (ztrunk_admission_limits){.connections = 256,
                                                                .handshakes = 16,
                                                                .handshake_rate = 50,
                                                                .handshake_burst = 100,
                                                                .call_rate = 100,
                                                                .message_rate = 2000};
}

void config_check_admission(const struct config *config, struct config_report *report)
{
    const struct config_admission *a = &config->admission;

    if (a->max_block_seconds < a->block_seconds)
        config_complain(report, a->line, "admission.block.max_seconds", NULL,
                        "the longest block may not be shorter than the first one, "
                        "admission.block.seconds");
}

void config_check_admission_reload(const struct config *old, const struct config *fresh,
                                   struct config_report *report)
{
    const struct config_admission *a = &old->admission, *b = &fresh->admission;

    if (a->points == b->points && a->block_seconds == b->block_seconds &&
        a->max_block_seconds == b->max_block_seconds && a->calm_seconds == b->calm_seconds &&
        a->max_addresses == b->max_addresses)
        return;
    config_complain(report, b->line, "admission", NULL,
                    "block and max_addresses cannot change in a reload; limits can; restart");
}
