#include <zerotrunk/core.h>

static const char *const texts[] = {
    "ok",
    "out of memory",
    "bad argument",
    "not possible in this state",
    "buffer too small",
    "not found",
    "limit reached",
    "malformed",
    "authentication failed",
    "replayed",
    "refused by policy",
    "closed",
    "expired",
    "crypto backend failed",
    "system call failed",
};

const char *ztrunk_strerror(int32_t error)
{
    uint32_t nth = error <= 0 ? 0u - (uint32_t)error : UINT32_MAX;

    if (nth >= sizeof texts / sizeof texts[0]) return "unknown error";
    return texts[nth];
}

uint32_t ztrunk_version(void)
{
    return 0x000100;
}
