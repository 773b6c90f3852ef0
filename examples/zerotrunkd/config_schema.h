/* config_schema.h - a table says which keys a section has, one small function reads each type. */
#ifndef ZEROTRUNKD_CONFIG_SCHEMA_H
#define ZEROTRUNKD_CONFIG_SCHEMA_H

#include <stddef.h>
#include <yaml.h>
#include "config.h"

struct schema_key;

struct schema_reader {
    yaml_document_t document;
    struct config_report *report;
    char path[256]; /* of the key being read: trunks[0].cloud.listen */
};

typedef void schema_fn(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       void *field);

/* One item of a list: 0, or -1 when it is none. */
typedef int schema_item(const char *text, void *slot);

struct schema_choice {
    const char *name;
    uint32_t value;
};

struct schema_key {
    const char *name;
    schema_fn *read;
    size_t at; /* of the field in the section's struct */
    uint32_t is_required;
    uint32_t min, max;                   /* of a number; max: the bytes of a string's field */
    const struct schema_choice *choices; /* ended by a NULL name */
    const struct schema_key *keys;       /* of a section, ended by a NULL name */
    const char *want;                    /* what would be right, in words */
};

/* Of ztrunk_admission_limits and of struct config_admission (config_limits.c). */
extern const struct schema_key limits_keys[], admission_keys[];
/* Of a trunk and its cloud's side (config_yaml.c). */
extern const struct schema_key trunk_keys[], cloud_keys[];
/* Of our identity, and of whoever proves itself by TLS on either side (config_peer.c). */
extern const struct schema_key identity_keys[], peer_keys[], inside_tls_keys[];
/* Not in the file: the identity decides about reverse proof. */
#define REVERSE_UNSAID            UINT32_MAX
/* One row of a table of keys: its name, its reader, and its field; END is the last row. */
#define KEY(key, fn, type, field) .name = (key), .read = (fn), .at = offsetof(struct type, field)
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

/* Reads YAML text into r->document; the caller deletes it. -1: a complaint says why. */
int schema_load(struct schema_reader *r, const char *text, size_t len);
/* The row of that name in a table; NULL: none. */
const struct schema_key *schema_key_of(const struct schema_key *keys, const char *name);
/* What a mapping has under that name; NULL: nothing, or node is none. */
yaml_node_t *schema_child(struct schema_reader *r, const yaml_node_t *node, const char *name);
/* Reads a mapping into the struct at base: unknown, double and missing keys are complaints. */
void schema_section(struct schema_reader *r, yaml_node_t *node, const struct schema_key *keys,
                    void *base);
/* The text of a scalar without NUL in it; else a complaint and NULL. */
const char *schema_text(struct schema_reader *r, yaml_node_t *node, const char *want);
void schema_complain(struct schema_reader *r, const yaml_node_t *node, const char *want);

/* A list of at most key->max items, or the one that a scalar is. The caller frees; NULL: no
 * memory, which is told. */
void *schema_read_many(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       schema_item *parse, size_t item_size, uint32_t *count);
/* Every item of a list into the same slot. */
void schema_read_each(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      schema_item *parse, void *slot);

schema_fn schema_read_section, schema_read_string, schema_read_text, schema_read_number,
    schema_read_flag, schema_read_choice, schema_read_addr, schema_read_ip, schema_read_host,
    schema_read_hostport, schema_read_ports, schema_read_prefixes, schema_read_names,
    schema_read_addrs, schema_read_suites, schema_read_codecs, schema_read_headers,
    schema_read_rules, schema_read_toll, schema_read_ranges, schema_read_profile, schema_read_facts,
    schema_read_digest;

/* A cloud profile (config_profile.c): what the trunk at node would have, were all that it leaves
 * out said by the profile that it names. Read before the trunk itself, whose keys then replace it.
 */
void schema_preset_profile(struct schema_reader *r, const yaml_node_t *node,
                           struct config_trunk *trunk);

#endif
