#include "tls/profile.h"

#include <string.h>
#include <zerotrunk/tls.h>
#include "base/cur.h"
#include "tls/mbed.h"
#include "unit.h"
#include "unit/tls/pair.h"

/* Writes "LABEL 1234 5678\n" of a list of 16-bit numbers. */
static void list(char *text, size_t cap, const char *label, zti_str numbers)
{
    zti_cur c = zti_cur_of(numbers);
    size_t at = strlen(text);

    at += (size_t)snprintf(text + at, cap - at, "%s", label);
    while (!zti_cur_done(&c))
        at += (size_t)snprintf(text + at, cap - at, " %04x", zti_cur_be16(&c));
    snprintf(text + at, cap - at, "\n");
}

static void list_extensions(char *text, size_t cap, zti_cur *c)
{
    zti_str groups = {NULL, 0}, signatures = {NULL, 0}, versions = {NULL, 0};

    while (!zti_cur_done(c)) {
        uint16_t type = zti_cur_be16(c);
        zti_cur body = zti_cur_of(zti_cur_take(c, zti_cur_be16(c)));

        if (type == 10) groups = zti_str_from(zti_cur_rest(&body), 2);
        if (type == 13) signatures = zti_str_from(zti_cur_rest(&body), 2);
        if (type == 43) versions = zti_str_from(zti_cur_rest(&body), 1);
        /* Session tickets, heartbeats and early data are never spoken of. */
        ck_assert(type != 35 && type != 15 && type != 42 && type != 41);
    }
    if (versions.len > 0) list(text, cap, "versions", versions);
    list(text, cap, "groups", groups);
    list(text, cap, "signatures", signatures);
}

/* What a client says first, in the words of tests/vectors/tls-policy.txt. */
static void describe_hello(const uint8_t *wire, size_t len, char *text, size_t cap)
{
    zti_cur c = zti_cur_of((zti_str){(const char *)wire, len});
    zti_str compressions;
    zti_cur extensions;

    zti_cur_take(&c, 5 + 4);
    ck_assert_uint_eq(zti_cur_be16(&c), 0x0303);
    zti_cur_take(&c, 32);
    zti_cur_take(&c, zti_cur_byte(&c));
    list(text, cap, "suites", zti_cur_take(&c, zti_cur_be16(&c)));
    compressions = zti_cur_take(&c, zti_cur_byte(&c));
    ck_assert(zti_str_eq(compressions, (zti_str){"\0", 1}));
    extensions = zti_cur_of(zti_cur_take(&c, zti_cur_be16(&c)));
    ck_assert_int_eq(c.err, ZTRUNK_OK);
    list_extensions(text, cap, &extensions);
}

START_TEST(the_wire_shows_the_policy_that_is_written_down)
{
    static char text[4096];
    size_t len = 0, want_len = 0;
    uint8_t *want = unit_data(zti_mbed_top_version() == 0x0304 ? "vectors/tls-policy-1.3.txt"
                                                               : "vectors/tls-policy.txt",
                              &want_len);

    for (uint32_t profile = 0; profile <= ZTRUNK_TLS_PROFILE_GENESYS; profile++) {
        pair *p = pair_new();
        uint8_t wire[2048];

        snprintf(text + strlen(text), 64, "profile %s\n", profile == 0 ? "strict" : "genesys");
        p->client.opts.profile = profile;
        pair_open_side(p, &p->client, 1);
        ck_assert_int_eq(ztrunk_tls_pull(p->client.tls, wire, sizeof wire, &len), ZTRUNK_OK);
        describe_hello(wire, len, text, sizeof text);
        pair_free(p);
    }
    ck_assert_str_eq(text, (char *)want);
    free(want);
}
END_TEST

START_TEST(a_server_of_the_cloud_profile_takes_p384_only)
{
    for (uint32_t is_same = 0; is_same < 2; is_same++) {
        pair *p = pair_new();
        pki_spec leaf = pair_server_spec(p);

        leaf.key = pki_rsa(2048);
        pair_show(&p->server, &leaf);
        p->server.opts.profile = ZTRUNK_TLS_PROFILE_GENESYS;
        p->client.opts.profile = is_same ? ZTRUNK_TLS_PROFILE_GENESYS : ZTRUNK_TLS_PROFILE_STRICT;

        leaf = pair_client_spec(p);
        leaf.key = pki_rsa(2048);
        pair_show(&p->client, &leaf);
        pair_open(p, 1);
        pair_run(p, 1, 0);
        ck_assert_msg(p->server.is_ready && p->client.is_ready, "%s",
                      ztrunk_tls_cause_text(p->server.cause));
        ck_assert_str_eq(ztrunk_tls_suite_name(p->server.tls),
                         "TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384");
        pair_free(p);
    }
}
END_TEST

START_TEST(there_are_two_profiles)
{
    ck_assert_ptr_null(zti_profile_suites(2));
    ck_assert_uint_eq(zti_profile_top_version(ZTRUNK_TLS_PROFILE_GENESYS), 0x0303);
    ck_assert_uint_eq(zti_profile_takes_ec(ZTRUNK_TLS_PROFILE_GENESYS), 0);
    ck_assert_uint_eq(zti_profile_takes_ec(ZTRUNK_TLS_PROFILE_STRICT), 1);
}
END_TEST

UNIT_MAIN("tls/profile", the_wire_shows_the_policy_that_is_written_down,
          a_server_of_the_cloud_profile_takes_p384_only, there_are_two_profiles)
