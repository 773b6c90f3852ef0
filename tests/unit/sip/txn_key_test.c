#include "sip/txn_key.h"

#include "sip_sim.h"
#include "unit.h"

static const uint8_t seed[32] = {13};

static uint32_t same(zti_key_kind kind, uint64_t flow, sim_spec a, sim_spec b)
{
    ztrunk_ctx *ctx;
    zti_buf key[2];
    uint32_t is_same;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    for (int i = 0; i < 2; i++) {
        ztrunk_sip_msg *m = sim_request(ctx, i == 0 ? a : b);

        key[i] = zti_buf_of(ctx, 4096);
        ck_assert_int_eq(zti_txn_key(&key[i], kind, i == 0 ? 1 : flow, m, ZTI_STR("INVITE")),
                         ZTRUNK_OK);
        ztrunk_sip_msg_free(m);
    }
    is_same = zti_str_eq(zti_buf_view(&key[0]), zti_buf_view(&key[1]));
    zti_buf_free(&key[0]);
    zti_buf_free(&key[1]);
    ztrunk_ctx_free(ctx);
    return is_same;
}

START_TEST(each_part_of_a_key_tells_transactions_apart)
{
    sim_spec base = {0};

    ck_assert(same(ZTI_KEY_SERVER, 1, base, base));
    ck_assert(!same(ZTI_KEY_SERVER, 2, base, base));
    ck_assert(!same(ZTI_KEY_SERVER, 1, base, (sim_spec){.branch = "z9hG4bK2"}));
    ck_assert(!same(ZTI_KEY_SERVER, 1, base, (sim_spec){.branch = "Z9HG4BK1"}));
    ck_assert(!same(ZTI_KEY_SERVER, 1, base, (sim_spec){.call = "call2"}));
    ck_assert(!same(ZTI_KEY_SERVER, 1, base, (sim_spec){.from_tag = "a"}));
    ck_assert(!same(ZTI_KEY_SERVER, 1, base, (sim_spec){.cseq = 11}));
    ck_assert(same(ZTI_KEY_SERVER, 1, base, (sim_spec){.method = "ACK", .to_tag = "b"}));
}
END_TEST

START_TEST(parts_cannot_lean_into_one_another)
{
    ck_assert(!same(ZTI_KEY_MERGE, 1, (sim_spec){.call = "c1:", .from_tag = "a"},
                    (sim_spec){.call = "c", .from_tag = "1:a"}));
}
END_TEST

START_TEST(merge_key_knows_no_branch)
{
    ck_assert(same(ZTI_KEY_MERGE, 1, (sim_spec){0}, (sim_spec){.branch = "z9hG4bK2"}));
    ck_assert(!same(ZTI_KEY_MERGE, 1, (sim_spec){0}, (sim_spec){.cseq = 2}));
}
END_TEST

UNIT_MAIN("sip/txn_key", each_part_of_a_key_tells_transactions_apart,
          parts_cannot_lean_into_one_another, merge_key_knows_no_branch)
