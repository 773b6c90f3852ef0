#include "tls/conn.h"

#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <string.h>
#include "base/str.h"
#include "tls/pem.h"
#include "unit.h"
#include "unit/tls/pair.h"

enum {
    SHOWN,
    UNSHOWN, /* mbedTLS as a server will not show it: the client gets an alert */
    UNREAD   /* mbedTLS cannot read it, neither to show nor to see it: our verdict alone */
};

/* One wrong thing in what a peer shows, and the cause that the refusal names. */
typedef struct row {
    const char *name;
    void (*spoil)(pair *p, side *shows, side *judges, pki_spec *leaf);
    uint32_t cause; /* NONE: accepted */
    uint32_t way;
} row;

static pki_der scratch;

static pki_spec ca_spec(const pair *p, const char *subject, const char *issuer, const pki_key *key)
{
    return (pki_spec){.subject = subject,
                      .issuer = issuer,
                      .key = key,
                      .signer = p->ca_key,
                      .is_ca = 1,
                      .serial = 2001};
}

static void add_ca(side *s, const pki_spec *spec)
{
    pki_make(spec, &scratch);
    pair_add(s, &scratch);
}

/* A leaf under an intermediate; change sets what is wrong with that. */
static void under(pair *p, side *shows, pki_spec *leaf, void (*change)(pki_spec *ca))
{
    const pki_key *key = pki_p256();
    pki_spec ca = ca_spec(p, "middle", "ca", key);

    if (change != NULL) change(&ca);
    leaf->issuer = "middle";
    leaf->signer = key;
    pair_show(shows, leaf);
    add_ca(shows, &ca);
}

#define ROW(function)            static void function(pair *p, side *shows, side *judges, pki_spec *leaf)
#define UNUSED(p, shows, judges) ((void)(p), (void)(shows), (void)(judges))

ROW(nothing)
{
    UNUSED(p, shows, judges);
    (void)leaf;
}

ROW(untrusted_ca)
{
    UNUSED(p, shows, judges);
    leaf->signer = pki_p256();
    leaf->issuer = "another";
}

ROW(ca_of_the_same_name)
{
    UNUSED(p, shows, judges);
    leaf->signer = pki_p256();
    leaf->no_ids = 1;
}

ROW(self_signed)
{
    UNUSED(p, shows, judges);
    leaf->signer = leaf->key;
    leaf->issuer = leaf->subject;
}

ROW(self_signed_and_itself_an_anchor)
{
    UNUSED(p, shows, judges);
    leaf->signer = leaf->key;
    leaf->issuer = leaf->subject;
    pki_make(leaf, &scratch);
    pair_trust(judges, &scratch);
}

ROW(no_anchor_at_all)
{
    UNUSED(p, shows, judges);
    (void)leaf;
    *judges->trust = 0;
}

ROW(expired_a_second_ago)
{
    UNUSED(p, shows, judges);
    leaf->not_after_s = PKI_NOW - 1;
}

ROW(in_its_last_second)
{
    UNUSED(p, shows, judges);
    leaf->not_after_s = PKI_NOW;
}

ROW(valid_in_a_second)
{
    UNUSED(p, shows, judges);
    leaf->not_before_s = PKI_NOW + 1;
}

ROW(in_its_first_second)
{
    UNUSED(p, shows, judges);
    leaf->not_before_s = PKI_NOW;
}

static void expire(pki_spec *ca)
{
    ca->not_after_s = PKI_NOW - 1;
}

ROW(expired_intermediate)
{
    (void)judges;
    under(p, shows, leaf, expire);
}

ROW(expired_anchor)
{
    pki_spec root = ca_spec(p, "ca", "ca", p->ca_key);

    UNUSED(p, shows, judges);
    (void)leaf;
    root.not_after_s = PKI_NOW - 1;
    pki_make(&root, &scratch);
    *judges->trust = 0;
    pair_trust(judges, &scratch);
}

ROW(another_name)
{
    UNUSED(p, shows, judges);
    leaf->san[0].value = "evil.example.com";
}

