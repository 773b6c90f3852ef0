/* der.h - DER (X.690) through a cursor: definite, shortest lengths only. */
#ifndef ZTI_TLS_DER_H
#define ZTI_TLS_DER_H

#include "base/cur.h"

enum {
    ZTI_DER_BOOL = 0x01,
    ZTI_DER_INT = 0x02,
    ZTI_DER_BITS = 0x03,
    ZTI_DER_OCTETS = 0x04,
    ZTI_DER_NULL = 0x05,
    ZTI_DER_OID = 0x06,
    ZTI_DER_ENUM = 0x0a,
    ZTI_DER_UTC = 0x17,
    ZTI_DER_GENERALIZED = 0x18,
    ZTI_DER_SEQ = 0x30,
    ZTI_DER_SET = 0x31,
    ZTI_DER_CONTEXT = 0x80,    /* + n: implicit, primitive */
    ZTI_DER_CONSTRUCTED = 0xa0 /* + n */
};

/* 1 when an element with this tag comes next. */
uint32_t zti_der_is(const zti_cur *c, uint8_t tag);
/* The content of the next element, which must bear this tag. */
zti_str zti_der_get(zti_cur *c, uint8_t tag);
/* The same as a cursor of its own; it starts failed when the element was not there. */
zti_cur zti_der_enter(zti_cur *c, uint8_t tag);
/* Any element: its content, and its tag. */
zti_str zti_der_any(zti_cur *c, uint8_t *tag);
/* The whole element, header included. */
zti_str zti_der_raw(zti_cur *c, uint8_t tag);
/* The content when an element with this tag comes next, else an empty span; never an error. */
zti_str zti_der_maybe(zti_cur *c, uint8_t tag);
/* BOOLEAN DEFAULT FALSE: absent is 0; an encoded FALSE is refused, as DER wants. */
uint32_t zti_der_flag(zti_cur *c);
/* A positive INTEGER of at most max. */
uint32_t zti_der_u32(zti_cur *c, uint32_t max);
/* BIT STRING of whole octets. */
zti_str zti_der_bits(zti_cur *c);
/* A named-bit list, bit 0 of the standard in bit 0 of the result; at most 9 bits. */
uint32_t zti_der_named_bits(zti_cur *c);
/* UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 wants them, in Unix seconds. */
int64_t zti_der_time(zti_cur *c);
/* An error unless everything was read. */
void zti_der_end(zti_cur *c);

#endif
