#include "rt/nft_msg.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include "fail_ctx.h"
#include "unit.h"

static ztrunk_ctx *ctx;
static zti_nft_batch b;
static fail_ctx memory;

static void begin(size_t cap)
{
    memory = (fail_ctx){.fail_at = 0};
    ck_assert_int_eq(fail_ctx_new(&memory, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_batch_init(&b, ctx, cap), ZTRUNK_OK);
    zti_nft_batch_begin(&b);
}

static void end(void)
{
    zti_nft_batch_free(&b);
    ztrunk_ctx_free(ctx);
}

/* Walks the batch as the kernel does; how many messages there are, the two of the batch counted. */
static uint32_t count_messages(void)
{
    const struct nlmsghdr *nlh = (const struct nlmsghdr *)(const void *)b.data;
    uint32_t count = 0;
    int left = (int)b.len;

    for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
        ck_assert_uint_eq(nlh->nlmsg_seq, ++count);
        ck_assert_uint_ne(nlh->nlmsg_flags & NLM_F_REQUEST, 0);
    }
    ck_assert_int_eq(left, 0);
    return count;
}

START_TEST(a_batch_grows_while_a_nest_is_open)
{
    const struct nlmsghdr *nlh;
    const struct nlattr *a;
    char bytes[100];
    size_t nest;

    memset(bytes, 'x', sizeof bytes);
    begin(64);
    zti_nft_msg(&b, NFT_MSG_NEWSETELEM, NLM_F_CREATE, "t");
    nest = zti_nft_nest(&b, 3);
    for (uint32_t i = 0; i < 500; i++) zti_nft_put(&b, 1, bytes, i % 7 + 1);
    zti_nft_nest_end(&b, nest);
    ck_assert_int_eq(zti_nft_batch_end(&b), ZTRUNK_OK);
    ck_assert_uint_eq(count_messages(), 3);
    nlh = (const struct nlmsghdr *)(const void *)(b.data + 20); /* behind the beginning */
    ck_assert_uint_eq(nlh->nlmsg_type, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSETELEM);
    ck_assert_str_eq(zti_nft_text_of(nlh, NFTA_SET_ELEM_LIST_TABLE), "t");
    a = mnl_attr_next(mnl_nlmsg_get_payload_offset(nlh, sizeof(struct nfgenmsg)));
    ck_assert_uint_eq(mnl_attr_get_type(a), 3);
    ck_assert_uint_ne(a->nla_type & NLA_F_NESTED, 0);
    ck_assert_ptr_eq((const char *)a + MNL_ALIGN(a->nla_len), mnl_nlmsg_get_payload_tail(nlh));
    end();
}
END_TEST

START_TEST(a_nest_longer_than_its_length_can_say_is_an_error)
{
    char bytes[1024] = {0};
    size_t nest;

    for (uint32_t count = 63; count <= 64; count++) {
        begin(64);
        zti_nft_msg(&b, NFT_MSG_NEWSETELEM, 0, "t");
        nest = zti_nft_nest(&b, 3);
        for (uint32_t i = 0; i < count; i++) zti_nft_put(&b, 1, bytes, sizeof bytes - 4);
        zti_nft_put(&b, 1, bytes, sizeof bytes - 12);
        zti_nft_nest_end(&b, nest);
        ck_assert_int_eq(zti_nft_batch_end(&b), count == 63 ? ZTRUNK_OK : ZTRUNK_E_LIMIT);
        end();
    }
}
END_TEST

START_TEST(without_memory_nothing_is_written_and_the_error_stays)
{
    begin(64);
    memory.fail_at = memory.calls + 1;
    zti_nft_msg(&b, NFT_MSG_NEWTABLE, 0, "a name that does not fit in there any more");
    zti_nft_be64(&b, 1, 1);
    zti_nft_nest_end(&b, zti_nft_nest(&b, 1));
    zti_nft_text(&b, 1, "x");
    ck_assert_int_eq(zti_nft_batch_end(&b), ZTRUNK_E_NOMEM);
    ck_assert_uint_le(b.len, 64);
    zti_nft_batch_begin(&b); /* a new beginning */
    ck_assert_int_eq(zti_nft_batch_end(&b), ZTRUNK_OK);
    ck_assert_uint_eq(count_messages(), 2);
    end();
}
END_TEST

START_TEST(past_its_bound_a_batch_says_so)
{
    static char bytes[60000];

    begin(64);
    for (uint32_t i = 0; i < 1200; i++) {
        zti_nft_msg(&b, NFT_MSG_NEWSETELEM, 0, "t");
        zti_nft_put(&b, 1, bytes, sizeof bytes);
    }
    ck_assert_int_eq(zti_nft_batch_end(&b), ZTRUNK_E_LIMIT);
    ck_assert_uint_le(b.cap, (size_t)128 << 20);
    end();
}
END_TEST

START_TEST(numbers_are_in_network_order)
{
    const uint8_t want[] = {8, 0, 2, 0, 1, 2, 3, 4, 12, 0, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8};

    begin(64);
    zti_nft_msg(&b, NFT_MSG_NEWTABLE, 0, "t");
    zti_nft_be32(&b, 2, 0x01020304);
    zti_nft_be64(&b, 3, UINT64_C(0x0102030405060708));
    if (htonl(1) != 1) ck_assert_mem_eq(b.data + b.len - sizeof want, want, sizeof want);
    end();
}
END_TEST

START_TEST(a_refused_message_is_named)
{
    char text[32];

    begin(64);
    zti_nft_msg(&b, NFT_MSG_NEWTABLE, 0, "mine");
    zti_nft_msg(&b, NFT_MSG_DELSETELEM, 0, "mine");
    zti_nft_text(&b, NFTA_SET_ELEM_LIST_SET, "holes4");
    ck_assert_int_eq(zti_nft_batch_end(&b), ZTRUNK_OK);
    zti_nft_describe(&b, 2, text, sizeof text);
    ck_assert_str_eq(text, "table mine");
    zti_nft_describe(&b, 3, text, sizeof text);
    ck_assert_str_eq(text, "element taken from set holes4");
    zti_nft_describe(&b, 3, text, 8);
    ck_assert_str_eq(text, "element");
    for (uint32_t seq = 0; seq < 7; seq += seq == 1 ? 3 : 1) { /* the batch's own, and none */
        zti_nft_describe(&b, seq, text, sizeof text);
        ck_assert_str_eq(text, "nf_tables");
    }
    end();
}
END_TEST

UNIT_MAIN("rt/nft_msg", without_memory_nothing_is_written_and_the_error_stays,
          past_its_bound_a_batch_says_so, a_nest_longer_than_its_length_can_say_is_an_error,
          a_batch_grows_while_a_nest_is_open, numbers_are_in_network_order,
          a_refused_message_is_named)
