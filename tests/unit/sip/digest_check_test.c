#include "base/time.h"
#include "sip/digest.h"
#include "sip/msg.h"
#include "unit.h"

static const uint8_t seed[32] = {7};
static const char realm[] = "sbc.example.com", user[] = "cloud",
                  uri[] = "sip:+4930@sbc.example.com";
static ztrunk_ctx *ctx;
static ztrunk_digest *d;

static void begin(uint32_t algorithms)
{
    const ztrunk_digest_opts opts = {.size = sizeof opts,
                                     .algorithms = algorithms,
                                     .nonce_ns = 10 * ZTI_SECOND};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_new(ctx, &opts, realm, user, &d), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_set_password(d, "open sesame", 11), ZTRUNK_OK);
}

static void end(void)
{
    ztrunk_digest_free(d);
    ztrunk_ctx_free(ctx);
}

struct answer { /* of a peer; NULL: what is right */
    const char *user, *realm, *password, *nonce, *uri, *algorithm, *nc, *qop, *method, *more;
    uint32_t hash;
};

static const char *or_else(const char *text, const char *usual)
{
    return text != NULL ? text : usual;
}

/* The nonce of a fresh challenge. */
static const char *challenge(uint64_t now_ns)
{
    static char value[ZTRUNK_DIGEST_MAX_CHALLENGE];
    size_t len = 0;
    char *nonce;

    ck_assert_int_eq(ztrunk_digest_challenge(d, now_ns, 0, 0, value, sizeof value, &len),
                     ZTRUNK_OK);
    nonce = strstr(value, "nonce=\"");
    ck_assert_ptr_nonnull(nonce);
    nonce[7 + ZTI_NONCE_LEN] = 0;
    return nonce + 7;
}

static void hash(uint32_t kind, const char *text, char *hex)
{
    zti_str part = zti_str_of(text);

    ck_assert_int_eq(zti_digest_hash(kind, &part, 1, hex), ZTRUNK_OK);
    hex[2 * zti_hash_len(kind)] = 0;
}

/* RFC 7616 3.4 by the letter, not by the code under test. */
static void write_answer(const struct answer *a, char *value, size_t cap)
{
    uint32_t kind = a->hash != 0 ? a->hash : ZTI_HASH_SHA256;
    char ha1[65], ha2[65], response[65], text[1024];

    snprintf(text, sizeof text, "%s:%s:%s", or_else(a->user, user), or_else(a->realm, realm),
             or_else(a->password, "open sesame"));
    hash(kind, text, ha1);
    snprintf(text, sizeof text, "%s:%s", or_else(a->method, "INVITE"), or_else(a->uri, uri));
    hash(kind, text, ha2);
    snprintf(text, sizeof text, "%s:%s:%s:c0ffee:%s:%s", ha1, a->nonce, or_else(a->nc, "00000001"),
             or_else(a->qop, "auth"), ha2);
    hash(kind, text, response);
    snprintf(value, cap,
             "Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\", "
             "cnonce=\"c0ffee\", qop=%s, nc=%s%s%s",
             or_else(a->user, user), or_else(a->realm, realm), a->nonce, or_else(a->uri, uri),
             response, or_else(a->qop, "auth"), or_else(a->nc, "00000001"),
             or_else(a->algorithm, ", algorithm=SHA-256"), or_else(a->more, ""));
}

static ztrunk_sip_msg *request(const char *method, const char *target)
{
    ztrunk_sip_msg *m = NULL;

    ck_assert_int_eq(ztrunk_sip_msg_new_request(ctx, method, target, &m), ZTRUNK_OK);
    return m;
}

static void add(ztrunk_sip_msg *m, const char *value)
{
    ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "Authorization", value, strlen(value)),
                     ZTRUNK_OK);
}

static int32_t check(const char *value, uint64_t now_ns)
{
    ztrunk_sip_msg *m = request("INVITE", uri);
    int32_t err;

    if (value != NULL) add(m, value);
    err = ztrunk_digest_check(d, now_ns, m);
    ztrunk_sip_msg_free(m);
    return err;
}

static int32_t ask(struct answer a)
{
    char value[2048];
    int32_t err;

    if (a.nonce == NULL) a.nonce = challenge(5);
    write_answer(&a, value, sizeof value);
    err = check(value, 6);
    /* Whatever was refused stays so. */
    ck_assert_int_ne(check(value, 6), ZTRUNK_OK);
    return err;
}

