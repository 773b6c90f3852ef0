#include "rt/nft_msg.h"

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "base/mem.h"

#define MAX_BYTES ((size_t)64 << 20)
/* At least: the two heads of a message, or that of an attribute and the padding behind it. */
#define HEADS     32u

int32_t zti_nft_batch_init(zti_nft_batch *b, ztrunk_ctx *ctx, size_t cap)
{
    *b = (zti_nft_batch){.ctx = ctx, .data = zti_calloc(ctx, cap), .cap = cap};
    return b->data != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

void zti_nft_batch_free(zti_nft_batch *b)
{
    zti_free(b->ctx, b->data);
}

static struct nlmsghdr *open_msg(const zti_nft_batch *b)
{
    return (struct nlmsghdr *)(void *)(b->data + b->msg);
}

static uint32_t has_room(zti_nft_batch *b, size_t more)
{
    size_t cap = b->cap;
    uint8_t *data;

    if (b->err != ZTRUNK_OK) return 0;
    if (more <= b->cap - b->len) return 1;
    b->err = ZTRUNK_E_LIMIT;
    if (more > MAX_BYTES || b->len > MAX_BYTES - more) return 0;
    while (cap < b->len + more) cap *= 2;
    b->err = ZTRUNK_E_NOMEM;
    data = zti_rearray(b->ctx, b->data, cap, 1);
    if (data == NULL) return 0;
    b->data = data;
    b->cap = cap;
    b->err = ZTRUNK_OK;
    return 1;
}

/* nf_tables' types are of its subsystem; the batch's own two stand below all of those. */
static void begin_msg(zti_nft_batch *b, uint16_t type, uint16_t flags, uint8_t family, uint16_t res)
{
    struct nlmsghdr *nlh;
    struct nfgenmsg *head;

    if (!has_room(b, HEADS)) return;
    b->msg = b->len;
    nlh = mnl_nlmsg_put_header(open_msg(b));
    nlh->nlmsg_type = type;
    nlh->nlmsg_flags = NLM_F_REQUEST | flags;
    nlh->nlmsg_seq = ++b->seq;
    head = mnl_nlmsg_put_extra_header(nlh, sizeof *head);
    head->nfgen_family = family;
    head->version = NFNETLINK_V0;
    head->res_id = htons(res);
    b->len = b->msg + nlh->nlmsg_len;
}

void zti_nft_batch_begin(zti_nft_batch *b)
{
    b->len = b->msg = 0;
    b->seq = 0;
    b->err = ZTRUNK_OK;
    begin_msg(b, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
}

int32_t zti_nft_batch_end(zti_nft_batch *b)
{
    begin_msg(b, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
    return b->err;
}

void zti_nft_msg(zti_nft_batch *b, uint16_t type, uint16_t flags, const char *table)
{
    begin_msg(b, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), flags, NFPROTO_INET, 0);
    /* Each kind of message has its table in its own first attribute. */
    zti_nft_text(b, NFTA_TABLE_NAME, table);
}

void zti_nft_put(zti_nft_batch *b, uint16_t type, const void *data, size_t len)
{
    if (!has_room(b, HEADS + len)) return;
    mnl_attr_put(open_msg(b), type, len, data);
    b->len = b->msg + open_msg(b)->nlmsg_len;
}

void zti_nft_text(zti_nft_batch *b, uint16_t type, const char *text)
{
    zti_nft_put(b, type, text, strlen(text) + 1);
}

void zti_nft_be32(zti_nft_batch *b, uint16_t type, uint32_t value)
{
    value = htonl(value);
    zti_nft_put(b, type, &value, sizeof value);
}

void zti_nft_be64(zti_nft_batch *b, uint16_t type, uint64_t value)
{
    value = htobe64(value);
    zti_nft_put(b, type, &value, sizeof value);
}

size_t zti_nft_nest(zti_nft_batch *b, uint16_t type)
{
    size_t nest = b->len;

    if (!has_room(b, HEADS)) return nest;
    mnl_attr_nest_start(open_msg(b), type);
    b->len = b->msg + open_msg(b)->nlmsg_len;
    return nest;
}

size_t zti_nft_nest_len(const zti_nft_batch *b, size_t nest)
{
    return b->len - nest;
}

void zti_nft_nest_end(zti_nft_batch *b, size_t nest)
{
    if (b->err != ZTRUNK_OK) return;
    if (b->len - nest > UINT16_MAX)
        b->err = ZTRUNK_E_LIMIT;
    else
        mnl_attr_nest_end(open_msg(b), (struct nlattr *)(void *)(b->data + nest));
}

static const struct kind {
    const char *name;
    uint16_t attribute; /* that names the object */
} kinds[] = {
    [NFT_MSG_NEWTABLE] = {"table", NFTA_TABLE_NAME},
    [NFT_MSG_DELTABLE] = {"table", NFTA_TABLE_NAME},
    [NFT_MSG_NEWCHAIN] = {"chain", NFTA_CHAIN_NAME},
    [NFT_MSG_NEWRULE] = {"rule in chain", NFTA_RULE_CHAIN},
    [NFT_MSG_NEWSET] = {"set", NFTA_SET_NAME},
    [NFT_MSG_NEWSETELEM] = {"element of set", NFTA_SET_ELEM_LIST_SET},
    [NFT_MSG_DELSETELEM] = {"element taken from set", NFTA_SET_ELEM_LIST_SET},
};

const char *zti_nft_text_of(const struct nlmsghdr *nlh, uint16_t type)
{
    const struct nlattr *a = mnl_nlmsg_get_payload_offset(nlh, sizeof(struct nfgenmsg));
    const char *end = mnl_nlmsg_get_payload_tail(nlh);

    for (; mnl_attr_ok(a, (int)(end - (const char *)a)); a = mnl_attr_next(a))
        if (mnl_attr_get_type(a) == type)
            return mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0 ? mnl_attr_get_str(a) : "";
    return "";
}

static const struct nlmsghdr *msg_of(const zti_nft_batch *b, uint32_t seq)
{
    const struct nlmsghdr *nlh = (const struct nlmsghdr *)(const void *)b->data;
    int left = (int)b->len;

    while (mnl_nlmsg_ok(nlh, left)) {
        if (nlh->nlmsg_seq == seq) return nlh;
        nlh = mnl_nlmsg_next(nlh, &left);
    }
    return NULL;
}

void zti_nft_describe(const zti_nft_batch *b, uint32_t seq, char *text, size_t cap)
{
    const struct nlmsghdr *nlh = msg_of(b, seq);
    size_t type = nlh != NULL ? nlh->nlmsg_type & 0xff : 0;

    if (nlh == NULL || nlh->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES ||
        type >= sizeof kinds / sizeof kinds[0] || kinds[type].name == NULL)
        snprintf(text, cap, "nf_tables");
    else
        snprintf(text, cap, "%s %s", kinds[type].name, zti_nft_text_of(nlh, kinds[type].attribute));
}
