#include "tls/judge.h"

#include <string.h>
#include "unit.h"
#include "unit/tls/limbo.h"
#include "unit/tls/pki.h"

enum { DEFAULT = 1, STRICT = 2, WILDCARDS = 4, EVERY = 7 };

typedef struct difference {
    const char *id;
    uint32_t policies;
} difference;

/* What we take although x509-limbo does not: form that no attacker gains by. strict_ids refuses
 * all of it but the last, which is the operator's switch. */
static const difference accepted[] = {
    {"rfc5280::aki::leaf-missing-aki", DEFAULT | WILDCARDS},
    {"rfc5280::aki::cross-signed-root-missing-aki", DEFAULT | WILDCARDS},
    {"rfc5280::ski::root-missing-ski", DEFAULT | WILDCARDS},
    {"rfc5280::root-non-critical-basic-constraints", DEFAULT | WILDCARDS},
    {"webpki::aki::root-with-aki-missing-keyidentifier", DEFAULT | WILDCARDS},
    {"webpki::aki::root-with-aki-authoritycertissuer", DEFAULT | WILDCARDS},
    {"webpki::aki::root-with-aki-all-fields", DEFAULT | WILDCARDS},
    {"webpki::aki::root-with-aki-ski-mismatch", DEFAULT | WILDCARDS},
    {"webpki::eku::root-has-eku", DEFAULT | WILDCARDS},
    {"webpki::eku::ee-critical-eku", DEFAULT | WILDCARDS},
    {"webpki::san::san-critical-with-nonempty-subject", DEFAULT | WILDCARDS},
    /* Constraints bind us whether they are marked critical or not (webpki's twin case agrees). */
    {"rfc5280::nc::permitted-dns-match-noncritical", DEFAULT | WILDCARDS},
    /* The common name is never read. */
    {"webpki::cn::not-in-san", DEFAULT | WILDCARDS},
    {"webpki::cn::punycode-not-in-san", DEFAULT | WILDCARDS},
    {"webpki::cn::utf8-vs-punycode-mismatch", DEFAULT | WILDCARDS},
    /* There is no public suffix list here: wildcards are for who knows his peers. */
    {"webpki::san::public-suffix-private-namespace-wildcard-san", WILDCARDS},
};

/* What we refuse although x509-limbo does not. */
static const difference refused[] = {
    /* A CA's certificate is no peer's, by whatever name. */
    {"rfc5280::ca-as-leaf", EVERY},
    {"pathlen::validation-ignores-pathlen-in-leaf", EVERY},
    /* A peer is a SIP domain: no IP, directory or e-mail names. */
    {"rfc5280::nc::permitted-ipv4-match", EVERY},
    {"rfc5280::nc::permitted-ipv6-match", EVERY},
    {"webpki::san::exact-localhost-ip-san", EVERY},
    {"rfc5280::nc::permitted-dn-match", EVERY},
    {"rfc5280::nc::nc-permits-email-exact", EVERY},
    /* The bound counts what is sent, self-issued or not. */
    {"pathlen::max-chain-depth-1-self-issued", EVERY},
    /* RFC 5922 7.2: no wildcards but by policy. */
    {"webpki::san::leftmost-wildcard-san", DEFAULT | STRICT},
    {"webpki::nc::nc-permits-dns-san-pattern", DEFAULT | STRICT},
    /* Against a twin case that asks for the refusal, which strict_ids follows. */
    {"webpki::nc::permitted-dns-match-noncritical", STRICT},
    {"cve::cve-2024-0567", STRICT},
    {"rfc5280::nc::permitted-dns-match-more", STRICT},
};

static uint32_t is_listed(const difference *list, size_t count, const char *id, uint32_t policy)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].id, id) == 0) return (list[i].policies & policy) != 0;
    return 0;
}

static void compare(const limbo_case *c, uint32_t policy)
{
    uint32_t cause = limbo_judge(c, policy == STRICT, policy == WILDCARDS);
    uint32_t is_other = is_listed(accepted, sizeof accepted / sizeof accepted[0], c->id, policy) ||
                        is_listed(refused, sizeof refused / sizeof refused[0], c->id, policy);
    uint32_t expect = is_other ? !c->is_success : c->is_success;

    ck_assert_msg((cause == ZTRUNK_TLS_CAUSE_NONE) == expect, "%s, policy %u: %s", c->id, policy,
                  ztrunk_tls_cause_text(cause));
}

