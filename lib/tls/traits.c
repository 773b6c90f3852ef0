#include "tls/traits.h"

#include "tls/name.h"

/* A Name without any RDN: SEQUENCE of length 0. */
static uint32_t is_empty_name(zti_str name)
{
    return name.len <= 2;
}

static uint32_t date_cause(const zti_cert *cert, int64_t wall_s)
{
    if (wall_s < cert->not_before_s) return ZTRUNK_TLS_CAUSE_NOT_YET_VALID;
    if (wall_s > cert->not_after_s) return ZTRUNK_TLS_CAUSE_EXPIRED;
    return ZTRUNK_TLS_CAUSE_NONE;
}

/* RFC 5280 4.2: never critical are AKI, SKI and AIA; an unknown critical one forbids all use. */
static uint32_t has_bad_mark(const zti_cert *cert)
{
    return (cert->critical & (ZTI_EXT_UNKNOWN | ZTI_EXT_AKI | ZTI_EXT_SKI | ZTI_EXT_AIA)) != 0;
}

static uint32_t is_sound(const zti_cert *cert)
{
    return cert->is_v3 && !has_bad_mark(cert) && !is_empty_name(cert->issuer);
}

/* A leaf of a purpose needs every CA above it to be allowed that purpose, if it says any. */
static uint32_t wanted_eku(const zti_rules *rules)
{
    if (rules->identity == ZTRUNK_TLS_SIP_DOMAIN) return ZTI_EKU_SIP_DOMAIN;
    if (!rules->is_peer_client) return ZTI_EKU_SERVER;
    if (rules->identity == ZTRUNK_TLS_MUTUAL_ANY_EKU) return ZTI_EKU_CLIENT | ZTI_EKU_SERVER;
    return ZTI_EKU_CLIENT;
}

static uint32_t is_tidy_issuer(const zti_cert *cert, uint32_t is_anchor)
{
    const uint32_t need = ZTI_EXT_SKI | ZTI_EXT_BASIC;

    if ((cert->has & need) != need || !(cert->critical & ZTI_EXT_BASIC)) return 0;
    if ((cert->has & ZTI_EXT_NAMES) && !(cert->critical & ZTI_EXT_NAMES)) return 0;
    if (!is_anchor) return cert->issuer_key_id.len > 0 && (cert->has & ZTI_EXT_KEY_USAGE);
    if (cert->has & ZTI_EXT_EKU) return 0;
    if (!zti_cert_is_self_issued(cert)) return cert->issuer_key_id.len > 0;
    if (!(cert->has & ZTI_EXT_AKI)) return 1;
    return !cert->is_aki_full && zti_str_eq(cert->issuer_key_id, cert->key_id);
}

uint32_t zti_issuer_cause(const zti_rules *rules, const zti_cert *cert, uint32_t is_anchor,
                          int64_t wall_s)
{
    if (!is_sound(cert) || is_empty_name(cert->subject)) return ZTRUNK_TLS_CAUSE_CHAIN;
    if (!cert->is_ca || (cert->is_serial_odd && !is_anchor)) return ZTRUNK_TLS_CAUSE_CHAIN;
    if ((cert->has & ZTI_EXT_KEY_USAGE) && !(cert->key_usage & ZTI_KU_CERT_SIGN))
        return ZTRUNK_TLS_CAUSE_CHAIN;
    if (rules->strict_ids && !is_tidy_issuer(cert, is_anchor)) return ZTRUNK_TLS_CAUSE_CHAIN;
    if (cert->key_kind == ZTI_KEY_WEAK) return ZTRUNK_TLS_CAUSE_WEAK;
    /* The anchor's own signature proves nothing and is not asked for. */
    if (!is_anchor && cert->sig_alg == ZTI_SIG_NONE) return ZTRUNK_TLS_CAUSE_WEAK;
    if (!is_anchor && (cert->has & ZTI_EXT_EKU) && !(cert->eku & (wanted_eku(rules) | ZTI_EKU_ANY)))
        return ZTRUNK_TLS_CAUSE_WRONG_USAGE;
    return date_cause(cert, wall_s);
}

static uint32_t is_tidy_leaf(const zti_cert *cert)
{
    uint32_t is_san_critical = (cert->critical & ZTI_EXT_SAN) != 0;

    if (cert->issuer_key_id.len == 0 || (cert->critical & ZTI_EXT_EKU)) return 0;
    if (!zti_common_names_are_in(cert->subject, cert->san)) return 0;
    return is_san_critical == is_empty_name(cert->subject);
}

uint32_t zti_leaf_cause(const zti_rules *rules, const zti_cert *cert, int64_t wall_s)
{
    const uint32_t ca_usage = ZTI_KU_CERT_SIGN | ZTI_KU_CRL_SIGN;

    if (!is_sound(cert) || cert->is_serial_odd) return ZTRUNK_TLS_CAUSE_CHAIN;
    /* A CA's certificate as a leaf: whoever holds a CA's key must not be a peer by it. */
    if (cert->is_ca || (cert->key_usage & ca_usage) || (cert->has & ZTI_EXT_NAMES))
        return ZTRUNK_TLS_CAUSE_CHAIN;
    if (rules->strict_ids && !is_tidy_leaf(cert)) return ZTRUNK_TLS_CAUSE_CHAIN;
    if (cert->key_kind == ZTI_KEY_WEAK || cert->sig_alg == ZTI_SIG_NONE)
        return ZTRUNK_TLS_CAUSE_WEAK;
    return date_cause(cert, wall_s);
}

static uint32_t names_allowed(const zti_rules *rules, zti_str san)
{
    zti_str first;
    uint32_t is_uri;

    if (rules->domain.len > 0) return zti_san_names(san, rules->domain, rules->wildcards);
    if (rules->allowed_count == 0) return zti_san_identity(san, 0, &first, &is_uri);
    for (size_t i = 0; i < rules->allowed_count; i++)
        if (zti_san_names(san, rules->allowed[i], rules->wildcards)) return 1;
    return 0;
}

uint32_t zti_proof_cause(const zti_rules *rules, const zti_cert *cert)
{
    /* ECDHE: the key signs. A certificate that says nothing of its purpose proves none. */
    if ((cert->has & ZTI_EXT_KEY_USAGE) && !(cert->key_usage & ZTI_KU_SIGN))
        return ZTRUNK_TLS_CAUSE_WRONG_USAGE;
    if (!(cert->eku & wanted_eku(rules)) || (cert->eku & ZTI_EKU_ANY))
        return ZTRUNK_TLS_CAUSE_WRONG_USAGE;
    if (zti_san_check(cert->san) != ZTRUNK_OK || !names_allowed(rules, cert->san))
        return ZTRUNK_TLS_CAUSE_WRONG_NAME;
    return ZTRUNK_TLS_CAUSE_NONE;
}
