/* 10^5 random events on one table of transactions and one of dialogs: nothing leaks, nothing is
 * left, and each id is told to have ended once. */
#include "sip_sim.h"
#include "unit.h"

enum { EVENTS = 100000, CALLS = 24, OPEN = 64 };

typedef struct storm {
    ztrunk_ctx *ctx;
    ztrunk_txns *t;
    ztrunk_dialogs *d;
    uint64_t now_ns, rng;
    uint64_t began, ended;
    struct {
        uint64_t id, flow;
        ztrunk_sip_msg *m; /* the request as it was sent or received */
        uint32_t is_ours;
    } open[OPEN];
    uint64_t dialogs[OPEN];
} storm;

static uint32_t pick(storm *s, uint32_t below)
{
    s->rng = s->rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(s->rng >> 33) % below;
}

static void remember(storm *s, uint64_t id, uint64_t flow, ztrunk_sip_msg *m, uint32_t is_ours)
{
    uint32_t at = pick(s, OPEN);

    ztrunk_sip_msg_free(s->open[at].m);
    s->open[at].id = id;
    s->open[at].flow = flow;
    s->open[at].m = m;
    s->open[at].is_ours = is_ours;
}

static void watch(storm *s, uint64_t owner, uint64_t flow, const ztrunk_sip_msg *m, uint32_t out)
{
    uint64_t id = 0;

    if (ztrunk_dialogs_observe(s->d, s->now_ns, owner, flow, m, out, &id) == ZTRUNK_OK && id != 0)
        s->dialogs[pick(s, OPEN)] = id;
}

static void request_comes(storm *s)
{
    static const char *const methods[] = {"INVITE", "INVITE", "ACK",     "BYE",
                                          "CANCEL", "UPDATE", "OPTIONS", "PRACK"};
    static const char *const tags[] = {NULL, NULL, "b1", "b2"};
    char branch[24], call[16];
    uint64_t flow = 1 + pick(s, 3), id = 0;
    ztrunk_sip_msg *m;
    uint32_t kind;

    snprintf(branch, sizeof branch, "z9hG4bK%u", pick(s, 3 * CALLS));
    snprintf(call, sizeof call, "c%u", pick(s, CALLS));
    m = sim_request(s->ctx, (sim_spec){.method = methods[pick(s, 8)],
                                       .branch = branch,
                                       .call = call,
                                       .to_tag = tags[pick(s, 4)],
                                       .cseq = 1 + pick(s, 3),
                                       .body = pick(s, 2) ? SIM_SDP : NULL});
    kind = sim_receive(s->t, s->now_ns, flow, (uint32_t)(flow & 1), m, &id);
    if (kind == ZTRUNK_TXN_REQUEST || kind == ZTRUNK_TXN_ACK) watch(s, flow, flow, m, 0);
    if (kind != ZTRUNK_TXN_REQUEST) {
        ztrunk_sip_msg_free(m);
        return;
    }
    s->began++;
    remember(s, id, flow, m, 0);
}

static void we_ask(storm *s)
{
    static const char *const methods[] = {"INVITE", "BYE", "OPTIONS", "UPDATE", "ACK"};
    uint64_t flow = 1 + pick(s, 3), id = 0;
    ztrunk_sip_msg *m = NULL;
    char call[16];
    uint32_t is_ack = 0;

    snprintf(call, sizeof call, "o%u", pick(s, CALLS));
    if (pick(s, 2)) {
        const char *method = methods[pick(s, 5)];

        is_ack = strcmp(method, "ACK") == 0;
        if (ztrunk_dialogs_request(s->d, s->dialogs[pick(s, OPEN)], method, 0, &m) != ZTRUNK_OK)
            return;
        (void)ztrunk_sip_msg_set_header(m, "Contact", "<sip:us@x>", 10);
    } else {
        m = sim_request(s->ctx, (sim_spec){.method = methods[pick(s, 3)],
                                           .call = call,
                                           .cseq = 1 + pick(s, 3),
                                           .body = pick(s, 2) ? SIM_SDP : NULL});
    }
    watch(s, flow, flow, m, 1);
    if (is_ack || ztrunk_txns_request(s->t, s->now_ns, flow, (uint32_t)(flow & 1), SIM_VIA, m,
                                      &id) != ZTRUNK_OK) {
        ztrunk_sip_msg_free(m);
        return;
    }
    s->began++;
    remember(s, id, flow, m, 1);
}

