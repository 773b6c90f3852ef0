#include "tls/conn.h"

#include <string.h>
#include "base/time.h"
#include "unit.h"
#include "unit/tls/hello.h"
#include "unit/tls/pair.h"

static void expect_ready(const pair *p)
{
    ck_assert_msg(p->client.is_ready && p->server.is_ready, "client %s, server %s",
                  ztrunk_tls_cause_text(p->client.cause), ztrunk_tls_cause_text(p->server.cause));
}

/* ---- what a stranger sends first ---- */

/* Feeds bytes to a fresh server; gives the cause, and what it answers. */
static uint32_t tell_server(pair *p, const void *wire, size_t len, size_t portion, uint8_t *answer,
                            size_t *answer_len)
{
    size_t used = 0;

    pair_open_side(p, &p->server, 1);
    for (size_t at = 0; at < len; at += portion) {
        size_t n = len - at < portion ? len - at : portion;

        if (ztrunk_tls_feed(p->server.tls, 1, (const uint8_t *)wire + at, n, &used) != ZTRUNK_OK)
            break;
    }
    if (ztrunk_tls_pull(p->server.tls, answer, 4096, answer_len) != ZTRUNK_OK) *answer_len = 0;
    pair_look(&p->server);
    ck_assert(!p->server.is_ready);
    ck_assert_int_eq(ztrunk_tls_read(p->server.tls, answer + 4096, 1, &used),
                     p->server.is_closed ? ZTRUNK_E_CLOSED : ZTRUNK_E_STATE);
    return p->server.cause;
}

static uint32_t tell_hello(const hello *h, uint32_t profile)
{
    pair *p = pair_new();
    uint8_t wire[HELLO_MAX], answer[4097];
    size_t len = 0;
    uint32_t cause;

    p->server.opts.profile = profile;
    cause = tell_server(p, wire, hello_make(h, wire), HELLO_MAX, answer, &len);
    /* Refused in words: a fatal alert, and nothing of a handshake before it. */
    if (cause != ZTRUNK_TLS_CAUSE_NONE) {
        ck_assert_uint_eq(len, 7);
        ck_assert_uint_eq(answer[0], 21);
        ck_assert_uint_eq(answer[5], 2);
    }
    pair_free(p);
    return cause;
}

START_TEST(garbage_is_refused_whole_and_dripped)
{
    static const char *const garbage[] = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                                          "INVITE sip:a@example.com SIP/2.0\r\n\r\n",
                                          "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10",
                                          "\x16\x03\x01\xff\xff\x01",
                                          "\x17\x03\x03\x00\x09xxxxxxxxx",
                                          "\x15\x03\x03\x00\x02\x02\x28"};
    static const size_t lens[] = {0, 0, 11, 6, 14, 7};

    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++)
        for (size_t portion = 1; portion <= 64; portion += 63) {
            pair *p = pair_new();
            uint8_t answer[4097];
            size_t len = 0;

            uint32_t cause = tell_server(p, garbage[i], lens[i] > 0 ? lens[i] : strlen(garbage[i]),
                                         portion, answer, &len);
            /* The last is an alert, of which mbedTLS 2.28 wants no more than the head. */
            ck_assert_msg(cause == ZTRUNK_TLS_CAUSE_PROTOCOL ||
                              (i == 5 && cause == ZTRUNK_TLS_CAUSE_PEER_REFUSED),
                          "%zu: %s", i, ztrunk_tls_cause_text(cause));
            pair_free(p);
        }
}
END_TEST

START_TEST(old_versions_are_refused)
{
    static const uint16_t suites[] = {0xc02b, 0xc023, 0x002f, 0};
    static const uint16_t versions[] = {0x0300, 0x0301, 0x0302, 0x0200};

    for (size_t i = 0; i < 4; i++) {
        hello h = {.version = versions[i], .suites = suites};

        ck_assert_uint_eq(tell_hello(&h, ZTRUNK_TLS_PROFILE_STRICT), ZTRUNK_TLS_CAUSE_PROTOCOL);
    }
}
END_TEST

