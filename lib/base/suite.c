#include <string.h>
#include <zerotrunk/core.h>

typedef struct suite_row {
    const char *name;  /* RFC 4568, 6188, 7714 */
    const char *draft; /* what Genesys' schema and older pjsip write */
    size_t key_len;
} suite_row;

static const suite_row rows[] = {
    [ZTRUNK_SUITE_NONE] = {"NONE", NULL, 0},
    [ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80] = {"AES_CM_128_HMAC_SHA1_80", NULL, 30},
    [ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_32] = {"AES_CM_128_HMAC_SHA1_32", NULL, 30},
    [ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_80] = {"AES_192_CM_HMAC_SHA1_80", "AES_CM_192_HMAC_SHA1_80",
                                              38},
    [ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_32] = {"AES_192_CM_HMAC_SHA1_32", "AES_CM_192_HMAC_SHA1_32",
                                              38},
    [ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80] = {"AES_256_CM_HMAC_SHA1_80", "AES_CM_256_HMAC_SHA1_80",
                                              46},
    [ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_32] = {"AES_256_CM_HMAC_SHA1_32", "AES_CM_256_HMAC_SHA1_32",
                                              46},
    [ZTRUNK_SUITE_AEAD_AES_128_GCM] = {"AEAD_AES_128_GCM", NULL, 28},
    [ZTRUNK_SUITE_AEAD_AES_256_GCM] = {"AEAD_AES_256_GCM", NULL, 44},
};

#define SUITE_COUNT (sizeof rows / sizeof rows[0])

size_t ztrunk_suite_key_len(uint32_t suite)
{
    return suite < SUITE_COUNT ? rows[suite].key_len : 0;
}

const char *ztrunk_suite_name(uint32_t suite)
{
    return suite < SUITE_COUNT ? rows[suite].name : rows[ZTRUNK_SUITE_NONE].name;
}

static uint32_t is_name(const char *known, const char *name, size_t len)
{
    return known != NULL && strlen(known) == len && strncmp(known, name, len) == 0;
}

uint32_t ztrunk_suite_from_name(const char *name, size_t len)
{
    if (name == NULL) return ZTRUNK_SUITE_NONE;
    for (uint32_t s = 1; s < SUITE_COUNT; s++)
        if (is_name(rows[s].name, name, len) || is_name(rows[s].draft, name, len)) return s;
    return ZTRUNK_SUITE_NONE;
}
