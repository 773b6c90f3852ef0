#include "tls/profile.h"

#include <stddef.h>
#include <zerotrunk/tls.h>

/* Forward secrecy and AEAD only: static RSA key exchange in mbedTLS 2.28 leaks by timing
 * (CVE-2024-23170), CBC by padding. The first three are TLS 1.3's. */
static const int strict[] = {
    0x1302, /* TLS_AES_256_GCM_SHA384 */
    0x1301, /* TLS_AES_128_GCM_SHA256 */
    0x1303, /* TLS_CHACHA20_POLY1305_SHA256 */
    0xc02c, /* TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 */
    0xc030, /* TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 */
    0xc02b, /* TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 */
    0xc02f, /* TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 */
    0xcca9, /* TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 */
    0xcca8, /* TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 */
    0,
};

/* Of the cloud's list, what is neither CBC nor static RSA. */
static const int genesys[] = {0xc030, 0xc02f, 0};

const int *zti_profile_suites(uint32_t profile)
{
    switch (profile) {
    case ZTRUNK_TLS_PROFILE_STRICT:
        return strict;
    case ZTRUNK_TLS_PROFILE_GENESYS:
        return genesys;
    default:
        return NULL;
    }
}

uint32_t zti_profile_top_version(uint32_t profile)
{
    return profile == ZTRUNK_TLS_PROFILE_GENESYS ? 0x0303 : 0x0304;
}

uint32_t zti_profile_takes_ec(uint32_t profile)
{
    return profile != ZTRUNK_TLS_PROFILE_GENESYS;
}
