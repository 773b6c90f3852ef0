#include "sip_sim.h"
#include "unit.h"

static ztrunk_ctx *ctx;
static ztrunk_txns *txns;
static const uint8_t seed[32] = {9};

static void begin(void)
{
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_txns_new(ctx, NULL, &txns), ZTRUNK_OK);
}

static void end(void)
{
    ztrunk_txns_free(txns);
    ztrunk_ctx_free(ctx);
}

static int32_t refuse(uint64_t flow, sim_spec spec, uint32_t status, uint32_t retry_after_s)
{
    ztrunk_sip_msg *m = sim_request(ctx, spec);
    int32_t err = ztrunk_txns_refuse(txns, flow, &sim_from, m, status, retry_after_s);

    ztrunk_sip_msg_free(m);
    return err;
}

static uint32_t knows(uint64_t flow, sim_spec spec)
{
    ztrunk_sip_msg *m = sim_request(ctx, spec);
    uint32_t known = ztrunk_txns_knows(txns, flow, m);

    ztrunk_sip_msg_free(m);
    return known;
}

static void header_of(const ztrunk_sip_msg *m, const char *name, char *out, size_t cap)
{
    const char *text = NULL;
    size_t len = 0;

    out[0] = 0;
    if (ztrunk_sip_msg_header(m, name, 0, &text, &len) == ZTRUNK_OK)
        snprintf(out, cap, "%.*s", (int)len, text);
}

/* The To of the next message that waits. */
static void next_to(char *to, size_t cap)
{
    uint64_t flow = 0;
    ztrunk_sip_msg *m = sim_pull(ctx, txns, &flow);

    ck_assert_ptr_nonnull(m);
    header_of(m, "To", to, cap);
    ztrunk_sip_msg_free(m);
}