START_TEST(agrees_with_x509_limbo_but_for_the_lists)
{
    static limbo_case c;
    limbo *l = limbo_open();
    size_t count = 0;

    while (limbo_next(l, &c)) {
        compare(&c, DEFAULT);
        compare(&c, STRICT);
        compare(&c, WILDCARDS);
        count++;
    }
    ck_assert_uint_eq(count, 141);
    limbo_close(l);
}
END_TEST

START_TEST(strict_accepts_nothing_that_x509_limbo_refuses)
{
    static limbo_case c;
    limbo *l = limbo_open();

    while (limbo_next(l, &c))
        if (!c.is_success) ck_assert_msg(limbo_judge(&c, 1, 0) != 0, "%s", c.id);
    limbo_close(l);
}
END_TEST

/* ---- chains of our own, right to the bound and one beyond ---- */

typedef struct world {
    const pki_key *root_key, *key;
    pki_der ders[ZTI_CHAIN_MAX + 2];
    zti_str sent[ZTI_CHAIN_MAX + 2];
    size_t count;
    pki_der root;
    zti_cert anchor;
    zti_rules rules;
} world;

static world *world_new(void)
{
    world *w = calloc(1, sizeof *w);
    pki_spec root = {.subject = "ca", .issuer = "ca", .is_ca = 1};

    ck_assert_ptr_nonnull(w);
    w->root_key = pki_p256();
    w->key = pki_p256();
    root.key = root.signer = w->root_key;
    pki_make(&root, &w->root);
    ck_assert_int_eq(zti_cert_read((zti_str){(char *)w->root.data, w->root.len}, &w->anchor),
                     ZTRUNK_OK);
    w->rules = (zti_rules){.max_chain = ZTI_CHAIN_MAX,
                           .anchors = &w->anchor,
                           .anchor_count = 1,
                           .domain = ZTI_STR("trunk.example.com")};
    return w;
}

static void send(world *w, const pki_spec *spec)
{
    pki_make(spec, &w->ders[w->count]);
    w->sent[w->count] = (zti_str){(char *)w->ders[w->count].data, w->ders[w->count].len};
    w->count++;
}

static pki_spec leaf_of(const world *w, const char *issuer)
{
    return (pki_spec){.subject = "trunk",
                      .issuer = issuer,
                      .key = w->key,
                      .signer = w->root_key,
                      .san = {{PKI_DNS, "trunk.example.com", 0}},
                      .eku = PKI_SERVER};
}

static uint32_t judge(world *w)
{
    return zti_judge(&w->rules, w->sent, w->count, PKI_NOW, NULL);
}

static void world_free(world *w)
{
    free(w);
    pki_end();
}

/* All intermediates have the root's key, so that only names tell them apart. */
static void send_line(world *w, size_t intermediates)
{
    char names[ZTI_CHAIN_MAX + 1][24];
    pki_spec leaf;

    for (size_t i = 0; i <= intermediates; i++) snprintf(names[i], sizeof names[i], "i%zu", i);
    snprintf(names[intermediates], sizeof names[0], "ca");
    leaf = leaf_of(w, names[0]);
    send(w, &leaf);
    for (size_t i = 0; i < intermediates; i++) {
        pki_spec ca = {.subject = names[i], .issuer = names[i + 1], .is_ca = 1};

        ca.key = ca.signer = w->root_key;
        send(w, &ca);
    }
}

START_TEST(counts_what_was_sent_up_to_the_bound)
{
    for (size_t extra = 0; extra < 2; extra++) {
        world *w = world_new();

        w->rules.max_chain = 5;
        send_line(w, 4 + extra);
        ck_assert_uint_eq(judge(w), extra == 0 ? ZTRUNK_TLS_CAUSE_NONE : ZTRUNK_TLS_CAUSE_CHAIN);
        world_free(w);
    }
}
END_TEST

