#include "sip/dialog.h"

#include "sip_sim.h"
#include "unit.h"

static ztrunk_ctx *ctx;
static ztrunk_dialogs *table;
static const uint8_t seed[32] = {8};

static void begin(uint32_t max, uint32_t forks)
{
    ztrunk_dialogs_opts opts = {.size = sizeof opts, .max = max, .max_forks = forks};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_dialogs_new(ctx, &opts, &table), ZTRUNK_OK);
}

static void end(void)
{
    ztrunk_dialogs_free(table);
    ztrunk_ctx_free(ctx);
}

static int32_t show(uint64_t now_ns, ztrunk_sip_msg *m, uint32_t outbound, uint64_t *id)
{
    int32_t err;

    ck_assert_ptr_nonnull(m);
    err = ztrunk_dialogs_observe(table, now_ns, 1, 5, m, outbound, id);
    ztrunk_sip_msg_free(m);
    return err;
}

/* A call that they made to us, up to our 2xx. */
static uint64_t called(const char *offer, const char *answer)
{
    ztrunk_sip_msg *invite = sim_request(ctx, (sim_spec){.body = offer});
    uint64_t id = 0;

    ck_assert_int_eq(ztrunk_dialogs_observe(table, 0, 1, 5, invite, 0, &id), ZTRUNK_OK);
    ck_assert_uint_eq(id, 0);
    ck_assert_int_eq(show(0, sim_response(invite, 200, "b1", answer), 1, &id), ZTRUNK_OK);
    ztrunk_sip_msg_free(invite);
    ck_assert_uint_ne(id, 0);
    return id;
}

static sim_spec within(const char *method, uint32_t cseq, const char *body)
{
    return (sim_spec){.method = method, .to_tag = "b1", .cseq = cseq, .body = body};
}

static ztrunk_dialog_info info_of(uint64_t id)
{
    ztrunk_dialog_info info = {.size = sizeof info};

    ck_assert_int_eq(ztrunk_dialogs_get_info(table, id, &info), ZTRUNK_OK);
    return info;
}

START_TEST(another_trunk_or_tag_finds_nothing)
{
    ztrunk_sip_msg *bye;
    uint64_t id, found = 0;

    begin(0, 0);
    id = called(SIM_SDP, SIM_SDP);
    bye = sim_request(ctx, within("BYE", 2, NULL));
    ck_assert_int_eq(ztrunk_dialogs_observe(table, 0, 2, 5, bye, 0, &found), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(ztrunk_dialogs_refusal(table), 481);
    ck_assert_int_eq(ztrunk_dialogs_find(table, 2, bye, 0, &found), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_dialogs_find(table, 1, bye, 0, &found), ZTRUNK_OK);
    ck_assert_uint_eq(found, id);
    ztrunk_sip_msg_free(bye);
    bye = sim_request(ctx, (sim_spec){.method = "BYE", .to_tag = "b2", .cseq = 2});
    ck_assert_int_eq(show(0, bye, 0, &found), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(info_of(id).state, ZTRUNK_DIALOG_CONFIRMED);
    end();
}
END_TEST

START_TEST(our_2xx_is_repeated_until_the_ack_and_no_longer)
{
    static const uint64_t at_ms[] = {500, 1500, 3500, 7500, 11500};
    ztrunk_sip_msg *m;
    uint64_t id, flow = 0, acked = 0;

    begin(0, 0);
    id = called(SIM_SDP, SIM_SDP);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(ztrunk_dialogs_deadline(table), at_ms[i] * SIM_MS);
        ck_assert_int_eq(ztrunk_dialogs_expire(table, at_ms[i] * SIM_MS), ZTRUNK_OK);
        m = sim_pull_dialog(ctx, table, &flow);
        ck_assert_uint_eq(sim_info(m).status, 200);
        ck_assert_uint_eq(flow, 5);
        ztrunk_sip_msg_free(m);
    }
    ck_assert_int_eq(show(12 * SIM_SEC, sim_request(ctx, within("ACK", 1, NULL)), 0, &acked),
                     ZTRUNK_OK);
    ck_assert_uint_eq(acked, id);
    /* A flood of ACKs is nothing new. */
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(show(12 * SIM_SEC, sim_request(ctx, within("ACK", 1, NULL)), 0, &acked),
                         ZTRUNK_OK);
        ck_assert_uint_eq(acked, 0);
    }
    (void)ztrunk_dialogs_expire(table, 100 * SIM_SEC);
    ck_assert_ptr_null(sim_pull_dialog(ctx, table, &flow));
    ck_assert_uint_eq(info_of(id).state, ZTRUNK_DIALOG_CONFIRMED);
    end();
}
END_TEST