START_TEST(suites_without_aead_or_forward_secrecy_are_refused)
{
    static const uint16_t weak[] = {0xc023, 0xc024, 0xc009, 0xc00a, 0xc027, 0xc028,
                                    0xc013, 0xc014, /* ECDHE with CBC */
                                    0x009c, 0x009d, 0x002f, 0x0035, 0x003c, 0x003d, /* static RSA */
                                    0x009e, 0x009f, 0x0033, 0x0039,                 /* DHE */
                                    0x0001, 0x0002, 0x003b, 0xc010,                 /* NULL */
                                    0x0034, 0x006c, 0xc018, 0xc019,                 /* anonymous */
                                    0x0003, 0x0006, 0x0008, 0x000b,                 /* export */
                                    0x0004, 0x0005, 0x000a, 0xc007, 0xc008,         /* RC4, 3DES */
                                    0x00a8, 0x00ae, 0xc035, 0xccab,                 /* PSK */
                                    0xc0ac, 0xc0ae}; /* ECDHE with CCM */

    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
        uint16_t suites[] = {weak[i], 0};
        hello h = {.version = 0x0303, .suites = suites};

        ck_assert_msg(tell_hello(&h, ZTRUNK_TLS_PROFILE_STRICT) == ZTRUNK_TLS_CAUSE_SUITE, "%04x",
                      weak[i]);
    }
}
END_TEST

START_TEST(weak_groups_and_hashes_are_refused)
{
    static const uint16_t suites[] = {0xc02b, 0};
    static const uint16_t groups[] = {19, 0};   /* secp192r1 */
    static const uint16_t sha1[] = {0x0203, 0}; /* ecdsa_sha1 */
    hello curve = {.version = 0x0303, .suites = suites, .groups = groups};
    hello hash = {.version = 0x0303, .suites = suites, .signatures = sha1};

    ck_assert_uint_eq(tell_hello(&curve, ZTRUNK_TLS_PROFILE_STRICT), ZTRUNK_TLS_CAUSE_SUITE);
    ck_assert_uint_eq(tell_hello(&hash, ZTRUNK_TLS_PROFILE_STRICT), ZTRUNK_TLS_CAUSE_SUITE);
}
END_TEST

START_TEST(a_hello_without_suites_is_refused)
{
    static const uint16_t none[] = {0};
    hello h = {.version = 0x0303, .suites = none};

    ck_assert_uint_ne(tell_hello(&h, ZTRUNK_TLS_PROFILE_STRICT), ZTRUNK_TLS_CAUSE_NONE);
}
END_TEST

START_TEST(compression_is_never_chosen)
{
    static const uint16_t suites[] = {0xc02b, 0};
    hello h = {.version = 0x0303, .suites = suites, .compressions = "\1\0", .compressions_len = 2};
    pair *p = pair_new();
    uint8_t wire[HELLO_MAX], answer[4097];
    size_t len = 0;

    ck_assert_uint_eq(tell_server(p, wire, hello_make(&h, wire), HELLO_MAX, answer, &len), 0);
    /* ServerHello: version, random, session id, suite, compression. */
    ck_assert_uint_eq(answer[5], 2);
    ck_assert_uint_eq(answer[9 + 2 + 32], answer[43]);
    ck_assert_uint_eq(answer[44 + answer[43] + 2], 0);
    pair_free(p);
}
END_TEST

START_TEST(a_stranger_gets_few_bytes_before_it_has_proved_itself)
{
    static const uint16_t suites[] = {0xc02b, 0};
    hello h = {.version = 0x0303, .suites = suites};
    pair *p = pair_new();
    uint8_t wire[HELLO_MAX], answer[4097];
    size_t len = 0;

    tell_server(p, wire, hello_make(&h, wire), HELLO_MAX, answer, &len);
    ck_assert_uint_gt(len, 0);
    ck_assert_uint_lt(len, 2048);
    pair_free(p);
}
END_TEST

