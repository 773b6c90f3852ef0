#include <zerotrunk/tls_check.h>

typedef struct fault_row {
    const char *name, *text;
} fault_row;

static const fault_row rows[ZTRUNK_TLS_FAULTS] = {
    [ZTRUNK_TLS_FAULT_CHAIN_PEM] = {"chain-pem", "no PEM certificate can be read from it, or one "
                                                 "of them is cut off or damaged"},
    [ZTRUNK_TLS_FAULT_KEY_PEM] = {"key-pem", "no PEM key can be read from it (a key may not be "
                                             "encrypted by a passphrase)"},
    [ZTRUNK_TLS_FAULT_KEY_OTHER] = {"key-other", "the key does not belong to the certificate"},
    [ZTRUNK_TLS_FAULT_KEY_WEAK] = {"key-weak", "the key is too weak: RSA of 2048 bits, P-256 or "
                                               "P-384 is the least"},
    [ZTRUNK_TLS_FAULT_KEY_CURVE] = {"key-curve", "the key is on a curve that the profile does not "
                                                 "allow: take P-256 or P-384"},
    [ZTRUNK_TLS_FAULT_SUITE] = {"suite", "no cipher suite of the profile works with this kind of "
                                         "key: the profile wants RSA"},
    [ZTRUNK_TLS_FAULT_LEAF_CA] = {"leaf-ca", "the first certificate is a CA's; the trunk's own "
                                             "comes first"},
    [ZTRUNK_TLS_FAULT_ISSUER] = {"issuer", "a certificate in the chain has issued another and is "
                                           "no CA that may do so"},
    [ZTRUNK_TLS_FAULT_INCOMPLETE] = {"incomplete", "an intermediate certificate is missing: the "
                                                   "chain does not lead to an anchor; append it"},
    [ZTRUNK_TLS_FAULT_ORDER] = {"order", "the certificates are in the wrong order: each is "
                                         "followed by its issuer's"},
    [ZTRUNK_TLS_FAULT_SIGNATURE] = {"signature", "an issuer in the chain has the right name, and "
                                                 "did not sign"},
    [ZTRUNK_TLS_FAULT_WEAK_SIGNATURE] = {"weak-signature", "a signature in the chain is too weak "
                                                           "(SHA-1, MD5) or of an unknown kind"},
    [ZTRUNK_TLS_FAULT_NAME] = {"name", "its subjectAltName does not cover the name"},
    [ZTRUNK_TLS_FAULT_KEY_USAGE] = {"key-usage", "its key usage lacks digitalSignature"},
    [ZTRUNK_TLS_FAULT_NO_SERVER] = {"no-server", "its extended key usage lacks serverAuth, and the "
                                                 "trunk is a server"},
    [ZTRUNK_TLS_FAULT_NO_CLIENT] = {"no-client", "its extended key usage lacks clientAuth, and "
                                                 "under mutual TLS the trunk is a client too"},
    [ZTRUNK_TLS_FAULT_NO_SIP] = {"no-sip-domain", "its extended key usage lacks id-kp-sipDomain "
                                                  "(RFC 5924)"},
    [ZTRUNK_TLS_FAULT_EXPIRED] = {"expired", "this certificate has expired; renew it"},
    [ZTRUNK_TLS_FAULT_NOT_YET] = {"not-yet", "this certificate is not valid yet; look at the "
                                             "clock, or wait"},
    [ZTRUNK_TLS_FAULT_ISSUER_EXPIRED] = {"issuer-expired", "an intermediate certificate in it has "
                                                           "expired; renew it"},
    [ZTRUNK_TLS_FAULT_ISSUER_NOT_YET] = {"issuer-not-yet", "an intermediate certificate in it is "
                                                           "not valid yet; look at the clock, or "
                                                           "wait"},
    [ZTRUNK_TLS_FAULT_TRUST_PEM] = {"trust-pem", "no PEM certificates can be read from it, or one "
                                                 "of them is cut off or damaged"},
    [ZTRUNK_TLS_FAULT_TRUST_NONE] = {"trust-none", "none of its certificates is a CA's that is in "
                                                   "force; nobody would be trusted"},
    [ZTRUNK_TLS_FAULT_CRL_PEM] = {"crl-pem", "no PEM revocation list can be read from it, or one "
                                             "of them is cut off or damaged"},
    [ZTRUNK_TLS_FAULT_CRL_ISSUER] = {"crl-issuer", "no revocation list in it is by a CA of the "
                                                   "trust bundle"},
    [ZTRUNK_TLS_FAULT_CRL_STALE] = {"crl-stale", "a revocation list in it is stale: its next "
                                                 "update is over"},
    [ZTRUNK_TLS_FAULT_CRL_NOT_YET] = {"crl-not-yet", "a revocation list in it is not in force yet; "
                                                     "look at the clock"},
};

const char *ztrunk_tls_fault_name(uint32_t fault)
{
    return fault < ZTRUNK_TLS_FAULTS ? rows[fault].name : "";
}

const char *ztrunk_tls_fault_text(uint32_t fault)
{
    return fault < ZTRUNK_TLS_FAULTS ? rows[fault].text : "";
}
