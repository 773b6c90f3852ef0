/* A call each way with the nth allocation failing, for every n: an error at most, never a crash, a
 * leak or a table that does not empty. */
#include "fail_ctx.h"
#include "sip_sim.h"
#include "unit.h"

static void show(ztrunk_dialogs *d, const ztrunk_sip_msg *m, uint32_t outbound, uint64_t *id)
{
    if (m != NULL) (void)ztrunk_dialogs_observe(d, 0, 1, 5, m, outbound, id);
}

static void they_call(ztrunk_ctx *ctx, ztrunk_txns *t, ztrunk_dialogs *d)
{
    ztrunk_sip_msg *invite = sim_request(ctx, (sim_spec){.body = SIM_SDP});
    ztrunk_sip_msg *ok = NULL, *ack, *bye = NULL;
    uint64_t txn = 0, id = 0, ours = 0;

    if (invite != NULL && sim_receive(t, 0, 5, 0, invite, &txn) == ZTRUNK_TXN_REQUEST) {
        show(d, invite, 0, &id);
        ok = sim_response(invite, 200, "b1", SIM_SDP);
    }
    show(d, ok, 1, &id);
    if (ok != NULL) (void)ztrunk_txns_respond(t, 0, txn, ok);
    (void)ztrunk_dialogs_expire(d, SIM_SEC);
    ack = sim_request(ctx, (sim_spec){.method = "ACK", .to_tag = "b1"});
    show(d, ack, 0, &ours);
    if (ztrunk_dialogs_request(d, id, "BYE", 0, &bye) == ZTRUNK_OK) {
        show(d, bye, 1, &ours);
        (void)ztrunk_txns_request(t, 0, 5, 0, SIM_VIA, bye, &ours);
    }
    ztrunk_sip_msg_free(invite);
    ztrunk_sip_msg_free(ok);
    ztrunk_sip_msg_free(ack);
    ztrunk_sip_msg_free(bye);
}

static void hear(ztrunk_txns *t, ztrunk_dialogs *d, const ztrunk_sip_msg *invite, uint32_t status,
                 const char *tag, uint64_t *id)
{
    ztrunk_sip_msg *m = sim_response(invite, status, tag, SIM_SDP);
    uint64_t txn = 0;

    if (m != NULL && sim_receive(t, 0, 5, 0, m, &txn) == ZTRUNK_TXN_RESPONSE) show(d, m, 0, id);
    ztrunk_sip_msg_free(m);
}

static void we_call(ztrunk_ctx *ctx, ztrunk_txns *t, ztrunk_dialogs *d, uint32_t final)
{
    ztrunk_sip_msg *invite = sim_request(ctx, (sim_spec){.call = "ours", .body = SIM_SDP});
    ztrunk_sip_msg *ack = NULL;
    uint64_t txn = 0, id = 0;

    if (invite == NULL) return;
    show(d, invite, 1, &id);
    if (ztrunk_txns_request(t, 0, 5, 0, SIM_VIA, invite, &txn) == ZTRUNK_OK) {
        hear(t, d, invite, 183, "b1", &id);
        (void)ztrunk_txns_cancel(t, 0, txn);
        hear(t, d, invite, final, "b1", &id);
    }
    if (ztrunk_dialogs_request(d, id, "ACK", 0, &ack) == ZTRUNK_OK) {
        (void)ztrunk_txns_send(t, 5, 0, SIM_VIA, ack);
        show(d, ack, 1, &id);
    }
    (void)ztrunk_dialogs_close(d, id);
    ztrunk_sip_msg_free(invite);
    ztrunk_sip_msg_free(ack);
}

static void run(ztrunk_ctx *ctx, uint32_t final)
{
    ztrunk_txns *t = NULL;
    ztrunk_dialogs *d = NULL;

    if (ztrunk_txns_new(ctx, NULL, &t) == ZTRUNK_OK &&
        ztrunk_dialogs_new(ctx, NULL, &d) == ZTRUNK_OK) {
        they_call(ctx, t, d);
        we_call(ctx, t, d, final);
        (void)ztrunk_txns_flow_failed(t, 0, 5);
        ck_assert_uint_eq(ztrunk_txns_count(t), 0);
        (void)ztrunk_dialogs_expire(d, 400 * SIM_SEC);
        ck_assert(ztrunk_dialogs_deadline(d) == UINT64_MAX ||
                  ztrunk_dialogs_expire(d, 500 * SIM_SEC) == ZTRUNK_OK);
        ck_assert(ztrunk_dialogs_deadline(d) == UINT64_MAX);
    }
    ztrunk_txns_free(t);
    ztrunk_dialogs_free(d);
}

static void fail_each(uint32_t final)
{
    uint32_t calls = 1;

    for (uint32_t n = 0; n <= calls; n++) {
        fail_ctx f = {.fail_at = n};
        ztrunk_ctx *ctx = NULL;

        if (fail_ctx_new(&f, &ctx) == ZTRUNK_OK) run(ctx, final);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
        if (n == 0) calls = f.calls;
    }
    ck_assert_uint_gt(calls, 100);
}

START_TEST(answered_calls_survive_each_failed_allocation)
{
    fail_each(200);
}
END_TEST

START_TEST(refused_calls_survive_each_failed_allocation)
{
    fail_each(487);
}
END_TEST

UNIT_MAIN("fail/sip_calls", answered_calls_survive_each_failed_allocation,
          refused_calls_survive_each_failed_allocation)