ROW(name_only_as_common_name)
{
    UNUSED(p, shows, judges);
    leaf->subject = leaf->san[0].value;
    leaf->san[0].tag = 0;
}

ROW(name_only_as_common_name_beside_another_san)
{
    UNUSED(p, shows, judges);
    leaf->subject = leaf->san[0].value;
    leaf->san[0].value = "other.example.com";
}

ROW(name_as_suffix)
{
    static char longer[128];

    UNUSED(p, shows, judges);
    snprintf(longer, sizeof longer, "x.%s", leaf->san[0].value);
    leaf->san[0].value = longer;
}

ROW(parent_of_the_name)
{
    UNUSED(p, shows, judges);
    leaf->san[0].value = "example.com";
}

ROW(wildcard_without_the_policy)
{
    UNUSED(p, shows, judges);
    leaf->san[0].value = "*.example.com";
}

ROW(wildcard_with_the_policy)
{
    UNUSED(p, shows, judges);
    judges->opts.wildcards = 1;
    leaf->san[0].value = "*.example.com";
}

ROW(wildcard_over_two_labels)
{
    UNUSED(p, shows, judges);
    judges->opts.wildcards = 1;
    leaf->san[0].value = "*.com";
}

ROW(wildcard_inside_a_label)
{
    UNUSED(p, shows, judges);
    judges->opts.wildcards = 1;
    leaf->san[0].value = "*e.example.com";
}

ROW(ip_instead_of_a_name)
{
    UNUSED(p, shows, judges);
    leaf->san[0] = (pki_san){PKI_IP, "\xc0\x00\x02\x01", 4};
}

ROW(ip_as_a_dns_name)
{
    UNUSED(p, shows, judges);
    leaf->san[1] = (pki_san){PKI_DNS, "192.0.2.1", 0};
}

ROW(nul_inside_a_name)
{
    static char text[64];
    size_t len = strlen(leaf->san[0].value);

    UNUSED(p, shows, judges);
    memcpy(text, leaf->san[0].value, len);
    memcpy(text + len, "\0.evil.net", 10);
    leaf->san[0] = (pki_san){PKI_DNS, text, len + 10};
}

ROW(trailing_dot)
{
    static char text[64];

    UNUSED(p, shows, judges);
    snprintf(text, sizeof text, "%s.", leaf->san[0].value);
    leaf->san[0].value = text;
}

ROW(name_in_capitals)
{
    static char text[64];

    UNUSED(p, shows, judges);
    snprintf(text, sizeof text, "%s", leaf->san[0].value);
    for (char *at = text; *at != 0; at++)
        if (*at >= 'a' && *at <= 'z') *at = (char)(*at - 32);
    leaf->san[0].value = text;
}

static const char *uri(const char *before, const char *name, const char *after)
{
    static char text[128];

    snprintf(text, sizeof text, "%s%s%s", before, name, after);
    return text;
}

ROW(sip_uri)
{
    UNUSED(p, shows, judges);
    leaf->san[0] = (pki_san){PKI_URI, uri("sip:", leaf->san[0].value, ""), 0};
}

ROW(sip_uri_with_a_port)
{
    UNUSED(p, shows, judges);
    leaf->san[0] = (pki_san){PKI_URI, uri("SIP:", leaf->san[0].value, ":5061;transport=tls"), 0};
}

ROW(sip_uri_with_a_user)
{
    UNUSED(p, shows, judges);
    leaf->san[0] = (pki_san){PKI_URI, uri("sip:bob@", leaf->san[0].value, ""), 0};
}

ROW(sips_uri)
{
    UNUSED(p, shows, judges);
    leaf->san[0] = (pki_san){PKI_URI, uri("sips:", leaf->san[0].value, ""), 0};
}

/* RFC 5922 7.1: where a sip URI names somebody, DNS names do not count. */
ROW(dns_name_beside_the_uri_of_another)
{
    UNUSED(p, shows, judges);
    leaf->san[1] = (pki_san){PKI_URI, "sip:other.example.com", 0};
}

