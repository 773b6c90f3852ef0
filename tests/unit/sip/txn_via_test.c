#include "sip/txn_via.h"

#include "sip_sim.h"
#include "unit.h"

static const uint8_t seed[32] = {11};

static void stamps(const char *via, const char *expected)
{
    char text[1024];
    const char *value;
    size_t value_len;
    ztrunk_ctx *ctx;
    ztrunk_sip_msg *m;
    int len = snprintf(text, sizeof text,
                       "OPTIONS sip:a@b SIP/2.0\r\nVia: %s\r\nVia: SIP/2.0/UDP last;branch=1\r\n"
                       "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\n"
                       "CSeq: 1 OPTIONS\r\nMax-Forwards: 1\r\n\r\n",
                       via);

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    m = sim_parse(ctx, text, (size_t)len);
    ck_assert_ptr_nonnull(m);
    ck_assert_int_eq(zti_via_stamp(m, &sim_from), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_header(m, "Via", 0, &value, &value_len), ZTRUNK_OK);
    ck_assert_uint_eq(value_len, strlen(expected));
    ck_assert_mem_eq(value, expected, value_len);
    ck_assert_int_eq(ztrunk_sip_msg_header(m, "Via", 1, &value, &value_len), ZTRUNK_OK);
    ck_assert_mem_eq(value, "SIP/2.0/UDP last", 16);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}

START_TEST(what_the_peer_claims_of_itself_is_taken_out)
{
    stamps("SIP/2.0/UDP a.example;received=198.51.100.9;branch=z9hG4bK1",
           "SIP/2.0/UDP a.example;branch=z9hG4bK1;received=192.0.2.7");
    stamps("SIP/2.0/UDP 192.0.2.7;rport=1;branch=z9hG4bK1",
           "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1;received=192.0.2.7;rport=5070");
}
END_TEST

START_TEST(received_is_there_when_the_host_is_another_or_rport_was_asked)
{
    stamps("SIP/2.0/TLS 192.0.2.7:5061;branch=z9hG4bK1",
           "SIP/2.0/TLS 192.0.2.7:5061;branch=z9hG4bK1");
    stamps("SIP/2.0/TLS 192.0.2.8:5061;branch=z9hG4bK1",
           "SIP/2.0/TLS 192.0.2.8:5061;branch=z9hG4bK1;received=192.0.2.7");
    stamps("SIP/2.0/UDP 192.0.2.7;rport;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2",
           "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1;received=192.0.2.7;rport=5070, SIP/2.0/UDP "
           "b;branch=z9hG4bK2");
}
END_TEST

START_TEST(our_via_is_the_only_one_and_never_the_same_twice)
{
    ztrunk_ctx *ctx;
    ztrunk_sip_msg *m;
    char first[128] = "";

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    m = sim_request(ctx, (sim_spec){0});
    for (int i = 0; i < 2; i++) {
        const char *value;
        size_t len;

        ck_assert_int_eq(zti_via_set(ctx, m, SIM_VIA, 0), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_sip_msg_header(m, "Via", 1, &value, &len), ZTRUNK_E_NOTFOUND);
        ck_assert_int_eq(ztrunk_sip_msg_header(m, "Via", 0, &value, &len), ZTRUNK_OK);
        ck_assert_uint_eq(len, strlen(SIM_VIA ";rport;branch=z9hG4bK") + 22);
        ck_assert(strncmp(first, value, len) != 0);
        snprintf(first, sizeof first, "%.*s", (int)len, value);
    }
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sip/txn_via", what_the_peer_claims_of_itself_is_taken_out,
          received_is_there_when_the_host_is_another_or_rport_was_asked,
          our_via_is_the_only_one_and_never_the_same_twice)
