#include "rt/nft_link.h"

#include "nft_rig.h"

static zti_nft_link l;
static zti_nft_batch b;
static zti_nft_refusal why;

static void begin(void)
{
    static const uint8_t seed[32] = {4};

    rig_enter();
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_link_open(&l, &why), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_batch_init(&b, ctx, 64), ZTRUNK_OK);
    zti_nft_batch_begin(&b);
}

static int32_t send_batch(void)
{
    ck_assert_int_eq(zti_nft_batch_end(&b), ZTRUNK_OK);
    return zti_nft_link_send(&l, b.data, b.len, &why);
}

static void end(void)
{
    zti_nft_link_close(&l);
    zti_nft_link_close(&l);
    zti_nft_batch_free(&b);
    ztrunk_ctx_free(ctx);
}

static void put_set(const char *table, const char *name)
{
    zti_nft_msg(&b, NFT_MSG_NEWSET, NLM_F_CREATE, table);
    zti_nft_text(&b, NFTA_SET_NAME, name);
    zti_nft_be32(&b, NFTA_SET_ID, 1);
    zti_nft_be32(&b, NFTA_SET_KEY_LEN, 4);
}

START_TEST(a_batch_of_which_a_part_is_refused_does_nothing)
{
    begin();
    zti_nft_msg(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE, "whole");
    put_set("whole", "good");
    zti_nft_msg(&b, NFT_MSG_DELTABLE, 0, "of nobody");
    zti_nft_msg(&b, NFT_MSG_DELTABLE, 0, "of nobody either");
    ck_assert_int_eq(send_batch(), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(why.number, ENOENT);
    ck_assert_uint_eq(why.seq, 4); /* the batch's beginning is the first message */
    ck_assert_int_eq(rig_elements("whole", "good"), -1);
    zti_nft_batch_begin(&b); /* nothing of the refusal is left over */
    zti_nft_msg(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE, "whole");
    put_set("whole", "good");
    ck_assert_int_eq(send_batch(), ZTRUNK_OK);
    ck_assert_int_eq(why.number, 0);
    ck_assert_int_eq(rig_elements("whole", "good"), 0);
    end();
}
END_TEST

START_TEST(a_thousand_refusals_are_one)
{
    begin();
    for (uint32_t i = 0; i < 4000; i++) zti_nft_msg(&b, NFT_MSG_DELTABLE, 0, "of nobody");
    ck_assert_int_eq(send_batch(), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(why.number, ENOENT);
    ck_assert_uint_eq(why.seq, 2);
    zti_nft_batch_begin(&b);
    zti_nft_msg(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE, "whole");
    ck_assert_int_eq(send_batch(), ZTRUNK_OK);
    end();
}
END_TEST

START_TEST(a_batch_larger_than_the_system_s_bound_goes_as_one)
{
    begin();
    for (uint32_t i = 0; i < 300000; i++)
        zti_nft_msg(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE, "again and again");
    ck_assert_uint_gt(b.len, 12000000);
    ck_assert_int_eq(send_batch(), ZTRUNK_OK);
    end();
}
END_TEST

START_TEST(without_the_right_the_kernel_says_so)
{
    begin();
    ck_assert_int_eq(seteuid(65534), 0);
    zti_nft_msg(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE, "mine");
    ck_assert_int_eq(send_batch(), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(why.number, EPERM);
    ck_assert_int_eq(seteuid(0), 0);
    end();
}
END_TEST

NFT_MAIN("rt/nft_link", a_batch_of_which_a_part_is_refused_does_nothing,
         without_the_right_the_kernel_says_so, a_thousand_refusals_are_one,
         a_batch_larger_than_the_system_s_bound_goes_as_one)
