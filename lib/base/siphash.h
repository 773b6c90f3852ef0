/* siphash.h - SipHash-2-4: a hash that a peer who chooses the keys cannot steer. */
#ifndef ZTI_BASE_SIPHASH_H
#define ZTI_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t zti_siphash(const uint8_t key[16], const void *data, size_t len);

#endif