START_TEST(a_header_that_would_break_out_of_its_line_is_not_sent)
{
    const char *const bad[] = {"Digest realm=\"a\"", "x\r\nContact: <sip:evil>"};
    const char *const none[] = {NULL};
    ztrunk_sip_msg *m;

    begin();
    m = sim_request(ctx, (sim_spec){.branch = "z9hG4bKa"});
    ck_assert_int_eq(ztrunk_txns_refuse_with(txns, 7, &sim_from, m, 401, "WWW-Authenticate", bad,
                                             2),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_txns_refuse_with(txns, 7, &sim_from, m, 401, "WWW-Authenticate", none,
                                             1),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_txns_refuse_with(txns, 7, &sim_from, m, 401, NULL, bad, 1),
                     ZTRUNK_E_INVALID);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

START_TEST(each_challenge_has_a_header_of_its_own)
{
    const char *const values[] = {"Digest realm=\"a\", algorithm=SHA-256",
                                  "Digest realm=\"a\", algorithm=MD5"};
    ztrunk_sip_msg *m;
    uint64_t flow = 0;

    begin();
    m = sim_request(ctx, (sim_spec){.branch = "z9hG4bKa"});
    ck_assert_int_eq(ztrunk_txns_refuse_with(txns, 7, &sim_from, m, 401, "WWW-Authenticate", values,
                                             2),
                     ZTRUNK_OK);
    ztrunk_sip_msg_free(m);
    m = sim_pull(ctx, txns, &flow);
    ck_assert_ptr_nonnull(m);
    for (uint32_t i = 0; i <= 2; i++) {
        const char *text = NULL;
        size_t len = 0;
        int32_t err = ztrunk_sip_msg_header(m, "WWW-Authenticate", i, &text, &len);

        ck_assert_int_eq(err, i < 2 ? ZTRUNK_OK : ZTRUNK_E_NOTFOUND);
        if (i == 2) continue;
        ck_assert_uint_eq(len, strlen(values[i]));
        ck_assert(strncmp(text, values[i], len) == 0);
    }
    ztrunk_sip_msg_free(m);
    ck_assert_uint_eq(ztrunk_txns_count(txns), 0);
    end();
}
END_TEST

START_TEST(ten_thousand_refusals_leave_no_transaction)
{
    char branch[32];

    begin();
    for (int i = 0; i < 10000; i++) {
        snprintf(branch, sizeof branch, "z9hG4bK%d", i);
        ck_assert_int_eq(refuse(7, (sim_spec){.branch = branch}, 503, 9), ZTRUNK_OK);
        ck_assert_uint_eq(sim_sent(ctx, txns), 503);
    }
    ck_assert_uint_eq(ztrunk_txns_count(txns), 0);
    ck_assert_uint_eq(ztrunk_txns_deadline(txns), UINT64_MAX);
    end();
}
END_TEST

START_TEST(the_answer_says_when_to_come_back_and_where_it_came_from)
{
    char value[256];
    uint64_t flow = 0;
    ztrunk_sip_msg *m;

    begin();
    ck_assert_int_eq(refuse(7, (sim_spec){0}, 503, 4294967295u), ZTRUNK_OK);
    m = sim_pull(ctx, txns, &flow);
    ck_assert_uint_eq(flow, 7);
    header_of(m, "Retry-After", value, sizeof value);
    ck_assert_str_eq(value, "4294967295");
    header_of(m, "Via", value, sizeof value);
    ck_assert_ptr_nonnull(strstr(value, "received=192.0.2.7"));
    ztrunk_sip_msg_free(m);
    ck_assert_int_eq(refuse(7, (sim_spec){0}, 403, 0), ZTRUNK_OK);
    m = sim_pull(ctx, txns, &flow);
    header_of(m, "Retry-After", value, sizeof value);
    ck_assert_str_eq(value, "");
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

/* RFC 3261 8.2.7: a retransmission gets the same tag, another request another. */
START_TEST(a_retransmission_gets_the_same_tag)
{
    char first[128], again[128], other[128];

    begin();
    ck_assert_int_eq(refuse(7, (sim_spec){0}, 503, 1), ZTRUNK_OK);
    ck_assert_int_eq(refuse(7, (sim_spec){0}, 503, 1), ZTRUNK_OK);
    ck_assert_int_eq(refuse(7, (sim_spec){.call = "call2"}, 503, 1), ZTRUNK_OK);
    next_to(first, sizeof first);
    next_to(again, sizeof again);
    next_to(other, sizeof other);
    ck_assert_ptr_nonnull(strstr(first, ";tag="));
    ck_assert_str_eq(first, again);
    ck_assert_str_ne(first, other);
    end();
}
END_TEST

START_TEST(nothing_answers_an_ack_or_a_success)
{
    begin();
    ck_assert_int_eq(refuse(7, (sim_spec){.method = "ACK"}, 503, 1), ZTRUNK_E_STATE);
    ck_assert_int_eq(refuse(7, (sim_spec){0}, 200, 0), ZTRUNK_E_INVALID);
    ck_assert_int_eq(refuse(7, (sim_spec){0}, 700, 0), ZTRUNK_E_INVALID);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    end();
}
END_TEST

START_TEST(known_is_what_belongs_to_a_transaction_and_nothing_else)
{
    ztrunk_sip_msg *m;
    uint64_t id = 0;

    begin();
    ck_assert_uint_eq(knows(1, (sim_spec){0}), 0);
    m = sim_request(ctx, (sim_spec){0});
    ck_assert_uint_eq(sim_receive(txns, 0, 1, 0, m, &id), ZTRUNK_TXN_REQUEST);
    ztrunk_sip_msg_free(m);
    ck_assert_uint_eq(knows(1, (sim_spec){0}), 1);
    ck_assert_uint_eq(knows(1, (sim_spec){.method = "CANCEL"}), 1);
    ck_assert_uint_eq(knows(1, (sim_spec){.method = "ACK"}), 1);
    ck_assert_uint_eq(knows(2, (sim_spec){0}), 0);
    ck_assert_uint_eq(knows(1, (sim_spec){.branch = "z9hG4bK2"}), 0);
    ck_assert_uint_eq(knows(1, (sim_spec){.method = "OPTIONS"}), 0);
    ck_assert_uint_eq(ztrunk_txns_knows(NULL, 1, NULL), 0);
    ck_assert_uint_eq(ztrunk_txns_knows(txns, 1, NULL), 0);
    end();
}
END_TEST

UNIT_MAIN("sip/txn_refuse", a_header_that_would_break_out_of_its_line_is_not_sent,
          each_challenge_has_a_header_of_its_own, ten_thousand_refusals_leave_no_transaction,
          the_answer_says_when_to_come_back_and_where_it_came_from,
          a_retransmission_gets_the_same_tag, nothing_answers_an_ack_or_a_success,
          known_is_what_belongs_to_a_transaction_and_nothing_else)