/* ---- cut short ---- */

/* Delivers so many records in all, then ends the transport on both sides. */
static size_t run_records(pair *p, size_t count)
{
    uint8_t wire[8192];
    size_t done = 0, idle = 0;

    for (uint32_t turn = 0; idle < 2 && done < count; turn++) {
        side *from = turn % 2 == 0 ? &p->client : &p->server;
        side *to = turn % 2 == 0 ? &p->server : &p->client;
        size_t len = 0, used = 0;

        idle++;
        if (ztrunk_tls_pull(from->tls, wire, sizeof wire, &len) != ZTRUNK_OK) len = 0;
        for (size_t at = 0; at + 5 <= len && done < count; done++, idle = 0) {
            size_t n = 5 + ((size_t)wire[at + 3] << 8 | wire[at + 4]);

            if (ztrunk_tls_feed(to->tls, 1, wire + at, n, &used) != ZTRUNK_OK) break;
            at += n;
        }
    }
    ztrunk_tls_feed_end(p->client.tls, 2);
    ztrunk_tls_feed_end(p->server.tls, 2);
    pair_look(&p->client);
    pair_look(&p->server);
    return done;
}

START_TEST(cut_at_every_record_neither_side_is_fooled)
{
    size_t count, done = 0;

    for (count = 0; done == count; count++) {
        pair *p = pair_new();

        pair_open(p, 1);
        done = run_records(p, count + 1);
        ck_assert(p->client.is_closed && p->server.is_closed);
        ck_assert_uint_eq(p->client.cause, ZTRUNK_TLS_CAUSE_TRUNCATED);
        ck_assert_uint_eq(p->server.cause, ZTRUNK_TLS_CAUSE_TRUNCATED);
        /* A side that was ready had the other's Finished, the last record of its flight. */
        if (done == count + 1) ck_assert(!p->server.is_ready || count + 1 >= 6);
        pair_free(p);
    }
    ck_assert_uint_ge(count, 7);
}
END_TEST

START_TEST(an_end_without_close_notify_is_told_from_a_clean_one)
{
    for (uint32_t is_clean = 0; is_clean < 2; is_clean++) {
        pair *p = pair_new();

        pair_open(p, 1);
        pair_run(p, 1, 0);
        expect_ready(p);
        if (is_clean) ck_assert_int_eq(ztrunk_tls_close(p->client.tls, 2), ZTRUNK_OK);
        pair_run(p, 2, 0);
        ztrunk_tls_feed_end(p->server.tls, 2);
        pair_look(&p->server);
        ck_assert(p->server.is_closed);
        ck_assert_int_eq(p->server.error, is_clean ? ZTRUNK_OK : ZTRUNK_E_CLOSED);
        ck_assert_uint_eq(p->server.cause,
                          is_clean ? ZTRUNK_TLS_CAUSE_NONE : ZTRUNK_TLS_CAUSE_TRUNCATED);
        ck_assert(!p->client.is_closed || !is_clean);
        pair_free(p);
    }
}
END_TEST

/* ---- bounds ---- */

START_TEST(a_handshake_ends_at_its_deadline)
{
    pair *p = pair_new();

    p->server.opts.handshake_ns = 1000;
    pair_open_side(p, &p->server, 10);
    ck_assert_uint_eq(ztrunk_tls_deadline(p->server.tls), 1010);
    ck_assert_int_eq(ztrunk_tls_expire(p->server.tls, 1009), ZTRUNK_OK);
    pair_look(&p->server);
    ck_assert(!p->server.is_closed);
    ck_assert_int_eq(ztrunk_tls_expire(p->server.tls, 1010), ZTRUNK_OK);
    pair_look(&p->server);
    ck_assert_uint_eq(p->server.cause, ZTRUNK_TLS_CAUSE_TIMEOUT);
    ck_assert_int_eq(p->server.error, ZTRUNK_E_EXPIRED);
    ck_assert_uint_eq(ztrunk_tls_deadline(p->server.tls), ZTI_NEVER);
    pair_free(p);
}
END_TEST

