/* peek.h - reads along in the clear part of a TLS 1.2 handshake. mbedTLS checks the signatures of
 * all the certificates that it is sent before anybody is asked whether so many may come; here they
 * are counted first. It also tells an empty list and a fatal alert early. */
#ifndef ZTI_TLS_PEEK_H
#define ZTI_TLS_PEEK_H

#include <stddef.h>
#include <stdint.h>

typedef struct zti_peek {
    uint32_t is_blind;           /* what follows is encrypted, or not TLS: mbedTLS's to judge */
    uint32_t phase, have, value; /* of the field that is being read */
    uint32_t head_have, record_type, record_left;
    uint32_t message_left, skip_left, is_certificate;
    uint32_t cert_count, has_empty_list;
    uint32_t alert; /* description of a fatal one, plus 1 */
} zti_peek;

/* A zeroed zti_peek starts. Bytes in any portions; never fails. */
void zti_peek_feed(zti_peek *p, const uint8_t *wire, size_t len);

#endif