static void answer_passes(storm *s)
{
    static const uint32_t status[] = {100, 180, 183, 200, 200, 302, 486, 487};
    static const char *const tags[] = {"b1", "b2", "b3"};
    uint32_t at = pick(s, OPEN), kind;
    uint64_t flow = s->open[at].flow, id = 0;
    ztrunk_sip_msg *m;

    if (s->open[at].m == NULL) return;
    m = sim_response(s->open[at].m, status[pick(s, 8)], tags[pick(s, 3)],
                     pick(s, 2) ? SIM_SDP : NULL);
    if (m == NULL) return;
    if (!s->open[at].is_ours) {
        if (ztrunk_txns_respond(s->t, s->now_ns, s->open[at].id, m) == ZTRUNK_OK)
            watch(s, flow, flow, m, 1);
    } else {
        uint64_t from = pick(s, 8) > 0 ? flow : 1 + pick(s, 3);

        kind = sim_receive(s->t, s->now_ns, from, (uint32_t)(from & 1), m, &id);
        if (kind == ZTRUNK_TXN_RESPONSE) {
            ck_assert_uint_eq(from, flow);
            watch(s, flow, flow, m, 0);
        }
    }
    ztrunk_sip_msg_free(m);
}

static void drain(storm *s)
{
    ztrunk_event event;
    uint64_t flow;
    ztrunk_sip_msg *m;

    while ((m = sim_pull(s->ctx, s->t, &flow)) != NULL) {
        ck_assert_msg(sim_info(m).fault == 0, "%s", ztrunk_sip_msg_fault_text(m));
        ztrunk_sip_msg_free(m);
    }
    while ((m = sim_pull_dialog(s->ctx, s->d, &flow)) != NULL) ztrunk_sip_msg_free(m);
    while ((event = sim_event(s->t)).kind != ZTRUNK_EV_NONE)
        s->ended += event.kind == ZTRUNK_EV_TXN_ENDED;
    while (sim_dialog_event(s->d).kind != ZTRUNK_EV_NONE) continue;
}

static void time_passes(storm *s, uint64_t span_ns)
{
    s->now_ns += span_ns;
    ck_assert_int_eq(ztrunk_txns_expire(s->t, s->now_ns), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_dialogs_expire(s->d, s->now_ns), ZTRUNK_OK);
    ck_assert(ztrunk_txns_deadline(s->t) > s->now_ns);
    ck_assert(ztrunk_dialogs_deadline(s->d) > s->now_ns);
}

static void step(storm *s)
{
    uint32_t what = pick(s, 100);

    if (what < 30) request_comes(s);
    if (what >= 30 && what < 50) we_ask(s);
    if (what >= 50 && what < 80) answer_passes(s);
    if (what >= 80 && what < 85)
        (void)ztrunk_txns_cancel(s->t, s->now_ns, s->open[pick(s, OPEN)].id);
    if (what == 85) (void)ztrunk_txns_flow_failed(s->t, s->now_ns, 1 + pick(s, 3));
    if (what == 86) (void)ztrunk_dialogs_close(s->d, s->dialogs[pick(s, OPEN)]);
    if (what > 86) time_passes(s, pick(s, 2000) * SIM_MS);
    if (pick(s, 4) == 0) drain(s);
    ck_assert_uint_le(ztrunk_txns_count(s->t), 2 * OPEN);
    ck_assert_uint_le(ztrunk_dialogs_count(s->d), CALLS);
}

static void close_all(storm *s)
{
    for (uint32_t i = 0; i < OPEN; i++) {
        ztrunk_sip_msg_free(s->open[i].m);
        (void)ztrunk_dialogs_close(s->d, s->dialogs[i]);
    }
    for (uint64_t flow = 1; flow <= 3; flow++) (void)ztrunk_txns_flow_failed(s->t, s->now_ns, flow);
    /* 300 s for what only rings, 64*T1 for what has ended. */
    time_passes(s, 400 * SIM_SEC);
    time_passes(s, 40 * SIM_SEC);
    drain(s);
    ck_assert_uint_eq(ztrunk_txns_count(s->t), 0);
    ck_assert(ztrunk_txns_deadline(s->t) == UINT64_MAX);
    ck_assert(ztrunk_dialogs_deadline(s->d) == UINT64_MAX);
    ck_assert_uint_eq(s->began, s->ended);
}

static void blow(uint64_t rng, uint32_t events)
{
    static const uint8_t seed[32] = {15};
    ztrunk_txns_opts txns = {.size = sizeof txns, .max = OPEN};
    ztrunk_dialogs_opts dialogs = {.size = sizeof dialogs, .max = CALLS, .max_forks = 3};
    static storm s;

    s = (storm){.rng = rng};
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &s.ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_txns_new(s.ctx, &txns, &s.t), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_dialogs_new(s.ctx, &dialogs, &s.d), ZTRUNK_OK);
    for (uint32_t i = 0; i < events; i++) step(&s);
    close_all(&s);
    ztrunk_txns_free(s.t);
    ztrunk_dialogs_free(s.d);
    ztrunk_ctx_free(s.ctx);
}

START_TEST(storm_leaves_nothing_behind)
{
    for (uint64_t rng = 1; rng <= 10; rng++) blow(rng, EVENTS / 10);
}
END_TEST

UNIT_MAIN("flow/sip_storm", storm_leaves_nothing_behind)