/* A byte now and then does not move the deadline. */
START_TEST(dripping_does_not_buy_time)
{
    pair *p = pair_new();
    uint64_t deadline;
    size_t used = 0;

    pair_open_side(p, &p->server, 10);
    deadline = ztrunk_tls_deadline(p->server.tls);
    ck_assert_uint_eq(deadline, 10 + 5 * ZTI_SECOND);
    ck_assert_int_eq(ztrunk_tls_feed(p->server.tls, ZTI_SECOND, (const uint8_t *)"\x16", 1, &used),
                     ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_tls_deadline(p->server.tls), deadline);
    pair_free(p);
}
END_TEST

START_TEST(silence_ends_a_connection_by_policy)
{
    pair *p = pair_new();

    p->server.opts.idle_ns = 500;
    pair_open(p, 1);
    pair_run(p, 100, 0);
    expect_ready(p);
    ck_assert_uint_eq(ztrunk_tls_deadline(p->client.tls), ZTI_NEVER);
    ck_assert_uint_eq(ztrunk_tls_deadline(p->server.tls), 600);
    ck_assert_int_eq(ztrunk_tls_expire(p->server.tls, 600), ZTRUNK_OK);
    pair_run(p, 601, 0);
    ck_assert_uint_eq(p->server.cause, ZTRUNK_TLS_CAUSE_TIMEOUT);
    ck_assert(p->client.is_closed && p->client.error == ZTRUNK_OK);
    pair_free(p);
}
END_TEST

START_TEST(the_backlogs_hold_their_bound_and_no_byte_more)
{
    enum { BOUND = 20 * 1024 };
    static uint8_t bytes[BOUND + 1];
    pair *p = pair_new();
    size_t used = 0, total = 0;

    p->server.opts.max_in_bytes = BOUND;
    p->client.opts.max_out_bytes = BOUND;
    pair_open(p, 1);
    pair_run(p, 1, 0);
    expect_ready(p);
    ck_assert_int_eq(ztrunk_tls_feed(p->server.tls, 2, bytes, BOUND + 1, &used), ZTRUNK_OK);
    ck_assert_uint_eq(used, BOUND);
    ck_assert_int_eq(ztrunk_tls_feed(p->server.tls, 2, bytes, 1, &used), ZTRUNK_E_LIMIT);
    while (ztrunk_tls_write(p->client.tls, 2, bytes, BOUND, &used) == ZTRUNK_OK) total += used;
    ck_assert_uint_gt(total, BOUND - 200);
    ck_assert_uint_le(p->client.tls->out.len, BOUND);
    ck_assert_int_eq(ztrunk_tls_write(p->client.tls, 2, bytes, 1, &used), ZTRUNK_E_LIMIT);
    pair_free(p);
}
END_TEST

START_TEST(a_bound_too_small_for_a_record_is_the_callers_bug)
{
    pair *p = pair_new();
    ztrunk_tls_conf *conf = NULL;
    ztrunk_tls_opts opts = p->server.opts;

    opts.max_in_bytes = 1024;
    ck_assert_int_eq(ztrunk_tls_conf_new(p->ctx, &opts, &conf), ZTRUNK_E_INVALID);
    opts.max_in_bytes = 0;
    opts.max_chain = 17;
    ck_assert_int_eq(ztrunk_tls_conf_new(p->ctx, &opts, &conf), ZTRUNK_E_INVALID);
    pair_free(p);
}
END_TEST

/* ---- the way it goes well ---- */

