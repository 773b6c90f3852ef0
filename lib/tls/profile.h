/* profile.h - the suites of a trunk, in our order, never the TLS library's. */
#ifndef ZTI_TLS_PROFILE_H
#define ZTI_TLS_PROFILE_H

#include <stdint.h>

/* IANA numbers, ended by 0; lives for ever. NULL: no such profile. */
const int *zti_profile_suites(uint32_t profile);
/* The highest version that the profile allows. */
uint32_t zti_profile_top_version(uint32_t profile);
/* 1: a suite of the profile works with an EC key of ours; with an RSA key one always does. */
uint32_t zti_profile_takes_ec(uint32_t profile);

#endif
