/* One small function per type of value. */
#include "config_schema.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void read_bounded(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                         char *field)
{
    const char *text = schema_text(r, node, key->want);

    if (text == NULL) return;
    if (*text == 0 || strlen(text) >= key->max) {
        schema_complain(r, node, key->want);
        return;
    }
    memcpy(field, text, strlen(text) + 1);
}

void schema_read_string(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    const char *text = schema_text(r, node, key->want);

    if (text == NULL) return;
    for (const char *p = text; *p != 0; p++) {
        if (isalnum((unsigned char)*p) || strchr("-_.", *p) != NULL) continue;
        schema_complain(r, node, key->want);
        return;
    }
    read_bounded(r, node, key, field);
}

void schema_read_text(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      void *field)
{
    read_bounded(r, node, key, field);
}

/* Decimal digits only: no sign, no base, no wrap. */
static int parse_number(const char *text, uint32_t max, uint32_t *out)
{
    uint64_t value = 0;

    if (*text == 0 || strlen(text) > 10) return -1;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9') return -1;
        value = value * 10 + (uint64_t)(*text - '0');
    }
    if (value > max) return -1;
    *out = (uint32_t)value;
    return 0;
}

void schema_read_number(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    const char *text = schema_text(r, node, key->want);
    uint32_t value;
    char want[128];

    if (text == NULL) return;
    if (parse_number(text, key->max, &value) == 0 && value >= key->min) {
        *(uint32_t *)field = value;
        return;
    }
    snprintf(want, sizeof want, "%s from %u to %u", key->want, key->min, key->max);
    schema_complain(r, node, want);
}

void schema_read_flag(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      void *field)
{
    const char *text = schema_text(r, node, "true or false");

    (void)key;
    if (text == NULL) return;
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        schema_complain(r, node, "true or false");
        return;
    }
    *(uint32_t *)field = strcmp(text, "true") == 0;
}

void schema_read_choice(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    const char *text = schema_text(r, node, "one word");
    char want[256];
    size_t used;

    if (text == NULL) return;
    used = (size_t)snprintf(want, sizeof want, "one of");
    for (const struct schema_choice *c = key->choices; c->name != NULL; c++) {
        if (strcmp(text, c->name) == 0) {
            *(uint32_t *)field = c->value;
            return;
        }
        if (used < sizeof want)
            used += (size_t)snprintf(want + used, sizeof want - used, " %s%s", c->name,
                                     c[1].name != NULL ? "," : "");
    }
    schema_complain(r, node, want);
}

void schema_read_addr(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      void *field)
{
    const char *text = schema_text(r, node, key->want);
    ztrunk_addr addr;

    if (text == NULL) return;
    if (ztrunk_addr_parse(text, strlen(text), &addr) != ZTRUNK_OK || addr.port == 0) {
        schema_complain(r, node, key->want);
        return;
    }
    *(ztrunk_addr *)field = addr;
}

void schema_read_ip(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                    void *field)
{
    const char *text = schema_text(r, node, key->want);
    ztrunk_addr addr;

    if (text == NULL) return;
    if (ztrunk_addr_parse(text, strlen(text), &addr) != ZTRUNK_OK || addr.port != 0) {
        schema_complain(r, node, key->want);
        return;
    }
    *(ztrunk_addr *)field = addr;
}

/* RFC 1123 2.1: letters, digits and hyphens between dots. */
static int is_host(const char *text, size_t len)
{
    size_t label = 0;

    if (len == 0 || len > 253) return 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '.' && label == 0) return 0;
        label = c == '.' ? 0 : label + 1;
        if (label > 63 || (c == '-' && label == 1)) return 0;
        if (c != '.' && c != '-' && !isalnum((unsigned char)c)) return 0;
    }
    return label > 0 && text[len - 1] != '-';
}

static void lower(char *to, const char *from, size_t len)
{
    for (size_t i = 0; i < len; i++) to[i] = (char)tolower((unsigned char)from[i]);
    to[len] = 0;
}

void schema_read_host(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      void *field)
{
    const char *text = schema_text(r, node, key->want);
    ztrunk_addr addr;

    if (text == NULL) return;
    if (!is_host(text, strlen(text)) || ztrunk_addr_parse(text, strlen(text), &addr) == ZTRUNK_OK) {
        schema_complain(r, node, key->want);
        return;
    }
    lower(field, text, strlen(text));
}

static int parse_hostport(const char *text, struct config_hostport *out)
{
    const char *colon = strrchr(text, ':');
    size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
    uint32_t port = 0;
    ztrunk_addr addr;

    if (ztrunk_addr_parse(text, strlen(text), &addr) == ZTRUNK_OK) {
        out->port = addr.port;
        addr.port = 0;
        return ztrunk_addr_format(&addr, out->host, sizeof out->host, &len) == ZTRUNK_OK ? 0 : -1;
    }
    if (colon != NULL && (parse_number(colon + 1, 65535, &port) != 0 || port == 0)) return -1;
    if (!is_host(text, len)) return -1;
    lower(out->host, text, len);
    out->port = (uint16_t)port;
    return 0;
}

void schema_read_hostport(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                          void *field)
{
    const char *text = schema_text(r, node, key->want);

    if (text == NULL) return;
    if (parse_hostport(text, field) != 0) schema_complain(r, node, key->want);
}

void schema_read_ports(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       void *field)
{
    const char *text = schema_text(r, node, key->want);
    const char *dash = text != NULL ? strchr(text, '-') : NULL;
    struct config_ports *ports = field;
    uint32_t first = 0, last = 0;
    char word[8] = "";

    if (text == NULL) return;
    if (dash != NULL && dash - text < (ptrdiff_t)sizeof word) {
        memcpy(word, text, (size_t)(dash - text));
        word[dash - text] = 0;
    }
    if (parse_number(word, 65535, &first) != 0 || parse_number(dash + 1, 65535, &last) != 0 ||
        first < 1024 || first % 2 != 0 || last % 2 != 1 || first > last) {
        schema_complain(r, node, key->want);
        return;
    }
    ports->first = (uint16_t)first;
    ports->last = (uint16_t)last;
}