static void talk(side *from, side *to, size_t len)
{
    uint8_t *sent = malloc(len), *got = malloc(len), wire[3000];
    size_t at = 0, have = 0;

    for (size_t i = 0; i < len; i++) sent[i] = (uint8_t)(i * 7);
    while (have < len) {
        size_t used = 0, n = 0;

        if (at < len && ztrunk_tls_write(from->tls, 3, sent + at, len - at, &used) == ZTRUNK_OK)
            at += used;
        ck_assert_int_eq(ztrunk_tls_pull(from->tls, wire, sizeof wire, &n), ZTRUNK_OK);
        if (n > 0) ck_assert_int_eq(ztrunk_tls_feed(to->tls, 3, wire, n, &used), ZTRUNK_OK);
        do {
            ck_assert_int_eq(ztrunk_tls_read(to->tls, got + have, len - have + 0, &n), ZTRUNK_OK);
            have += n;
        } while (n > 0 && have < len);
    }
    ck_assert_mem_eq(sent, got, len);
    free(sent);
    free(got);
}

START_TEST(both_sides_prove_themselves_and_talk)
{
    static const size_t portions[] = {0, 1, 7, 1400};

    for (size_t i = 0; i < 4; i++) {
        pair *p = pair_new();
        ztrunk_tls_info info = {.size = sizeof info};

        pair_open(p, 1);
        pair_run(p, 1, portions[i]);
        expect_ready(p);
        ck_assert_int_eq(ztrunk_tls_get_info(p->server.tls, &info), ZTRUNK_OK);
        ck_assert_uint_ge(info.version, 0x0303);
        ck_assert(info.is_ready && info.suite != 0);
        ck_assert_int_eq(info.peer_not_after_s, PKI_NOW + PKI_YEAR / 2);
        talk(&p->client, &p->server, 100000);
        talk(&p->server, &p->client, 33333);
        pair_free(p);
    }
}
END_TEST

START_TEST(plain_bytes_wait_for_the_proof)
{
    pair *p = pair_new();
    uint8_t byte = 0;
    size_t n = 0;

    pair_open(p, 1);
    ck_assert_int_eq(ztrunk_tls_read(p->client.tls, &byte, 1, &n), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_tls_write(p->client.tls, 1, &byte, 1, &n), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_tls_peer_name(p->client.tls, 0, NULL, 0, &n), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_tls_rejudge(p->client.tls, NULL, 1, PKI_NOW), ZTRUNK_E_STATE);
    pair_free(p);
}
END_TEST

