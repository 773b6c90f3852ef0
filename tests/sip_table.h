/* sip_table.h - one dialog table and the calls that tests make in it. */
#ifndef TESTS_SIP_TABLE_H
#define TESTS_SIP_TABLE_H

#include "sip_sim.h"
#include "unit.h"

typedef struct sim_table {
    ztrunk_ctx *ctx;
    ztrunk_dialogs *d;
    ztrunk_sip_msg *invite;
} sim_table;

static inline sim_table sim_table_new(uint32_t max_forks)
{
    static const uint8_t seed[32] = {14};
    ztrunk_dialogs_opts opts = {.size = sizeof opts, .max_forks = max_forks};
    sim_table t = {NULL, NULL, NULL};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &t.ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_dialogs_new(t.ctx, &opts, &t.d), ZTRUNK_OK);
    return t;
}

static inline void sim_table_end(sim_table *t)
{
    ztrunk_sip_msg_free(t->invite);
    ztrunk_dialogs_free(t->d);
    ztrunk_ctx_free(t->ctx);
}

static inline int32_t sim_show(sim_table *t, ztrunk_sip_msg *m, uint32_t outbound, uint64_t *id)
{
    int32_t err;

    ck_assert_ptr_nonnull(m);
    err = ztrunk_dialogs_observe(t->d, 0, 1, 5, m, outbound, id);
    ztrunk_sip_msg_free(m);
    return err;
}

/* The INVITE, kept for its responses. */
static inline void sim_invite(sim_table *t, uint32_t outbound, sim_spec spec)
{
    uint64_t id = 0;

    t->invite = sim_request(t->ctx, spec);
    ck_assert_ptr_nonnull(t->invite);
    ck_assert_int_eq(ztrunk_dialogs_observe(t->d, 0, 1, 5, t->invite, outbound, &id), ZTRUNK_OK);
    ck_assert_uint_eq(id, 0);
}

static inline uint64_t sim_answer(sim_table *t, uint32_t outbound, uint32_t status, const char *tag,
                                  const char *body)
{
    uint64_t id = 0;

    ck_assert_int_eq(sim_show(t, sim_response(t->invite, status, tag, body), outbound, &id),
                     ZTRUNK_OK);
    return id;
}

static inline uint64_t sim_acked(sim_table *t, uint64_t id, const char *body)
{
    ztrunk_sip_msg *ack = NULL;
    uint64_t found = 0;

    ck_assert_int_eq(ztrunk_dialogs_request(t->d, id, "ACK", 0, &ack), ZTRUNK_OK);
    if (body != NULL)
        (void)ztrunk_sip_msg_set_body(ack, "application/sdp", (const uint8_t *)body, strlen(body));
    ck_assert_int_eq(sim_show(t, ack, 1, &found), ZTRUNK_OK);
    return found;
}

static inline ztrunk_dialog_info sim_dialog(const sim_table *t, uint64_t id)
{
    ztrunk_dialog_info info = {.size = sizeof info};

    ck_assert_int_eq(ztrunk_dialogs_get_info(t->d, id, &info), ZTRUNK_OK);
    return info;
}

#endif
