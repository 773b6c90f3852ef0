#include "rt/priv_caps.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zerotrunk/core.h>

#define NUMBERS 64

typedef struct cap_call {
    struct __user_cap_header_struct header;
    struct __user_cap_data_struct data[2];
} cap_call;

int32_t zti_caps_get(zti_caps *out)
{
    cap_call c = {.header = {.version = _LINUX_CAPABILITY_VERSION_3}};

    if (syscall(SYS_capget, &c.header, c.data) != 0) return ZTRUNK_E_SYSTEM;
    out->effective = c.data[0].effective | (uint64_t)c.data[1].effective << 32;
    out->permitted = c.data[0].permitted | (uint64_t)c.data[1].permitted << 32;
    out->inheritable = c.data[0].inheritable | (uint64_t)c.data[1].inheritable << 32;
    return ZTRUNK_OK;
}

int32_t zti_caps_set(const zti_caps *caps)
{
    cap_call c = {.header = {.version = _LINUX_CAPABILITY_VERSION_3}};

    for (uint32_t half = 0; half < 2; half++) {
        c.data[half].effective = (uint32_t)(caps->effective >> 32 * half);
        c.data[half].permitted = (uint32_t)(caps->permitted >> 32 * half);
        c.data[half].inheritable = (uint32_t)(caps->inheritable >> 32 * half);
    }
    return syscall(SYS_capset, &c.header, c.data) == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

uint64_t zti_caps_ambient(void)
{
    uint64_t set = 0;

    for (unsigned long n = 0; n < NUMBERS; n++)
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, n, 0, 0) == 1) set |= ZTI_CAP(n);
    return set;
}

uint64_t zti_caps_bounding(void)
{
    uint64_t set = 0;

    for (unsigned long n = 0; n < NUMBERS; n++)
        if (prctl(PR_CAPBSET_READ, n, 0, 0, 0) == 1) set |= ZTI_CAP(n);
    return set;
}

int32_t zti_caps_bar(void)
{
    for (unsigned long n = 0; n < NUMBERS; n++)
        if (prctl(PR_CAPBSET_READ, n, 0, 0, 0) == 1 && prctl(PR_CAPBSET_DROP, n, 0, 0, 0) != 0 &&
            errno != EPERM)
            return ZTRUNK_E_SYSTEM;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return ZTRUNK_E_SYSTEM;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}