START_TEST(missing_ack_is_told_once_and_leaves_the_dialog_for_bye)
{
    ztrunk_sip_msg *bye = NULL;
    uint64_t id, found = 0;
    uint32_t told = 0;
    ztrunk_event event;

    begin(0, 0);
    id = called(SIM_SDP, SIM_SDP);
    (void)ztrunk_dialogs_expire(table, 32 * SIM_SEC);
    while ((event = sim_dialog_event(table)).kind != ZTRUNK_EV_NONE)
        told += event.kind == ZTRUNK_EV_DIALOG_NO_ACK;
    ck_assert_uint_eq(told, 1);
    ck_assert_int_eq(ztrunk_dialogs_request(table, id, "BYE", 0, &bye), ZTRUNK_OK);
    ck_assert_int_eq(show(33 * SIM_SEC, bye, 1, &found), ZTRUNK_OK);
    ck_assert_uint_eq(info_of(id).state, ZTRUNK_DIALOG_ENDED);
    (void)ztrunk_dialogs_expire(table, 66 * SIM_SEC);
    ck_assert_uint_eq(ztrunk_dialogs_count(table), 0);
    ck_assert_uint_eq(ztrunk_dialogs_deadline(table), UINT64_MAX);
    end();
}
END_TEST

START_TEST(table_takes_its_bound_of_dialogs_and_of_invites)
{
    ztrunk_sip_msg *m[3];
    uint64_t id = 0;
    char call[3][8];

    begin(2, 0);
    for (uint32_t i = 0; i < 3; i++) {
        snprintf(call[i], sizeof call[i], "c%u", i);
        m[i] = sim_request(ctx, (sim_spec){.call = call[i]});
        ck_assert_int_eq(ztrunk_dialogs_observe(table, 0, 1, 5, m[i], 0, &id),
                         i < 2 ? ZTRUNK_OK : ZTRUNK_E_LIMIT);
    }
    ck_assert_uint_eq(ztrunk_dialogs_refusal(table), 503);
    for (uint32_t i = 0; i < 2; i++)
        ck_assert_int_eq(show(0, sim_response(m[i], 200, "b1", NULL), 1, &id), ZTRUNK_OK);
    /* 64*T1 later the INVITEs are forgotten, their dialogs are not. */
    (void)ztrunk_dialogs_expire(table, 32 * SIM_SEC);
    ck_assert_int_eq(ztrunk_dialogs_observe(table, 0, 1, 5, m[2], 0, &id), ZTRUNK_OK);
    ck_assert_int_eq(show(0, sim_response(m[2], 200, "b1", NULL), 1, &id), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(ztrunk_dialogs_count(table), 2);
    for (uint32_t i = 0; i < 3; i++) ztrunk_sip_msg_free(m[i]);
    end();
}
END_TEST

START_TEST(closed_dialog_is_gone_at_once)
{
    ztrunk_sip_msg *m = NULL;
    uint64_t id;

    begin(0, 0);
    id = called(SIM_SDP, SIM_SDP);
    ck_assert_int_eq(ztrunk_dialogs_request(table, id, "CANCEL", 0, &m), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_dialogs_request(table, id, "ACK", 0, &m), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_dialogs_close(table, id), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_dialogs_close(table, id), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_dialogs_request(table, id, "BYE", 0, &m), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_dialogs_set_flow(table, id, 9), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(ztrunk_dialogs_count(table), 0);
    end();
}
END_TEST

UNIT_MAIN("sip/dialog", another_trunk_or_tag_finds_nothing,
          our_2xx_is_repeated_until_the_ack_and_no_longer,
          missing_ack_is_told_once_and_leaves_the_dialog_for_bye,
          table_takes_its_bound_of_dialogs_and_of_invites, closed_dialog_is_gone_at_once)
