#include "tls/cause.h"

#include <mbedtls/ssl.h>
#include <zerotrunk/tls.h>
#include "tls/mbed.h"

typedef struct cause_row {
    int32_t error;
    uint8_t alert;
    const char *name, *text;
} cause_row;

static const cause_row rows[] = {
    [ZTRUNK_TLS_CAUSE_NONE] = {ZTRUNK_OK, MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY, "none", "none"},
    [ZTRUNK_TLS_CAUSE_EXPIRED] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED, "expired",
                                  "a certificate of the peer's chain has expired"},
    [ZTRUNK_TLS_CAUSE_NOT_YET_VALID] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED,
                                        "not-yet-valid",
                                        "a certificate of the peer's chain is not yet valid"},
    [ZTRUNK_TLS_CAUSE_UNTRUSTED] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA, "untrusted",
                                    "no trust anchor signed the peer's certificate"},
    [ZTRUNK_TLS_CAUSE_WRONG_NAME] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_BAD_CERT, "wrong-name",
                                     "the peer's certificate does not bear an expected name"},
    [ZTRUNK_TLS_CAUSE_WRONG_USAGE] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT,
                                      "wrong-usage",
                                      "the peer's certificate is not for this purpose"},
    [ZTRUNK_TLS_CAUSE_REVOKED] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_CERT_REVOKED, "revoked",
                                  "a certificate of the peer's chain was revoked"},
    [ZTRUNK_TLS_CAUSE_CRL] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN, "crl",
                              "no revocation list in force for the peer's chain"},
    [ZTRUNK_TLS_CAUSE_WEAK] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_BAD_CERT, "weak",
                               "a key or signature of the peer's chain is too weak"},
    [ZTRUNK_TLS_CAUSE_CHAIN] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_BAD_CERT, "chain",
                                "the peer's chain breaks the rules for certificates"},
    [ZTRUNK_TLS_CAUSE_NO_CERTIFICATE] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE,
                                         "no-certificate", "the peer showed no certificate"},
    [ZTRUNK_TLS_CAUSE_PROTOCOL] = {ZTRUNK_E_MALFORMED, MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR,
                                   "protocol", "what the peer sent is not TLS as configured"},
    [ZTRUNK_TLS_CAUSE_SUITE] = {ZTRUNK_E_DENIED, MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE, "suite",
                                "no cipher suite or group in common"},
    [ZTRUNK_TLS_CAUSE_PEER_REFUSED] = {ZTRUNK_E_CLOSED, MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY,
                                       "peer-refused", "the peer refused with a fatal alert"},
    [ZTRUNK_TLS_CAUSE_TIMEOUT] = {ZTRUNK_E_EXPIRED, MBEDTLS_SSL_ALERT_MSG_USER_CANCELED, "timeout",
                                  "the peer was silent for too long"},
    [ZTRUNK_TLS_CAUSE_TRUNCATED] = {ZTRUNK_E_CLOSED, MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY,
                                    "truncated", "the transport ended without close_notify"},
    [ZTRUNK_TLS_CAUSE_LIMIT] = {ZTRUNK_E_LIMIT, MBEDTLS_SSL_ALERT_MSG_USER_CANCELED, "limit",
                                "a bound of the backlog was reached"},
    [ZTRUNK_TLS_CAUSE_INTERNAL] = {ZTRUNK_E_CRYPTO, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR,
                                   "internal", "memory or the crypto backend failed"},
    [ZTRUNK_TLS_CAUSE_NO_KEY] = {ZTRUNK_E_AUTH, MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR, "no-key",
                                 "the peer does not hold its certificate's key"},
};

static const cause_row *row_of(uint32_t cause)
{
    return &rows[cause < sizeof rows / sizeof rows[0] ? cause : ZTRUNK_TLS_CAUSE_INTERNAL];
}

int32_t zti_cause_error(uint32_t cause)
{
    return row_of(cause)->error;
}

uint8_t zti_cause_alert(uint32_t cause)
{
    return row_of(cause)->alert;
}

const char *ztrunk_tls_cause_name(uint32_t cause)
{
    return cause < sizeof rows / sizeof rows[0] ? rows[cause].name : "unknown";
}

const char *ztrunk_tls_cause_text(uint32_t cause)
{
    return cause < sizeof rows / sizeof rows[0] ? rows[cause].text : "unknown cause";
}

/* An error is the sum of a module's code, a multiple of 0x80, and a low-level one below 0x80. */
static uint32_t is_of_x509(int mbed_error)
{
    int module = -mbed_error & ~0x7f;

    return module >= 0x2080 && module <= 0x3000;
}

uint32_t zti_cause_of(int mbed_error)
{
    switch (mbed_error) {
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
        return ZTRUNK_TLS_CAUSE_PEER_REFUSED;
    case MBEDTLS_ERR_SSL_CONN_EOF:
        return ZTRUNK_TLS_CAUSE_TRUNCATED;
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
    case MBEDTLS_ERR_SSL_INTERNAL_ERROR:
    case MBEDTLS_ERR_X509_ALLOC_FAILED:
    case MBEDTLS_ERR_MPI_ALLOC_FAILED:
    case MBEDTLS_ERR_ECP_ALLOC_FAILED:
    case MBEDTLS_ERR_PK_ALLOC_FAILED:
    case MBEDTLS_ERR_MD_ALLOC_FAILED:
    case MBEDTLS_ERR_CIPHER_ALLOC_FAILED:
        return ZTRUNK_TLS_CAUSE_INTERNAL;
    case MBEDTLS_ERR_RSA_VERIFY_FAILED:
    case MBEDTLS_ERR_RSA_INVALID_PADDING:
    case MBEDTLS_ERR_ECP_VERIFY_FAILED:
        return ZTRUNK_TLS_CAUSE_NO_KEY;
    default:
        return is_of_x509(mbed_error) ? ZTRUNK_TLS_CAUSE_CHAIN : zti_mbed_cause(mbed_error);
    }
}
