#include "config_schema.h"
#include <stdio.h>
#include <string.h>

void schema_complain(struct schema_reader *r, const yaml_node_t *node, const char *want)
{
    const char *value = NULL;

    if (node->type == YAML_SCALAR_NODE) value = (const char *)node->data.scalar.value;
    config_complain(r->report, (uint32_t)node->start_mark.line + 1, r->path, value, want);
}

const char *schema_text(struct schema_reader *r, yaml_node_t *node, const char *want)
{
    const char *text;

    if (node->type != YAML_SCALAR_NODE) {
        schema_complain(r, node, want);
        return NULL;
    }
    text = (const char *)node->data.scalar.value;
    if (strlen(text) == node->data.scalar.length) return text;
    schema_complain(r, node, want);
    return NULL;
}

const struct schema_key *schema_key_of(const struct schema_key *keys, const char *name)
{
    for (; keys->name != NULL; keys++)
        if (strcmp(keys->name, name) == 0) return keys;
    return NULL;
}

static void complain_unknown(struct schema_reader *r, const yaml_node_t *name,
                             const struct schema_key *keys)
{
    char want[512];
    size_t used;

    used = (size_t)snprintf(want, sizeof want, "no such key here; there are");
    for (; keys->name != NULL && used < sizeof want; keys++)
        used += (size_t)snprintf(want + used, sizeof want - used, " %s%s", keys->name,
                                 keys[1].name != NULL ? "," : "");
    schema_complain(r, name, want);
}

static uint32_t is_double(const struct schema_reader *r, const yaml_node_t *map,
                          const yaml_node_pair_t *pair, const char *name)
{
    yaml_document_t *document = (yaml_document_t *)(uintptr_t)&r->document;

    for (const yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair; p++) {
        const yaml_node_t *key = yaml_document_get_node(document, p->key);

        if (key->type != YAML_SCALAR_NODE) continue;
        if (strcmp((const char *)key->data.scalar.value, name) == 0) return 1;
    }
    return 0;
}

static size_t path_push(struct schema_reader *r, const char *name)
{
    size_t len = strlen(r->path);

    snprintf(r->path + len, sizeof r->path - len, "%s%s", len > 0 ? "." : "", name);
    return len;
}

static void read_pair(struct schema_reader *r, const yaml_node_t *map, const yaml_node_pair_t *pair,
                      const struct schema_key *keys, void *base)
{
    yaml_node_t *name = yaml_document_get_node(&r->document, pair->key);
    yaml_node_t *value = yaml_document_get_node(&r->document, pair->value);
    const char *text = schema_text(r, name, "a key is plain text");
    const struct schema_key *key;
    size_t len;

    if (text == NULL) return;
    key = schema_key_of(keys, text);
    if (key == NULL) {
        complain_unknown(r, name, keys);
        return;
    }
    len = path_push(r, text);
    if (is_double(r, map, pair, text))
        schema_complain(r, name, "this key is given twice; keep one");
    else
        key->read(r, value, key, (char *)base + key->at);
    r->path[len] = 0;
}

yaml_node_t *schema_child(struct schema_reader *r, const yaml_node_t *node, const char *name)
{
    if (node == NULL || node->type != YAML_MAPPING_NODE) return NULL;
    for (const yaml_node_pair_t *p = node->data.mapping.pairs.start;
         p < node->data.mapping.pairs.top; p++) {
        const yaml_node_t *key = yaml_document_get_node(&r->document, p->key);

        if (key->type != YAML_SCALAR_NODE) continue;
        if (strcmp((const char *)key->data.scalar.value, name) == 0)
            return yaml_document_get_node(&r->document, p->value);
    }
    return NULL;
}

void schema_section(struct schema_reader *r, yaml_node_t *node, const struct schema_key *keys,
                    void *base)
{
    size_t len;

    if (node->type != YAML_MAPPING_NODE) {
        schema_complain(r, node, "a section of keys is wanted here");
        return;
    }
    for (const yaml_node_pair_t *p = node->data.mapping.pairs.start;
         p < node->data.mapping.pairs.top; p++)
        read_pair(r, node, p, keys, base);
    for (; keys->name != NULL; keys++) {
        if (!keys->is_required || schema_child(r, node, keys->name) != NULL) continue;
        len = path_push(r, keys->name);
        config_complain(r->report, (uint32_t)node->start_mark.line + 1, r->path, NULL,
                        "this key is missing and has no default");
        r->path[len] = 0;
    }
}

void schema_read_section(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                         void *field)
{
    schema_section(r, node, key->keys, field);
}

int schema_load(struct schema_reader *r, const char *text, size_t len)
{
    yaml_parser_t parser;
    int ok;

    if (!yaml_parser_initialize(&parser)) {
        config_complain(r->report, 0, "", NULL, "out of memory");
        return -1;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
    ok = yaml_parser_load(&parser, &r->document);
    if (!ok)
        config_complain(r->report, (uint32_t)parser.problem_mark.line + 1, "YAML", NULL,
                        parser.problem != NULL ? parser.problem : "out of memory");
    yaml_parser_delete(&parser);
    return ok ? 0 : -1;
}
