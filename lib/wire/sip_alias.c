#include "wire/sip_alias.h"

/* Jenkins' one-at-a-time hash of the name in lower case. */
static uint32_t hash_of(zti_str name)
{
    uint32_t hash = 0;

    for (size_t i = 0; i < name.len; i++) {
        hash += (uint8_t)zti_lower(name.p[i]);
        hash += hash << 10;
        hash ^= hash >> 6;
    }
    hash += hash << 3;
    hash ^= hash >> 11;
    return hash + (hash << 15);
}

uint32_t zti_hdr_is_alias(zti_str name)
{
    /* In libre's order: those that sip_msg_decode keeps and the ones a dialog is made of. */
    static const uint16_t taken[] = {3961 /* Via */,         1449 /* To */,
                                     1963 /* From */,        3095 /* Call-ID */,
                                     746 /* CSeq */,         3549 /* Max-Forwards */,
                                     809 /* Content-Type */, 3861 /* Content-Length */,
                                     1983 /* Expires */,     229 /* Contact */,
                                     661 /* Route */,        278 /* Record-Route */};
    uint32_t id = hash_of(name) & 0xfff;

    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        if (taken[i] == id) return 1;
    return 0;
}