ROW(usage_of_the_other_role)
{
    UNUSED(p, shows, judges);
    leaf->eku = leaf->eku == PKI_CLIENT ? PKI_SERVER : PKI_CLIENT;
}

ROW(usages_of_both_roles)
{
    UNUSED(p, shows, judges);
    leaf->eku = PKI_CLIENT | PKI_SERVER;
}

ROW(no_usage)
{
    UNUSED(p, shows, judges);
    leaf->eku = 0;
}

ROW(any_usage)
{
    UNUSED(p, shows, judges);
    leaf->eku = PKI_ANY;
}

ROW(any_usage_beside_the_right_one)
{
    UNUSED(p, shows, judges);
    leaf->eku |= PKI_ANY;
}

ROW(sip_domain_without_its_usage)
{
    UNUSED(p, shows, judges);
    (void)leaf;
    judges->opts.identity = ZTRUNK_TLS_SIP_DOMAIN;
}

ROW(sip_domain_with_its_usage_alone)
{
    UNUSED(p, shows, judges);
    judges->opts.identity = ZTRUNK_TLS_SIP_DOMAIN;
    leaf->eku = PKI_SIP;
}

ROW(sip_domain_usage_where_it_was_not_asked)
{
    UNUSED(p, shows, judges);
    leaf->eku = PKI_SIP;
}

static void for_the_other_role(pki_spec *ca)
{
    ca->eku = PKI_SIP;
}

ROW(intermediate_for_another_usage)
{
    (void)judges;
    under(p, shows, leaf, for_the_other_role);
}

ROW(key_usage_without_signature)
{
    UNUSED(p, shows, judges);
    leaf->key_usage = 1 << 2;
}

ROW(no_key_usage)
{
    UNUSED(p, shows, judges);
    leaf->no_key_usage = 1;
}

ROW(no_key_identifiers)
{
    UNUSED(p, shows, judges);
    leaf->no_ids = 1;
}

ROW(no_key_identifiers_under_strict_ids)
{
    UNUSED(p, shows, judges);
    judges->opts.strict_ids = 1;
    leaf->no_ids = 1;
}

ROW(ca_as_leaf)
{
    UNUSED(p, shows, judges);
    leaf->is_ca = 1;
}

ROW(leaf_that_may_sign_certificates)
{
    UNUSED(p, shows, judges);
    leaf->key_usage = 0x21;
}

ROW(version_1)
{
    UNUSED(p, shows, judges);
    leaf->is_v1 = 1;
}

ROW(unknown_critical_extension)
{
    UNUSED(p, shows, judges);
    leaf->critical_oid = "\x2b\x06\x01\x04\x01\x82\x37\x64";
}

ROW(negative_serial)
{
    UNUSED(p, shows, judges);
    leaf->serial = 0x80000000;
}

ROW(signature_broken)
{
    UNUSED(p, shows, judges);
    leaf->breaks_signature = 1;
}

ROW(sha1)
{
    UNUSED(p, shows, judges);
    leaf->hash = MBEDTLS_MD_SHA1;
}

ROW(md5)
{
    UNUSED(p, shows, judges);
    leaf->hash = MBEDTLS_MD_MD5;
}

ROW(sha384)
{
    UNUSED(p, shows, judges);
    leaf->hash = MBEDTLS_MD_SHA384;
}

ROW(p384_leaf)
{
    UNUSED(p, shows, judges);
    leaf->key = pki_ec(MBEDTLS_ECP_DP_SECP384R1);
}

ROW(rsa_2048_leaf)
{
    UNUSED(p, shows, judges);
    leaf->key = pki_rsa(2048);
}

ROW(rsa_1024_leaf)
{
    UNUSED(p, shows, judges);
    leaf->key = pki_rsa(1024);
}

ROW(p192_leaf)
{
    UNUSED(p, shows, judges);
    leaf->key = pki_ec(MBEDTLS_ECP_DP_SECP192R1);
}

ROW(good_intermediate)
{
    (void)judges;
    under(p, shows, leaf, NULL);
}

