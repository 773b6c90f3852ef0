/* cause.h - why a connection ended, in the public words. */
#ifndef ZTI_TLS_CAUSE_H
#define ZTI_TLS_CAUSE_H

#include <stdint.h>

/* From an error of mbedTLS, which is negative. */
uint32_t zti_cause_of(int mbed_error);
/* ZTRUNK_E_* for a ZTRUNK_TLS_CAUSE_*. */
int32_t zti_cause_error(uint32_t cause);
/* The alert that tells a peer of it (RFC 8446 6.2). */
uint8_t zti_cause_alert(uint32_t cause);

#endif