START_TEST(refuses_more_than_any_configuration_allows)
{
    for (size_t extra = 0; extra < 2; extra++) {
        world *w = world_new();

        w->rules.max_chain = 100;
        send_line(w, ZTI_CHAIN_MAX - 1 + extra);
        ck_assert_uint_eq(judge(w), extra == 0 ? ZTRUNK_TLS_CAUSE_NONE : ZTRUNK_TLS_CAUSE_CHAIN);
        world_free(w);
    }
}
END_TEST

START_TEST(look_alikes_cost_a_bounded_number_of_signatures)
{
    world *w = world_new();
    pki_spec leaf = leaf_of(w, "i");

    w->rules.max_chain = ZTI_CHAIN_MAX;
    leaf.breaks_signature = 1;
    send(w, &leaf);
    for (size_t i = 1; i < ZTI_CHAIN_MAX; i++) {
        pki_spec ca = {.subject = "i", .issuer = "i", .is_ca = 1};

        ca.key = ca.signer = w->root_key;
        ca.serial = (uint32_t)i;
        send(w, &ca);
    }
    ck_assert_uint_ne(judge(w), ZTRUNK_TLS_CAUSE_NONE);
    world_free(w);
}
END_TEST

/* A leaf that is fine, under look-alikes that all verify: without a budget, 15 factorial paths. */
START_TEST(a_maze_of_self_issued_cas_ends)
{
    world *w = world_new();
    pki_spec leaf = leaf_of(w, "maze");

    send(w, &leaf);
    for (size_t i = 1; i < ZTI_CHAIN_MAX; i++) {
        pki_spec ca = {.subject = "maze", .issuer = "maze", .is_ca = 1};

        ca.key = ca.signer = w->root_key;
        ca.serial = (uint32_t)i;
        send(w, &ca);
    }
    ck_assert_uint_eq(judge(w), ZTRUNK_TLS_CAUSE_CHAIN);
    world_free(w);
}
END_TEST

START_TEST(order_of_what_was_sent_does_not_matter)
{
    world *w = world_new();
    zti_str swap;

    send_line(w, 3);
    swap = w->sent[1];
    w->sent[1] = w->sent[3];
    w->sent[3] = swap;
    ck_assert_uint_eq(judge(w), ZTRUNK_TLS_CAUSE_NONE);
    world_free(w);
}
END_TEST

START_TEST(garbage_behind_the_leaf_is_passed_over_and_as_the_leaf_refused)
{
    world *w = world_new();

    send_line(w, 0);
    w->sent[w->count++] = ZTI_STR("\x30\x03garbage");
    ck_assert_uint_eq(judge(w), ZTRUNK_TLS_CAUSE_NONE);
    w->sent[0] = w->sent[1];
    ck_assert_uint_eq(judge(w), ZTRUNK_TLS_CAUSE_CHAIN);
    w->count = 0;
    ck_assert_uint_eq(judge(w), ZTRUNK_TLS_CAUSE_NO_CERTIFICATE);
    world_free(w);
}
END_TEST

/* Every byte of a chain that is accepted, flipped: the signature, the form or the name breaks. */
START_TEST(no_flipped_byte_is_accepted)
{
    world *w = world_new();

    send_line(w, 1);
    for (size_t i = 0; i < w->ders[0].len; i++) {
        w->ders[0].data[i] ^= 1;
        ck_assert_msg(judge(w) != ZTRUNK_TLS_CAUSE_NONE, "byte %zu", i);
        w->ders[0].data[i] ^= 1;
    }
    ck_assert_uint_eq(judge(w), ZTRUNK_TLS_CAUSE_NONE);
    world_free(w);
}
END_TEST

UNIT_MAIN("tls/judge", agrees_with_x509_limbo_but_for_the_lists,
          strict_accepts_nothing_that_x509_limbo_refuses, counts_what_was_sent_up_to_the_bound,
          refuses_more_than_any_configuration_allows,
          look_alikes_cost_a_bounded_number_of_signatures, a_maze_of_self_issued_cas_ends,
          order_of_what_was_sent_does_not_matter,
          garbage_behind_the_leaf_is_passed_over_and_as_the_leaf_refused,
          no_flipped_byte_is_accepted)
