/* init.h - libsrtp2's one process-wide state. */
#ifndef ZTI_SRTP_INIT_H
#define ZTI_SRTP_INIT_H

#include <stdint.h>

/* Initialises libsrtp2 and puts our kernels in place, once for the process. Thread-safe. A host
 * program may have called srtp_init before: its contexts go on as they are. It must not call
 * srtp_shutdown while contexts of ours live: new ones would fail. E_CRYPTO. */
int32_t zti_srtp_ready(void);

/* Around a call that makes libsrtp2 derive the keys of an AES-192 suite, in this thread: up to 2.7
 * it runs AES-256 for that, over the 24 bytes of key and the start of the salt, and agrees with
 * nobody but itself. RFC 6188 2 and its vectors want AES-192. */
void zti_srtp_derive_192(uint32_t is_on);
uint32_t zti_srtp_deriving_192(void);

#endif