/* Who knows the password, and says that it is another. */
static int32_t ask_as(const char *name)
{
    char value[2048], other[2100];

    write_answer(&(struct answer){.nonce = challenge(5)}, value, sizeof value);
    snprintf(other, sizeof other, "Digest username=\"%s\"%s", name, strchr(value, ','));
    return check(other, 6);
}

START_TEST(who_knows_no_password_is_refused)
{
    begin(0);
    ck_assert_int_eq(check(NULL, 5), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ask((struct answer){.password = "open sesam"}), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ask((struct answer){.user = "clouds"}), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ask((struct answer){.user = ""}), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ask((struct answer){.user = "Cloud"}), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ask((struct answer){.method = "BYE"}), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ask_as("clouD"), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ask_as("clou"), ZTRUNK_E_DENIED);
    /* A guess learns nothing of the nonce. */
    ck_assert_int_eq(ask((struct answer){.password = "x", .nonce = "none"}), ZTRUNK_E_DENIED);
    /* The answer to a proxy further on, or to another server. */
    ck_assert_int_eq(ask((struct answer){.realm = "other"}), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ask((struct answer){.realm = "SBC.example.com"}), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(check("Basic Y2xvdWQ6b3BlbiBzZXNhbWU=", 5), ZTRUNK_E_NOTFOUND);
    end();
}
END_TEST

START_TEST(another_algorithm_than_was_offered_is_refused)
{
    begin(0);
    ck_assert_int_eq(ask((struct answer){.hash = ZTI_HASH_MD5, .algorithm = ", algorithm=MD5"}),
                     ZTRUNK_E_DENIED);
    ck_assert_int_eq(ask((struct answer){.hash = ZTI_HASH_MD5, .algorithm = ""}), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ask((struct answer){.algorithm = ", algorithm=SHA-256-sess"}),
                     ZTRUNK_E_DENIED);
    ck_assert_int_eq(ask((struct answer){.hash = ZTI_HASH_SHA512_256,
                                         .algorithm = ", algorithm=SHA-512-256"}),
                     ZTRUNK_E_DENIED);
    end();
}
END_TEST

START_TEST(an_answer_for_another_request_is_refused)
{
    begin(0);
    ck_assert_int_eq(ask((struct answer){.uri = "sip:+1900@sbc.example.com"}), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ask((struct answer){.uri = "sip:+4930@SBC.example.com"}), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ask((struct answer){.qop = "auth-int"}), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ask((struct answer){.nc = "00000000"}), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ask((struct answer){.nc = "1"}), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ask((struct answer){.nc = "000000001"}), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ask((struct answer){.nc = "0000000g"}), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ask((struct answer){.more = ", nc=00000002"}), ZTRUNK_E_MALFORMED);
    end();
}
END_TEST

START_TEST(every_cut_of_an_answer_is_refused)
{
    char value[2048], cut[2048];

    begin(0);
    write_answer(&(struct answer){.nonce = challenge(5)}, value, sizeof value);
    for (size_t len = 0; len < strlen(value); len++) {
        memcpy(cut, value, len);
        cut[len] = 0;
        ck_assert_msg(check(cut, 6) != ZTRUNK_OK, "%s", cut);
    }
    ck_assert_int_eq(check(value, 6), ZTRUNK_OK);
    end();
}
END_TEST

START_TEST(two_answers_for_one_realm_are_refused)
{
    ztrunk_sip_msg *m;
    char value[2048];

    begin(0);
    write_answer(&(struct answer){.nonce = challenge(5)}, value, sizeof value);
    m = request("INVITE", uri);
    add(m, value);
    add(m, value);
    ck_assert_int_eq(ztrunk_digest_check(d, 6, m), ZTRUNK_E_MALFORMED);
    ztrunk_sip_msg_free(m);
    m = request("INVITE", uri);
    add(m, "Basic abc");
    add(m, "Digest realm=\"other\", x=y");
    add(m, value);
    ck_assert_int_eq(ztrunk_digest_check(d, 6, m), ZTRUNK_OK);
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

START_TEST(an_answer_counts_once_and_for_as_long_as_its_nonce)
{
    char nonce[ZTI_NONCE_LEN + 1], value[2048];

    begin(0);
    memcpy(nonce, challenge(5), sizeof nonce);
    write_answer(&(struct answer){.nonce = nonce}, value, sizeof value);
    ck_assert_int_eq(check(value, 6), ZTRUNK_OK);
    ck_assert_int_eq(check(value, 6), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(ask((struct answer){.nonce = nonce, .nc = "0000000A"}), ZTRUNK_OK);
    ck_assert_int_eq(ask((struct answer){.nonce = nonce, .nc = "00000009"}), ZTRUNK_E_EXPIRED);
    write_answer(&(struct answer){.nonce = nonce, .nc = "0000000b"}, value, sizeof value);
    ck_assert_int_eq(check(value, 5 + 10 * ZTI_SECOND), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(check(value, 4 + 10 * ZTI_SECOND), ZTRUNK_OK);
    end();
}
END_TEST

START_TEST(each_algorithm_lets_its_answer_pass)
{
    begin(7);
    ck_assert_int_eq(ask((struct answer){.hash = ZTI_HASH_SHA256}), ZTRUNK_OK);
    ck_assert_int_eq(ask((struct answer){.hash = ZTI_HASH_SHA512_256,
                                         .algorithm = ", algorithm=SHA-512-256"}),
                     ZTRUNK_OK);
    ck_assert_int_eq(ask((struct answer){.hash = ZTI_HASH_MD5, .algorithm = ", algorithm=\"md5\""}),
                     ZTRUNK_OK);
    ck_assert_int_eq(ask((struct answer){.hash = ZTI_HASH_MD5, .algorithm = ""}), ZTRUNK_OK);
    /* Of another hash than it says. */
    ck_assert_int_eq(ask((struct answer){.hash = ZTI_HASH_MD5}), ZTRUNK_E_DENIED);
    end();
}
END_TEST

struct example {
    uint32_t algorithm;
    const char *realm, *password, *header;
};

/* The nonces are not ours: the answer is right, and they are stale. */
static void follow(const struct example *e)
{
    const ztrunk_digest_opts opts = {.size = sizeof opts, .algorithms = e->algorithm};
    ztrunk_sip_msg *m = request("GET", "sip:a");
    char wrong[1024];
    char *digit;

    m->head.uri = ZTI_STR("/dir/index.html");
    ck_assert_int_eq(ztrunk_digest_new(ctx, &opts, e->realm, "Mufasa", &d), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_set_password(d, e->password, strlen(e->password)), ZTRUNK_OK);
    add(m, e->header);
    ck_assert_int_eq(ztrunk_digest_check(d, 5, m), ZTRUNK_E_EXPIRED);
    snprintf(wrong, sizeof wrong, "%s", e->header);
    digit = strstr(wrong, "response=\"") + 10;
    *digit = *digit == '0' ? '1' : '0';
    ck_assert_int_eq(ztrunk_sip_msg_set_header(m, "Authorization", wrong, strlen(wrong)),
                     ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_digest_check(d, 5, m), ZTRUNK_E_DENIED);
    ztrunk_sip_msg_free(m);
    ztrunk_digest_free(d);
}

#define RFC7616                                                                                    \
    "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "       \
    "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "                        \
    "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "                          \
    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", "

START_TEST(the_examples_of_rfc_2617_and_rfc_7616_are_right)
{
    static const struct example rows[] = {
        {ZTRUNK_DIGEST_MD5, "testrealm@host.com", "Circle Of Life",
         "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
         "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth, "
         "nc=00000001, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", "
         "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""},
        {ZTRUNK_DIGEST_MD5, "http-auth@example.org", "Circle of Life",
         RFC7616 "algorithm=MD5, response=\"8ca523f5e9506fed4657c9700eebdbec\""},
        {ZTRUNK_DIGEST_SHA_256, "http-auth@example.org", "Circle of Life",
         RFC7616
         "algorithm=SHA-256, response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf"
         "8db5856cb6c1\""},
    };

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) follow(&rows[i]);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sip/digest_check", who_knows_no_password_is_refused,
          another_algorithm_than_was_offered_is_refused, an_answer_for_another_request_is_refused,
          every_cut_of_an_answer_is_refused, two_answers_for_one_realm_are_refused,
          an_answer_counts_once_and_for_as_long_as_its_nonce, each_algorithm_lets_its_answer_pass,
          the_examples_of_rfc_2617_and_rfc_7616_are_right)
