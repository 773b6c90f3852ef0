#include "tls/conn.h"

#include <string.h>
#include "unit.h"
#include "unit/tls/pair.h"

START_TEST(both_sides_prove_themselves_and_talk)
{
    pair *p = pair_new();
    uint8_t plain[64];
    char name[64];
    size_t len = 0;

    pair_open(p, 1);
    pair_run(p, 1, 0);
    ck_assert_msg(p->client.is_ready && p->server.is_ready, "client %s, server %s",
                  ztrunk_tls_cause_text(p->client.cause), ztrunk_tls_cause_text(p->server.cause));
    ck_assert_int_eq(ztrunk_tls_peer_name(p->server.tls, 0, name, sizeof name, &len), ZTRUNK_OK);
    ck_assert_str_eq(name, "edge.example.com");
    ck_assert_int_eq(ztrunk_tls_write(p->client.tls, 2, (const uint8_t *)"OPTIONS", 7, &len),
                     ZTRUNK_OK);
    uint8_t wire[256];
    size_t wire_len = 0, used = 0;

    ck_assert_int_eq(ztrunk_tls_pull(p->client.tls, wire, sizeof wire, &wire_len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_feed(p->server.tls, 2, wire, wire_len, &used), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_read(p->server.tls, plain, sizeof plain, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, 7);
    pair_free(p);
}
END_TEST

UNIT_MAIN("tls/conn", both_sides_prove_themselves_and_talk)
