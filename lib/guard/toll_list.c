#include "guard/toll_list.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"

#define DEFAULT_MAX_PREFIXES 16384u

typedef struct node {
    uint32_t next[10]; /* 0: no prefix goes on so */
    uint32_t kind;     /* 0: no prefix ends here */
} node;

struct ztrunk_toll_list {
    ztrunk_ctx *ctx;
    uint32_t max_prefixes, count;
    node *nodes; /* the first two are the roots: as dialled, global */
    uint32_t used, cap;
};

static int32_t reserve(ztrunk_toll_list *list, uint32_t more)
{
    uint32_t cap = list->cap > 0 ? list->cap : 64;
    node *nodes;

    if (list->cap - list->used >= more) return ZTRUNK_OK;
    while (cap - list->used < more) {
        if (cap > UINT32_MAX / 2) return ZTRUNK_E_LIMIT;
        cap *= 2;
    }
    nodes = zti_rearray(list->ctx, list->nodes, cap, sizeof *nodes);
    if (nodes == NULL) return ZTRUNK_E_NOMEM;
    list->nodes = nodes;
    list->cap = cap;
    return ZTRUNK_OK;
}

static uint32_t new_node(ztrunk_toll_list *list)
{
    list->nodes[list->used] = (node){.kind = 0};
    return list->used++;
}

int32_t ztrunk_toll_list_new(ztrunk_ctx *ctx, const ztrunk_toll_list_opts *opts,
                             ztrunk_toll_list **out)
{
    ztrunk_toll_list_opts o;
    ztrunk_toll_list *list;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&o, sizeof o, opts);
    if (err != ZTRUNK_OK) return err;
    list = zti_calloc(ctx, sizeof *list);
    if (list == NULL) return ZTRUNK_E_NOMEM;
    list->ctx = zti_ctx_ref(ctx);
    list->max_prefixes = o.max_prefixes != 0 ? o.max_prefixes : DEFAULT_MAX_PREFIXES;
    err = reserve(list, 2);
    if (err != ZTRUNK_OK) goto out;
    (void)new_node(list);
    (void)new_node(list);
    *out = list;
    list = NULL;
out:
    ztrunk_toll_list_free(list);
    return err;
}

/* Room for the whole path was taken before. */
static uint32_t grow_path(ztrunk_toll_list *list, const zti_number *prefix)
{
    uint32_t at = prefix->is_global;

    for (uint32_t i = 0; i < prefix->len; i++) {
        uint32_t digit = (uint32_t)(prefix->digits[i] - '0');

        if (list->nodes[at].next[digit] == 0) list->nodes[at].next[digit] = new_node(list);
        at = list->nodes[at].next[digit];
    }
    return at;
}

int32_t ztrunk_toll_list_add(ztrunk_toll_list *list, uint32_t kind, const char *text, size_t len)
{
    zti_number prefix;
    uint32_t at;
    int32_t err;

    if (list == NULL || text == NULL) return ZTRUNK_E_INVALID;
    if (kind < ZTRUNK_TOLL_ALLOW || kind > ZTRUNK_TOLL_PREMIUM) return ZTRUNK_E_INVALID;
    err = zti_number_prefix((zti_str){text, len}, &prefix);
    if (err != ZTRUNK_OK) return err;
    if (list->count >= list->max_prefixes) return ZTRUNK_E_LIMIT;
    err = reserve(list, prefix.len);
    if (err != ZTRUNK_OK) return err;
    at = grow_path(list, &prefix);
    if (list->nodes[at].kind != 0) return ZTRUNK_E_STATE;
    list->nodes[at].kind = kind;
    list->count++;
    return ZTRUNK_OK;
}

uint32_t ztrunk_toll_list_count(const ztrunk_toll_list *list)
{
    return list != NULL ? list->count : 0;
}

static uint32_t is_premium_rate(const zti_number *number)
{
    return number->is_global && number->len >= 3 &&
           zti_str_eq((zti_str){number->digits, 3}, ZTI_STR("979"));
}

uint32_t zti_toll_list_look(const ztrunk_toll_list *list, const zti_number *number,
                            uint32_t *digits)
{
    const node *at = &list->nodes[number->is_global];
    uint32_t kind = at->kind, depth = 0;

    *digits = 0;
    while (depth < number->len) {
        uint32_t next = at->next[number->digits[depth] - '0'];

        if (next == 0) break;
        depth++;
        at = &list->nodes[next];
        if (at->kind == 0) continue;
        kind = at->kind;
        *digits = depth;
    }
    if (kind != ZTRUNK_TOLL_ALLOW || *digits >= 3 || !is_premium_rate(number)) return kind;
    *digits = 3;
    return ZTRUNK_TOLL_PREMIUM;
}

int32_t ztrunk_toll_list_find(const ztrunk_toll_list *list, const char *text, size_t len,
                              uint32_t *kind, uint32_t *digits)
{
    zti_number number;
    uint32_t found, depth;
    int32_t err;

    if (list == NULL || text == NULL || kind == NULL || digits == NULL) return ZTRUNK_E_INVALID;
    err = zti_number_read((zti_str){text, len}, &number);
    if (err != ZTRUNK_OK) return err;
    found = zti_toll_list_look(list, &number, &depth);
    if (found == 0) return ZTRUNK_E_NOTFOUND;
    *kind = found;
    *digits = depth;
    return ZTRUNK_OK;
}

void ztrunk_toll_list_free(ztrunk_toll_list *list)
{
    ztrunk_ctx *ctx;

    if (list == NULL) return;
    ctx = list->ctx;
    zti_free(ctx, list->nodes);
    zti_free(ctx, list);
    ztrunk_ctx_free(ctx);
}
