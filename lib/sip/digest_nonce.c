#include "sip/digest_nonce.h"

#include <stdio.h>
#include "base/hash.h"
#include "base/mem.h"

enum { DATA = 32, TAG = ZTI_NONCE_LEN - DATA };

static int32_t sign(const zti_nonces *n, zti_str data, char tag[TAG + 1])
{
    uint8_t mac[32];
    int32_t err = zti_hmac_sha256(n->key, data, mac);

    for (size_t i = 0; err == ZTRUNK_OK && i < TAG / 2; i++)
        snprintf(tag + 2 * i, 3, "%02x", mac[i]);
    return err;
}

int32_t zti_nonce_make(zti_nonces *n, uint64_t now_ns, char *text)
{
    n->serial++;
    snprintf(text, DATA + 1, "%016llx%016llx", (unsigned long long)n->serial,
             (unsigned long long)now_ns);
    return sign(n, (zti_str){text, DATA}, text + DATA);
}

/* What the tag vouches for was written by zti_nonce_make. */
static uint64_t read_hex(const char *p)
{
    uint64_t value = 0;

    for (size_t i = 0; i < 16; i++)
        value = value << 4 | (uint64_t)(zti_is_digit(p[i]) ? p[i] - '0' : p[i] - 'a' + 10);
    return value;
}

/* One serial a place: the newest that was used. An older one of that place may have been used
 * before, so it counts as used up, and its peer needs a fresh nonce: that costs a round trip, and
 * forgetting would let a replay through. */
static int32_t mark(zti_nonces *n, uint64_t serial, uint32_t count)
{
    zti_nonce_use *use = &n->uses[serial % n->max];

    if (serial < use->serial || (serial == use->serial && count <= use->count))
        return ZTRUNK_E_EXPIRED;
    use->serial = serial;
    use->count = count;
    return ZTRUNK_OK;
}

int32_t zti_nonce_use_up(zti_nonces *n, uint64_t now_ns, zti_str text, uint32_t count)
{
    char tag[TAG + 1] = "";
    uint64_t made_ns;
    int32_t err;

    if (text.len != ZTI_NONCE_LEN) return ZTRUNK_E_EXPIRED;
    err = sign(n, zti_str_head(text, DATA), tag);
    if (err != ZTRUNK_OK) return err;
    if (!zti_same_ct(tag, zti_str_from(text, DATA).p, TAG)) return ZTRUNK_E_EXPIRED;
    made_ns = read_hex(zti_str_from(text, 16).p);
    if (now_ns < made_ns || now_ns - made_ns >= n->life_ns) return ZTRUNK_E_EXPIRED;
    return mark(n, read_hex(text.p), count);
}
