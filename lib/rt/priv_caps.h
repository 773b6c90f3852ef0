/* priv_caps.h - the calling thread's capabilities, by the system calls themselves. */
#ifndef ZTI_RT_PRIV_CAPS_H
#define ZTI_RT_PRIV_CAPS_H

#include <stdint.h>

#define ZTI_CAP(number) (UINT64_C(1) << (number))

typedef struct zti_caps {
    uint64_t effective, permitted, inheritable;
} zti_caps;

/* E_SYSTEM: errno. */
int32_t zti_caps_get(zti_caps *out);
int32_t zti_caps_set(const zti_caps *caps);
uint64_t zti_caps_ambient(void);
uint64_t zti_caps_bounding(void);
/* No program that is run from here gets any: the bounding set as far as CAP_SETPCAP goes, then
 * no_new_privs, which holds without it. */
int32_t zti_caps_bar(void);

#endif