ROW(missing_intermediate)
{
    (void)judges;
    under(p, shows, leaf, NULL);
    pair_show(shows, leaf);
}

static void not_a_ca(pki_spec *ca)
{
    ca->is_ca = 0;
    ca->key_usage = 0x60;
}

ROW(intermediate_that_is_no_ca)
{
    (void)judges;
    under(p, shows, leaf, not_a_ca);
}

static void without_basic(pki_spec *ca)
{
    ca->no_basic = 1;
}

ROW(intermediate_without_basic_constraints)
{
    (void)judges;
    under(p, shows, leaf, without_basic);
}

static void signs_no_certificates(pki_spec *ca)
{
    ca->key_usage = 1;
}

ROW(intermediate_that_may_not_sign)
{
    (void)judges;
    under(p, shows, leaf, signs_no_certificates);
}

static void by_sha1(pki_spec *ca)
{
    ca->hash = MBEDTLS_MD_SHA1;
}

ROW(intermediate_signed_with_sha1)
{
    (void)judges;
    under(p, shows, leaf, by_sha1);
}

/* leaf under low under middle; middle allows no intermediate below. */
ROW(path_longer_than_pathlen)
{
    const pki_key *middle_key = pki_p256();
    const pki_key *low_key = pki_p256();
    pki_spec middle = ca_spec(p, "middle", "ca", middle_key);
    pki_spec low = ca_spec(p, "low", "middle", low_key);

    (void)judges;
    middle.has_pathlen = 1;
    low.signer = middle_key;
    leaf->issuer = "low";
    leaf->signer = low_key;
    pair_show(shows, leaf);
    add_ca(shows, &low);
    add_ca(shows, &middle);
}

ROW(two_intermediates_in_the_wrong_order)
{
    const pki_key *middle_key = pki_p256();
    const pki_key *low_key = pki_p256();
    pki_spec middle = ca_spec(p, "middle", "ca", middle_key);
    pki_spec low = ca_spec(p, "low", "middle", low_key);

    (void)judges;
    low.signer = middle_key;
    leaf->issuer = "low";
    leaf->signer = low_key;
    pair_show(shows, leaf);
    add_ca(shows, &middle);
    add_ca(shows, &low);
}

static void add_fillers(pair *p, side *shows, pki_spec *leaf, size_t count, uint32_t padding)
{
    pki_spec filler = ca_spec(p, "filler", "ca", p->ca_key);

    filler.padding = padding;
    pair_show(shows, leaf);
    for (size_t i = 0; i < count; i++) {
        filler.serial = (uint32_t)(3000 + i);
        add_ca(shows, &filler);
    }
}

ROW(five_certificates)
{
    (void)judges;
    add_fillers(p, shows, leaf, 4, 0);
}

ROW(six_certificates)
{
    (void)judges;
    add_fillers(p, shows, leaf, 5, 0);
}

ROW(twenty_certificates)
{
    (void)judges;
    add_fillers(p, shows, leaf, 19, 0);
}

static void permit_others(pki_spec *ca)
{
    static const uint8_t value[] = "\x30\x0f\xa0\x0d\x30\x0b\x82\x09other.net";

    ca->constraints = value;
    ca->constraints_len = sizeof value - 1;
}

ROW(name_outside_the_constraints)
{
    (void)judges;
    under(p, shows, leaf, permit_others);
}

static void permit_us(pki_spec *ca)
{
    static const uint8_t value[] = "\x30\x11\xa0\x0f\x30\x0d\x82\x0b"
                                   "example.com";

    ca->constraints = value;
    ca->constraints_len = sizeof value - 1;
}

ROW(name_inside_the_constraints)
{
    (void)judges;
    under(p, shows, leaf, permit_us);
}

static void bind_anchor(const pair *p, side *judges, void (*bind)(pki_spec *ca))
{
    pki_spec root = ca_spec(p, "ca", "ca", p->ca_key);

    bind(&root);
    pki_make(&root, &scratch);
    *judges->trust = 0;
    pair_trust(judges, &scratch);
}