START_TEST(names_and_certificate_of_the_peer_are_known)
{
    pair *p = pair_new();
    pki_spec leaf = pair_client_spec(p);
    uint8_t der[2048];
    char name[32];
    size_t n = 0;

    leaf.san[0] = (pki_san){PKI_URI, "sip:EDGE.example.com;lr", 0};
    leaf.san[1] = (pki_san){PKI_URI, "sip:second.example.com", 0};
    leaf.san[2] = (pki_san){PKI_DNS, "host.example.com", 0};
    pair_show(&p->client, &leaf);
    pair_open(p, 1);
    pair_run(p, 1, 0);
    expect_ready(p);
    ck_assert_int_eq(ztrunk_tls_peer_name(p->server.tls, 0, name, 20, &n), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(n, 21);
    ck_assert_int_eq(ztrunk_tls_peer_name(p->server.tls, 0, name, 21, &n), ZTRUNK_OK);
    ck_assert_str_eq(name, "sip:edge.example.com");
    ck_assert_uint_eq(n, 20);
    ck_assert_int_eq(ztrunk_tls_peer_name(p->server.tls, 1, name, sizeof name, &n), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_peer_name(p->server.tls, 2, name, sizeof name, &n),
                     ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_tls_peer_cert(p->server.tls, der, sizeof der, &n), ZTRUNK_OK);
    ck_assert_uint_eq(der[0], 0x30);
    pair_free(p);
}
END_TEST

START_TEST(a_peer_proves_its_own_domains_and_no_other)
{
    static const struct {
        const char *domain;
        int32_t err;
    } rows[] = {{"host.example.com", ZTRUNK_E_DENIED}, /* a DNS name beside URIs is none */
                {"example.com", ZTRUNK_E_DENIED},          {"", ZTRUNK_E_DENIED},
                {"sip:edge.example.com", ZTRUNK_E_DENIED}, {"edge.example.com", ZTRUNK_OK},
                {"Second.Example.COM", ZTRUNK_OK}};
    pair *p = pair_new();
    pki_spec leaf = pair_client_spec(p);

    leaf.san[0] = (pki_san){PKI_URI, "sip:edge.example.com", 0};
    leaf.san[1] = (pki_san){PKI_URI, "sip:second.example.com", 0};
    leaf.san[2] = (pki_san){PKI_DNS, "host.example.com", 0};
    pair_show(&p->client, &leaf);
    pair_open(p, 1);
    ck_assert_int_eq(ztrunk_tls_peer_proves(p->server.tls, "edge.example.com"), ZTRUNK_E_STATE);
    pair_run(p, 1, 0);
    expect_ready(p);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_int_eq(ztrunk_tls_peer_proves(p->server.tls, rows[i].domain), rows[i].err);
    ck_assert_int_eq(ztrunk_tls_peer_proves(p->server.tls, NULL), ZTRUNK_E_INVALID);
    pair_free(p);
}
END_TEST

/* ---- who must prove what ---- */

static uint32_t server_cause(uint32_t identity, uint32_t eku)
{
    pair *p = pair_new();
    pki_spec leaf = pair_client_spec(p);
    uint32_t cause;

    p->server.opts.identity = identity;
    leaf.eku = eku;
    pair_show(&p->client, &leaf);
    if (eku == 0) *p->client.chain = 0;
    pair_open(p, 1);
    pair_run(p, 1, 0);
    ck_assert_uint_eq(p->server.is_ready, p->server.cause == ZTRUNK_TLS_CAUSE_NONE);
    cause = p->server.cause;
    pair_free(p);
    return cause;
}

START_TEST(no_certificate_is_no_proof)
{
    ck_assert_uint_eq(server_cause(ZTRUNK_TLS_MUTUAL, 0), ZTRUNK_TLS_CAUSE_NO_CERTIFICATE);
    ck_assert_uint_eq(server_cause(ZTRUNK_TLS_MUTUAL_ANY_EKU, 0), ZTRUNK_TLS_CAUSE_NO_CERTIFICATE);
    ck_assert_uint_eq(server_cause(ZTRUNK_TLS_SIP_DOMAIN, 0), ZTRUNK_TLS_CAUSE_NO_CERTIFICATE);
    ck_assert_uint_eq(server_cause(ZTRUNK_TLS_SERVER_ONLY, 0), ZTRUNK_TLS_CAUSE_NONE);
}
END_TEST

START_TEST(any_eku_takes_a_servers_certificate_and_no_less)
{
    ck_assert_uint_eq(server_cause(ZTRUNK_TLS_MUTUAL, PKI_SERVER), ZTRUNK_TLS_CAUSE_WRONG_USAGE);
    ck_assert_uint_eq(server_cause(ZTRUNK_TLS_MUTUAL_ANY_EKU, PKI_SERVER), ZTRUNK_TLS_CAUSE_NONE);
    ck_assert_uint_eq(server_cause(ZTRUNK_TLS_MUTUAL_ANY_EKU, PKI_SIP),
                      ZTRUNK_TLS_CAUSE_WRONG_USAGE);
    ck_assert_uint_eq(server_cause(ZTRUNK_TLS_MUTUAL_ANY_EKU, PKI_ANY),
                      ZTRUNK_TLS_CAUSE_WRONG_USAGE);
}
END_TEST

/* The right certificate in the hands of who does not hold its key. */
START_TEST(a_certificate_without_its_key_is_no_proof)
{
    for (uint32_t is_client = 0; is_client < 2; is_client++) {
        pair *p = pair_new();
        side *thief = is_client ? &p->client : &p->server;
        side *judge = is_client ? &p->server : &p->client;
        mbedtls_pk_context swap;

        pair_open(p, 1);
        swap = p->client.conf->key;
        p->client.conf->key = p->server.conf->key;
        p->server.conf->key = swap;
        pair_run(p, 1, 0);
        ck_assert(!judge->is_ready && judge->is_closed);
        ck_assert(!thief->is_ready);
        /* A server's theft shows first, so that its client never gets to its own. */
        if (!is_client) ck_assert_uint_eq(judge->cause, ZTRUNK_TLS_CAUSE_NO_KEY);
        pair_free(p);
    }
}
END_TEST

START_TEST(a_thief_of_a_clients_certificate_is_named)
{
    pair *p = pair_new();
    mbedtls_pk_context own;

    pair_open(p, 1);
    own = p->client.conf->key;
    p->client.conf->key = p->server.conf->key;
    pair_run(p, 1, 0);
    ck_assert(!p->server.is_ready);
    ck_assert_uint_eq(p->server.cause, ZTRUNK_TLS_CAUSE_NO_KEY);
    p->client.conf->key = own;
    pair_free(p);
}
END_TEST

START_TEST(renegotiation_is_not_done)
{
    pair *p = pair_new();

    p->client.opts.max_version = p->server.opts.max_version = 0x0303;
    pair_open(p, 1);
    pair_run(p, 1, 0);
    expect_ready(p);
    mbedtls_ssl_conf_renegotiation(&p->client.conf->ssl, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    mbedtls_ssl_renegotiate(&p->client.tls->ssl);
    pair_run(p, 2, 0);
    /* The client is told no; the server has judged nobody anew. */
    ck_assert(p->server.is_ready);
    ck_assert_uint_eq(p->server.tls->is_judged, 1);
    ck_assert(p->client.is_closed || p->server.is_closed || p->server.tls->state == ZTI_TLS_READY);
    pair_free(p);
}
END_TEST

START_TEST(a_session_that_comes_back_is_judged_again)
{
    pair *p = pair_new();
    mbedtls_ssl_session session;

    p->client.opts.max_version = p->server.opts.max_version = 0x0303;
    pair_open(p, 1);
    pair_run(p, 1, 0);
    expect_ready(p);
    mbedtls_ssl_session_init(&session);
    ck_assert_int_eq(mbedtls_ssl_get_session(&p->client.tls->ssl, &session), 0);
    ztrunk_tls_free(p->client.tls);
    ztrunk_tls_free(p->server.tls);
    ck_assert_int_eq(ztrunk_tls_new(p->client.conf, p->peer, 1, PKI_NOW, &p->client.tls),
                     ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_new(p->server.conf, NULL, 1, PKI_NOW, &p->server.tls), ZTRUNK_OK);
    ck_assert_int_eq(mbedtls_ssl_set_session(&p->client.tls->ssl, &session), 0);
    p->client.is_ready = p->server.is_ready = 0;
    pair_run(p, 2, 0);
    expect_ready(p);
    ck_assert_uint_eq(p->client.tls->is_judged, 1);
    ck_assert_uint_eq(p->server.tls->is_judged, 1);
    mbedtls_ssl_session_free(&session);
    pair_free(p);
}
END_TEST

/* ---- judged again ---- */

START_TEST(a_list_that_is_replaced_ends_a_live_connection)
{
    pair *p = pair_new();
    pki_crl crl = {.issuer = "ca", .signer = p->ca_key, .serials = {1001}};
    ztrunk_tls_conf *old;

    pair_open(p, 1);
    pair_run(p, 1, 0);
    expect_ready(p);
    ck_assert_int_eq(ztrunk_tls_rejudge(p->server.tls, NULL, 2, PKI_NOW), ZTRUNK_OK);
    old = p->server.conf;
    pair_crl(&p->server, &crl);
    ck_assert_int_eq(ztrunk_tls_conf_new(p->ctx, &p->server.opts, &p->server.conf), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_conf_trust(p->server.conf, (uint8_t *)p->server.trust,
                                           strlen(p->server.trust)),
                     ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_conf_crl(p->server.conf, (uint8_t *)p->server.crl,
                                         strlen(p->server.crl)),
                     ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_rejudge(p->server.tls, p->server.conf, 3, PKI_NOW), ZTRUNK_E_AUTH);
    pair_run(p, 3, 0);
    ck_assert_uint_eq(p->server.cause, ZTRUNK_TLS_CAUSE_REVOKED);
    ck_assert_uint_eq(p->client.cause, ZTRUNK_TLS_CAUSE_PEER_REFUSED);
    ztrunk_tls_conf_free(old);
    pair_free(p);
}
END_TEST

START_TEST(a_certificate_that_ends_during_a_call_is_found)
{
    pair *p = pair_new();
    uint32_t cause = 0;

    pair_open(p, 1);
    pair_run(p, 1, 0);
    ck_assert_int_eq(ztrunk_tls_judge(p->client.tls, NULL, PKI_NOW, &cause), ZTRUNK_OK);
    ck_assert_uint_eq(cause, ZTRUNK_TLS_CAUSE_NONE);
    ck_assert_int_eq(ztrunk_tls_judge(p->client.tls, NULL, PKI_NOW + PKI_YEAR, &cause), ZTRUNK_OK);
    ck_assert_uint_eq(cause, ZTRUNK_TLS_CAUSE_EXPIRED);
    pair_look(&p->client);
    ck_assert_uint_eq(p->client.is_closed, 0);
    ck_assert_int_eq(ztrunk_tls_rejudge(p->client.tls, NULL, 2, PKI_NOW + PKI_YEAR), ZTRUNK_E_AUTH);
    pair_look(&p->client);
    ck_assert_uint_eq(p->client.cause, ZTRUNK_TLS_CAUSE_EXPIRED);
    pair_free(p);
}
END_TEST

START_TEST(no_protocol_in_common_is_refused)
{
    for (uint32_t is_same = 0; is_same < 2; is_same++) {
        pair *p = pair_new();

        p->client.alpn = "sip/2";
        p->server.alpn = is_same ? "sip/2" : "h2";
        pair_open(p, 1);
        pair_run(p, 1, 0);
        ck_assert_uint_eq(p->server.is_ready, is_same);
        ck_assert_uint_eq(p->client.is_ready, is_same);
        pair_free(p);
    }
}
END_TEST

UNIT_MAIN("tls/conn", garbage_is_refused_whole_and_dripped, old_versions_are_refused,
          suites_without_aead_or_forward_secrecy_are_refused, weak_groups_and_hashes_are_refused,
          a_hello_without_suites_is_refused, compression_is_never_chosen,
          a_stranger_gets_few_bytes_before_it_has_proved_itself,
          cut_at_every_record_neither_side_is_fooled,
          an_end_without_close_notify_is_told_from_a_clean_one, a_handshake_ends_at_its_deadline,
          dripping_does_not_buy_time, silence_ends_a_connection_by_policy,
          the_backlogs_hold_their_bound_and_no_byte_more,
          a_bound_too_small_for_a_record_is_the_callers_bug, both_sides_prove_themselves_and_talk,
          plain_bytes_wait_for_the_proof, names_and_certificate_of_the_peer_are_known,
          a_peer_proves_its_own_domains_and_no_other, no_certificate_is_no_proof,
          any_eku_takes_a_servers_certificate_and_no_less,
          a_certificate_without_its_key_is_no_proof, a_thief_of_a_clients_certificate_is_named,
          renegotiation_is_not_done, a_session_that_comes_back_is_judged_again,
          a_list_that_is_replaced_ends_a_live_connection,
          a_certificate_that_ends_during_a_call_is_found, no_protocol_in_common_is_refused)
