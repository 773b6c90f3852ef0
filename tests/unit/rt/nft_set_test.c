#include "rt/nft_set.h"

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include "unit.h"

enum { MAX = 8192 };

typedef struct element {
    uint8_t key[36];
    uint32_t len, flags;
    uint64_t ms;
} element;

static ztrunk_ctx *ctx;
static zti_nft_batch b;
static element seen[MAX];
static uint32_t count, messages;

static void begin(void)
{
    static const uint8_t seed[32] = {4};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_batch_init(&b, ctx, 64), ZTRUNK_OK);
    zti_nft_batch_begin(&b);
}

static void end(void)
{
    zti_nft_batch_free(&b);
    ztrunk_ctx_free(ctx);
}

/* The attributes of a nest, as the kernel walks them. */
static const struct nlattr *first_in(const struct nlattr *nest)
{
    return mnl_attr_get_payload(nest);
}

static int is_in(const struct nlattr *a, const struct nlattr *nest)
{
    return (const char *)a < (const char *)nest + nest->nla_len;
}

static void read_element(const struct nlattr *nest)
{
    element *e = &seen[count++];

    ck_assert_uint_le(count, MAX);
    *e = (element){.len = 0};
    for (const struct nlattr *a = first_in(nest); is_in(a, nest); a = mnl_attr_next(a)) {
        if (mnl_attr_get_type(a) == NFTA_SET_ELEM_FLAGS) e->flags = ntohl(mnl_attr_get_u32(a));
        if (mnl_attr_get_type(a) == NFTA_SET_ELEM_TIMEOUT) e->ms = be64toh(mnl_attr_get_u64(a));
        if (mnl_attr_get_type(a) != NFTA_SET_ELEM_KEY) continue;
        e->len = mnl_attr_get_payload_len(first_in(a));
        memcpy(e->key, mnl_attr_get_payload(first_in(a)), e->len);
    }
}

/* What the batch has for one set. */
static void read_batch(uint16_t type, const char *set)
{
    const struct nlmsghdr *nlh = (const struct nlmsghdr *)(const void *)b.data;
    int left;

    ck_assert_int_eq(zti_nft_batch_end(&b), ZTRUNK_OK);
    left = (int)b.len;
    count = messages = 0;
    for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
        const struct nlattr *a;

        if (nlh->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | type)) continue;
        ck_assert_str_eq(zti_nft_text_of(nlh, NFTA_SET_ELEM_LIST_SET), set);
        messages++;
        a = mnl_nlmsg_get_payload_offset(nlh, sizeof(struct nfgenmsg));
        a = mnl_attr_next(mnl_attr_next(a));
        for (const struct nlattr *e = first_in(a); is_in(e, a); e = mnl_attr_next(e))
            read_element(e);
    }
}

START_TEST(a_key_pads_each_field_to_four_bytes)
{
    static const uint8_t v4[12] = {10, 0, 0, 9, 192, 0, 2, 1, 0x27, 0x11, 0, 0};
    static const uint8_t open4[8] = {192, 0, 2, 1, 0x27, 0x11, 0, 0};
    ztrunk_addr source = {.family = 4, .port = 9999, .ip = {10, 0, 0, 9}};
    ztrunk_addr local = {.family = 4, .port = 10001, .ip = {192, 0, 2, 1}};
    uint8_t key[36], v6[36] = {0};

    ck_assert_uint_eq(zti_nft_key(ZTI_NFT_HOLES, &source, &local, key), 12);
    ck_assert_mem_eq(key, v4, 12);
    ck_assert_uint_eq(zti_nft_key(ZTI_NFT_OPEN, &source, &local, key), 8);
    ck_assert_mem_eq(key, open4, 8);
    ck_assert_uint_eq(zti_nft_key(ZTI_NFT_BLOCKED, &source, &local, key), 4);
    ck_assert_mem_eq(key, v4, 4);
    source = (ztrunk_addr){.family = 6, .ip = {1, [15] = 2}};
    local = (ztrunk_addr){.family = 6, .port = 0x1234, .ip = {3, [15] = 4}};
    v6[0] = 1, v6[15] = 2, v6[16] = 3, v6[31] = 4, v6[32] = 0x12, v6[33] = 0x34;
    ck_assert_uint_eq(zti_nft_key(ZTI_NFT_HOLES + 1, &source, &local, key), 36);
    ck_assert_mem_eq(key, v6, 36);
    ck_assert_uint_eq(zti_nft_key(ZTI_NFT_OPEN + 1, &source, &local, key), 20);
    ck_assert_mem_eq(key, v6 + 16, 20);
}
END_TEST

START_TEST(an_interval_ends_behind_its_last_address)
{
    const zti_ip_span spans[] = {{{0, 5}, {0, 5}}, {{0, 0xfffffff0}, {0, 0xffffffff}}};
    static const uint8_t keys[3][4] = {{0, 0, 0, 5}, {0, 0, 0, 6}, {255, 255, 255, 240}};

    begin();
    zti_nft_spans_put(&b, "t", ZTI_NFT_MEDIA, spans, 2);
    read_batch(NFT_MSG_NEWSETELEM, "media4");
    ck_assert_uint_eq(count, 3); /* behind the last address of all there is nothing */
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(seen[i].len, 4);
        ck_assert_mem_eq(seen[i].key, keys[i], 4);
        ck_assert_uint_eq(seen[i].flags, i == 1 ? NFT_SET_ELEM_INTERVAL_END : 0);
        ck_assert_uint_eq(seen[i].ms, 0);
    }
    end();
}
END_TEST

START_TEST(many_elements_take_many_messages_and_none_is_lost)
{
    enum { MANY = 5000 };
    zti_nft_elems e;

    begin();
    e = zti_nft_elems_of(&b, "t", ZTI_NFT_HOLES + 1, NFT_MSG_NEWSETELEM);
    for (uint32_t i = 0; i < MANY; i++) {
        uint8_t key[36] = {(uint8_t)(i >> 8), (uint8_t)i};

        zti_nft_elem(&e, key, sizeof key, 0, UINT64_C(1000000) * i + 1);
    }
    zti_nft_elems_end(&e);
    read_batch(NFT_MSG_NEWSETELEM, "holes6");
    ck_assert_uint_eq(count, MANY);
    ck_assert_uint_gt(messages, 1);
    for (uint32_t i = 0; i < MANY; i++) {
        ck_assert_uint_eq(seen[i].key[0] * 256u + seen[i].key[1], i);
        ck_assert_uint_eq(seen[i].ms, i + 1); /* never less than asked for */
    }
    end();
}
END_TEST

START_TEST(no_elements_make_no_message)
{
    zti_nft_elems e;

    begin();
    e = zti_nft_elems_of(&b, "t", ZTI_NFT_OPEN, NFT_MSG_DELSETELEM);
    zti_nft_elems_end(&e);
    zti_nft_spans_put(&b, "t", ZTI_NFT_MEDIA, NULL, 0);
    read_batch(NFT_MSG_DELSETELEM, "");
    ck_assert_uint_eq(messages, 0);
    ck_assert_uint_eq(b.seq, 2);
    end();
}
END_TEST

UNIT_MAIN("rt/nft_set", an_interval_ends_behind_its_last_address,
          many_elements_take_many_messages_and_none_is_lost, no_elements_make_no_message,
          a_key_pads_each_field_to_four_bytes)