ROW(name_outside_the_anchors_constraints)
{
    (void)shows;
    (void)leaf;
    bind_anchor(p, judges, permit_others);
}

ROW(name_inside_the_anchors_constraints)
{
    (void)shows;
    (void)leaf;
    bind_anchor(p, judges, permit_us);
}

static pki_crl ca_crl(const pair *p)
{
    return (pki_crl){.issuer = "ca", .signer = p->ca_key};
}

ROW(revoked)
{
    pki_crl crl = ca_crl(p);

    (void)shows;
    crl.serials[0] = 5;
    crl.serials[1] = leaf->serial;
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
    pair_crl(judges, &crl);
}

ROW(revoked_by_a_list_that_was_not_required)
{
    pki_crl crl = ca_crl(p);

    (void)shows;
    crl.serials[0] = leaf->serial;
    pair_crl(judges, &crl);
}

ROW(on_no_list)
{
    pki_crl crl = ca_crl(p);

    (void)shows;
    (void)leaf;
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
    pair_crl(judges, &crl);
}

ROW(list_required_and_missing)
{
    UNUSED(p, shows, judges);
    (void)leaf;
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
}

ROW(list_ended_a_second_ago)
{
    pki_crl crl = ca_crl(p);

    (void)shows;
    (void)leaf;
    crl.next_update_s = PKI_NOW - 1;
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
    pair_crl(judges, &crl);
}

ROW(list_of_the_future)
{
    pki_crl crl = ca_crl(p);

    (void)shows;
    (void)leaf;
    crl.this_update_s = PKI_NOW + 1;
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
    pair_crl(judges, &crl);
}

ROW(list_by_the_same_name_with_another_key)
{
    pki_crl crl = ca_crl(p);

    (void)shows;
    (void)leaf;
    crl.signer = pki_p256();
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
    pair_crl(judges, &crl);
}

ROW(list_of_another_ca)
{
    pki_crl crl = ca_crl(p);

    (void)shows;
    (void)leaf;
    crl.issuer = "another";
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
    pair_crl(judges, &crl);
}

ROW(list_that_is_a_delta)
{
    pki_crl crl = ca_crl(p);

    (void)shows;
    (void)leaf;
    crl.is_delta = 1;
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
    pair_crl(judges, &crl);
}

ROW(list_without_a_number)
{
    pki_crl crl = ca_crl(p);

    (void)shows;
    (void)leaf;
    crl.no_number = 1;
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
    pair_crl(judges, &crl);
}

ROW(revoked_intermediate)
{
    pki_crl crl = ca_crl(p);

    under(p, shows, leaf, NULL);
    crl.serials[0] = 2001;
    pair_crl(judges, &crl);
}

ROW(no_list_of_the_intermediate)
{
    pki_crl crl = ca_crl(p);

    under(p, shows, leaf, NULL);
    judges->opts.crl = ZTRUNK_TLS_CRL_REQUIRED;
    pair_crl(judges, &crl);
}

