/* Lists of values: a YAML sequence, or one scalar where one is meant. */
#include "config_schema.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct list {
    schema_item *parse;
    uint8_t *items;
    size_t item_size;
    uint32_t max, *count;
};

static void read_item(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      const struct list *list)
{
    const char *text = schema_text(r, node, key->want);

    if (text == NULL) return;
    if (*list->count == list->max) {
        char want[96];

        snprintf(want, sizeof want, "no more than %u are taken", list->max);
        schema_complain(r, node, want);
        return;
    }
    if (list->parse(text, list->items + *list->count * list->item_size) != 0) {
        schema_complain(r, node, key->want);
        return;
    }
    ++*list->count;
}

static void read_list(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      const struct list *list)
{
    size_t len = strlen(r->path);
    uint32_t nth = 0;

    *list->count = 0;
    if (node->type != YAML_SEQUENCE_NODE) {
        read_item(r, node, key, list);
        return;
    }
    for (const yaml_node_item_t *i = node->data.sequence.items.start;
         i < node->data.sequence.items.top; i++, nth++) {
        snprintf(r->path + len, sizeof r->path - len, "[%u]", nth);
        read_item(r, yaml_document_get_node(&r->document, *i), key, list);
        r->path[len] = 0;
    }
}

static int item_prefix(const char *text, void *slot)
{
    return ztrunk_prefix_parse(text, strlen(text), slot) == ZTRUNK_OK ? 0 : -1;
}

static uint32_t items_of(const yaml_node_t *node)
{
    if (node->type != YAML_SEQUENCE_NODE) return 1;
    return (uint32_t)(node->data.sequence.items.top - node->data.sequence.items.start);
}

void *schema_read_many(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       schema_item *parse, size_t item_size, uint32_t *count)
{
    uint32_t room = items_of(node) < key->max ? items_of(node) : key->max;
    const struct list list = {parse, calloc(room + 1, item_size), item_size, key->max, count};

    *count = 0;
    if (list.items == NULL)
        schema_complain(r, node, "out of memory");
    else
        read_list(r, node, key, &list);
    return list.items;
}

void schema_read_each(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      schema_item *parse, void *slot)
{
    uint32_t count;
    const struct list list = {parse, slot, 0, UINT32_MAX, &count};

    read_list(r, node, key, &list);
}

void schema_read_prefixes(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                          void *field)
{
    struct config_prefixes *p = field;

    free(p->items);
    p->items = schema_read_many(r, node, key, item_prefix, sizeof p->items[0], &p->count);
    if (p->items == NULL) return;
    qsort(p->items, p->count, sizeof p->items[0], config_prefix_order);
}

static int item_addr(const char *text, void *slot)
{
    return ztrunk_addr_parse(text, strlen(text), slot) == ZTRUNK_OK ? 0 : -1;
}

void schema_read_addrs(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       void *field)
{
    struct config_addrs *a = field;
    const struct list list = {item_addr, (uint8_t *)a->items, sizeof a->items[0], CONFIG_MAX_ADDRS,
                              &a->count};

    read_list(r, node, key, &list);
}

/* Up to five digits; what stands behind them, or NULL. */
static const char *read_port(const char *text, uint16_t *port)
{
    uint32_t value = 0;
    const char *p = text;

    for (; *p >= '0' && *p <= '9' && p - text < 6; p++) value = value * 10 + (uint32_t)(*p - '0');
    if (p == text || value == 0 || value > 65535) return NULL;
    *port = (uint16_t)value;
    return p;
}

static int item_range(const char *text, void *slot)
{
    struct config_range *range = slot;
    const char *rest = read_port(text, &range->first);

    if (rest == NULL || *rest != '-') return -1;
    rest = read_port(rest + 1, &range->last);
    return rest != NULL && *rest == 0 && range->first <= range->last ? 0 : -1;
}

void schema_read_ranges(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    struct config_ranges *ranges = field;
    const struct list list = {item_range, (uint8_t *)ranges->items, sizeof ranges->items[0],
                              CONFIG_MAX_RANGES, &ranges->count};

    read_list(r, node, key, &list);
}

static int item_suite(const char *text, void *slot)
{
    uint32_t suite = ztrunk_suite_from_name(text, strlen(text));

    if (suite == ZTRUNK_SUITE_NONE) return -1;
    *(uint32_t *)slot = suite;
    return 0;
}

void schema_read_suites(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    struct config_suites *s = field;
    const struct list list = {item_suite, (uint8_t *)s->items, sizeof s->items[0],
                              CONFIG_MAX_SUITES, &s->count};

    read_list(r, node, key, &list);
    if (s->count == 0) schema_complain(r, node, key->want);
}

static int item_word(const char *text, void *slot, const char *extra)
{
    char *to = slot;
    size_t len = strlen(text);

    if (len == 0 || len >= CONFIG_HOST) return -1;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)text[i]) && strchr(extra, text[i]) == NULL) return -1;
    memcpy(to, text, len + 1);
    return 0;
}

static int item_name(const char *text, void *slot)
{
    char *to = slot;

    if (item_word(text, slot, "-.:[]") != 0) return -1;
    for (; *to != 0; to++) *to = (char)tolower((unsigned char)*to);
    return 0;
}

static int item_codec(const char *text, void *slot)
{
    return item_word(text, slot, "-._");
}

/* Only headers that carry no route, identity or credential of ours may be listed. */
static int item_header(const char *text, void *slot)
{
    if (tolower((unsigned char)text[0]) != 'x' || text[1] != '-' || text[2] == 0) return -1;
    return item_word(text, slot, "-_");
}

static void read_words(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       struct config_names *names, schema_item *parse)
{
    const struct list list = {parse, (uint8_t *)names->items, sizeof names->items[0],
                              CONFIG_MAX_NAMES, &names->count};

    read_list(r, node, key, &list);
}

void schema_read_names(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       void *field)
{
    read_words(r, node, key, field, item_name);
}

void schema_read_codecs(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    struct config_names *codecs = field;

    read_words(r, node, key, codecs, item_codec);
    if (codecs->count == 0) schema_complain(r, node, key->want);
}

void schema_read_headers(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                         void *field)
{
    read_words(r, node, key, field, item_header);
}
