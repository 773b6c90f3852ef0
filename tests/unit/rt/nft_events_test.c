#include "rt/nft_events.h"

#include "nft_rig.h"

static zti_nft_events e;
static zti_nft_link own;

static void begin(void)
{
    static const uint8_t seed[32] = {4};
    zti_nft_refusal why;

    rig_enter();
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_link_open(&own, &why), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_events_open(&e, zti_nft_link_port(&own)), ZTRUNK_OK);
}

static void end(void)
{
    zti_nft_events_close(&e);
    zti_nft_events_close(&e);
    zti_nft_link_close(&own);
    ztrunk_ctx_free(ctx);
}

static void change_by(zti_nft_link *l, const char *table)
{
    zti_nft_batch b;
    zti_nft_refusal why;

    ck_assert_int_eq(zti_nft_batch_init(&b, ctx, 4096), ZTRUNK_OK);
    zti_nft_batch_begin(&b);
    zti_nft_msg(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE, table);
    zti_nft_msg(&b, NFT_MSG_DELTABLE, 0, table);
    zti_nft_msg(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE, table);
    ck_assert_int_eq(zti_nft_batch_end(&b), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_link_send(l, b.data, b.len, &why), ZTRUNK_OK);
    zti_nft_batch_free(&b);
}

START_TEST(another_s_change_of_our_table_is_told)
{
    begin();
    rig_other(NFT_MSG_NEWTABLE, "ours");
    ck_assert_int_eq(rig_waits(e.fd, POLLIN), 0);
    ck_assert_uint_eq(zti_nft_events_read(&e, "ours"), 1);
    ck_assert_uint_eq(zti_nft_events_read(&e, "ours"), 0);
    rig_other(NFT_MSG_DELTABLE, "ours");
    ck_assert_uint_eq(zti_nft_events_read(&e, "ours"), 1);
    end();
}
END_TEST

START_TEST(our_own_change_wakes_nobody)
{
    begin();
    for (uint32_t i = 0; i < 100; i++) change_by(&own, "ours");
    ck_assert_int_eq(rig_waits(e.fd, POLLIN), 1);
    ck_assert_uint_eq(zti_nft_events_read(&e, "ours"), 0);
    end();
}
END_TEST

START_TEST(a_change_of_another_table_is_read_and_is_none_of_ours)
{
    begin();
    rig_other(NFT_MSG_NEWTABLE, "our");
    rig_other(NFT_MSG_NEWTABLE, "ours2");
    ck_assert_int_eq(rig_waits(e.fd, POLLIN), 0);
    ck_assert_uint_eq(zti_nft_events_read(&e, "ours"), 0);
    ck_assert_int_eq(rig_waits(e.fd, POLLIN), 1);
    end();
}
END_TEST

START_TEST(lost_events_count_as_a_change)
{
    int bytes = 1;

    begin();
    ck_assert_int_eq(setsockopt(mnl_socket_get_fd(e.socket), SOL_SOCKET, SO_RCVBUF, &bytes,
                                sizeof bytes),
                     0);
    for (uint32_t i = 0; i < 100; i++) {
        rig_other(NFT_MSG_NEWTABLE, "another");
        rig_other(NFT_MSG_DELTABLE, "another");
    }
    ck_assert_uint_eq(zti_nft_events_read(&e, "ours"), 1);
    ck_assert_uint_eq(zti_nft_events_read(&e, "ours"), 0);
    end();
}
END_TEST

START_TEST(the_timer_wakes_once)
{
    struct pollfd p = {.events = POLLIN};

    begin();
    p.fd = e.fd;
    zti_nft_events_wake(&e, 1000);
    ck_assert_int_eq(poll(&p, 1, 5000), 1);
    ck_assert_uint_eq(zti_nft_events_read(&e, "ours"), 0);
    ck_assert_int_eq(rig_waits(e.fd, POLLIN), 1);
    end();
}
END_TEST

NFT_MAIN("rt/nft_events", lost_events_count_as_a_change, another_s_change_of_our_table_is_told,
         our_own_change_wakes_nobody, a_change_of_another_table_is_read_and_is_none_of_ours,
         the_timer_wakes_once)