static const row rows[] = {
#define R(function, cause)                                                                         \
    {                                                                                              \
#function, function, ZTRUNK_TLS_CAUSE_##cause, SHOWN                                       \
    }
#define U(function, cause)                                                                         \
    {                                                                                              \
#function, function, ZTRUNK_TLS_CAUSE_##cause, UNSHOWN                                     \
    }
#define X(function, cause)                                                                         \
    {                                                                                              \
#function, function, ZTRUNK_TLS_CAUSE_##cause, UNREAD                                      \
    }
    R(nothing, NONE),
    R(untrusted_ca, UNTRUSTED),
    R(ca_of_the_same_name, UNTRUSTED),
    R(self_signed, UNTRUSTED),
    R(self_signed_and_itself_an_anchor, CHAIN),
    R(no_anchor_at_all, UNTRUSTED),
    R(expired_a_second_ago, EXPIRED),
    R(in_its_last_second, NONE),
    R(valid_in_a_second, NOT_YET_VALID),
    R(in_its_first_second, NONE),
    R(expired_intermediate, EXPIRED),
    R(expired_anchor, EXPIRED),
    R(another_name, WRONG_NAME),
    R(name_only_as_common_name, WRONG_NAME),
    R(name_only_as_common_name_beside_another_san, WRONG_NAME),
    R(name_as_suffix, WRONG_NAME),
    R(parent_of_the_name, WRONG_NAME),
    R(wildcard_without_the_policy, WRONG_NAME),
    R(wildcard_with_the_policy, NONE),
    R(wildcard_over_two_labels, WRONG_NAME),
    R(wildcard_inside_a_label, WRONG_NAME),
    R(ip_instead_of_a_name, WRONG_NAME),
    R(ip_as_a_dns_name, WRONG_NAME),
    R(nul_inside_a_name, WRONG_NAME),
    R(trailing_dot, WRONG_NAME),
    R(name_in_capitals, NONE),
    R(sip_uri, NONE),
    R(sip_uri_with_a_port, NONE),
    R(sip_uri_with_a_user, WRONG_NAME),
    R(sips_uri, WRONG_NAME),
    R(dns_name_beside_the_uri_of_another, WRONG_NAME),
    U(usage_of_the_other_role, WRONG_USAGE),
    R(usages_of_both_roles, NONE),
    R(no_usage, WRONG_USAGE),
    R(any_usage, WRONG_USAGE),
    R(any_usage_beside_the_right_one, WRONG_USAGE),
    R(sip_domain_without_its_usage, WRONG_USAGE),
    U(sip_domain_with_its_usage_alone, NONE),
    U(sip_domain_usage_where_it_was_not_asked, WRONG_USAGE),
    R(intermediate_for_another_usage, WRONG_USAGE),
    U(key_usage_without_signature, WRONG_USAGE),
    R(no_key_usage, NONE),
    R(no_key_identifiers, NONE),
    R(no_key_identifiers_under_strict_ids, CHAIN),
    U(ca_as_leaf, CHAIN),
    R(leaf_that_may_sign_certificates, CHAIN),
    R(version_1, CHAIN),
    X(unknown_critical_extension, CHAIN),
    R(negative_serial, CHAIN),
    R(signature_broken, UNTRUSTED),
    R(sha1, WEAK),
    R(md5, WEAK),
    R(sha384, NONE),
    R(p384_leaf, NONE),
    R(rsa_2048_leaf, NONE),
    R(rsa_1024_leaf, WEAK),
    U(p192_leaf, WEAK),
    R(good_intermediate, NONE),
    R(missing_intermediate, UNTRUSTED),
    R(intermediate_that_is_no_ca, CHAIN),
    R(intermediate_without_basic_constraints, CHAIN),
    R(intermediate_that_may_not_sign, CHAIN),
    R(intermediate_signed_with_sha1, WEAK),
    R(path_longer_than_pathlen, CHAIN),
    R(two_intermediates_in_the_wrong_order, NONE),
    R(five_certificates, NONE),
    R(six_certificates, CHAIN),
    R(twenty_certificates, CHAIN),
    R(name_outside_the_constraints, CHAIN),
    R(name_inside_the_constraints, NONE),
    R(name_outside_the_anchors_constraints, CHAIN),
    R(name_inside_the_anchors_constraints, NONE),
    R(revoked, REVOKED),
    R(revoked_by_a_list_that_was_not_required, REVOKED),
    R(on_no_list, NONE),
    R(list_required_and_missing, CRL),
    R(list_ended_a_second_ago, CRL),
    R(list_of_the_future, CRL),
    R(list_by_the_same_name_with_another_key, CRL),
    R(list_of_another_ca, CRL),
    R(list_that_is_a_delta, CRL),
    R(list_without_a_number, CRL),
    R(revoked_intermediate, REVOKED),
    R(no_list_of_the_intermediate, CRL),
#undef R
#undef U
#undef X
};

