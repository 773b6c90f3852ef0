/* txn_key.h - what tells one transaction from another: RFC 3261 17.1.3, 17.2.3, 8.2.2.2. */
#ifndef ZTI_SIP_TXN_KEY_H
#define ZTI_SIP_TXN_KEY_H

#include <zerotrunk/sip.h>
#include "base/buf.h"

/* The value of the first header of that name; empty when there is none. */
zti_str zti_msg_header(const ztrunk_sip_msg *m, const char *name);
zti_str zti_msg_tag(const ztrunk_sip_msg *m, uint32_t is_to);

typedef enum zti_key_kind {
    ZTI_KEY_CLIENT = 'C',
    ZTI_KEY_SERVER = 'S',
    ZTI_KEY_MERGE = 'M' /* the same request that came by another way: no branch in it */
} zti_key_kind;

/* Appends the key of a message for method (ACK and CANCEL name their INVITE by "INVITE"). Peers
 * choose no separator: each part stands behind its length. E_MALFORMED: no usable Via. */
int32_t zti_txn_key(zti_buf *key, zti_key_kind kind, uint64_t flow, const ztrunk_sip_msg *m,
                    zti_str method);

#endif