static void expect_refusal(const row *r, const side *judges, uint32_t is_client)
{
    if (r->way == UNSHOWN && !is_client && judges->cause == ZTRUNK_TLS_CAUSE_PEER_REFUSED) return;
    ck_assert_msg(judges->cause == r->cause, "%s: %s, not %s", r->name,
                  ztrunk_tls_cause_text(judges->cause), ztrunk_tls_cause_text(r->cause));
    ck_assert_msg(judges->error == ZTRUNK_E_AUTH, "%s: %d", r->name, judges->error);
}

/* mbedTLS 3.6 as a server seals its alert under keys that a client of TLS 1.3 has left by then. */
static uint32_t is_told(const side *client)
{
    ztrunk_tls_info info = {.size = sizeof info};

    if (client->cause == ZTRUNK_TLS_CAUSE_PEER_REFUSED) return 1;
    return ztrunk_tls_get_info(client->tls, &info) == ZTRUNK_OK && info.version == 0x0304 &&
           client->cause == ZTRUNK_TLS_CAUSE_PROTOCOL;
}

static void expect(const row *r, const side *judges, const side *shows, uint32_t is_client)
{
    if (r->cause != ZTRUNK_TLS_CAUSE_NONE || (r->way == UNSHOWN && !is_client)) {
        ck_assert_msg(!judges->is_ready && judges->is_closed, "%s: accepted", r->name);
        ck_assert_msg(shows->is_closed, "%s: the peer was not told", r->name);
        ck_assert_msg(!is_client || r->way != SHOWN || is_told(shows), "%s: %s", r->name,
                      ztrunk_tls_cause_text(shows->cause));
        expect_refusal(r, judges, is_client);
        return;
    }
    ck_assert_msg(judges->is_ready && shows->is_ready && !judges->is_closed, "%s: %s / %s", r->name,
                  ztrunk_tls_cause_text(judges->cause), ztrunk_tls_cause_text(shows->cause));
}

/* The verdict on the chain as such, without a handshake. */
static void expect_verdict(pair *p, const row *r, side *judges, const side *shows)
{
    zti_cur pem = zti_cur_of(zti_str_of(shows->chain));
    zti_str chain[64];
    zti_buf der[64];
    size_t count = 0;
    zti_verdict verdict;

    pair_open_side(p, judges, 1);
    do der[count] = zti_buf_of(p->ctx, 65536);
    while (zti_pem_next(&pem, ZTI_STR("CERTIFICATE"), &der[count]) == ZTRUNK_OK && ++count < 63);
    for (size_t i = 0; i < count; i++) chain[i] = zti_buf_view(&der[i]);
    zti_tls_judge(judges->tls, judges->conf, p->wall_s, chain, count, &verdict);
    ck_assert_msg(verdict.cause == r->cause, "%s: %s, not %s", r->name,
                  ztrunk_tls_cause_text(verdict.cause), ztrunk_tls_cause_text(r->cause));
    for (size_t i = 0; i <= count; i++) zti_buf_free(&der[i]);
    pair_end_side(judges);
}

static void check_row(const row *r, uint32_t is_client)
{
    pair *p = pair_new();
    side *shows = is_client ? &p->client : &p->server;
    side *judges = is_client ? &p->server : &p->client;
    pki_spec leaf = is_client ? pair_client_spec(p) : pair_server_spec(p);
    char *before = calloc(1, sizeof shows->chain);

    memcpy(before, shows->chain, sizeof shows->chain);
    r->spoil(p, shows, judges, &leaf);
    /* A row that has not shown its chain has changed the leaf only. */
    if (strcmp(before, shows->chain) == 0) pair_show(shows, &leaf);
    free(before);
    expect_verdict(p, r, judges, shows);
    if (r->way == UNREAD) {
        pair_free(p);
        return;
    }
    pair_open(p, 1);
    pair_run(p, 1, 0);
    expect(r, judges, shows, is_client);
    pair_free(p);
}

START_TEST(a_server_judges_a_client)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) check_row(&rows[i], 1);
}
END_TEST

START_TEST(a_client_judges_a_server)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) check_row(&rows[i], 0);
}
END_TEST

UNIT_MAIN("tls/peer", a_server_judges_a_client, a_client_judges_a_server)
