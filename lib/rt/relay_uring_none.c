/* In place of io_uring, in a build that goes without it. */
#include "rt/relay_io.h"

static int32_t none_open(ztrunk_ctx *ctx, int wake_fd, zti_relay_io **io, const char **reason)
{
    (void)ctx;
    (void)wake_fd;
    *io = NULL;
    *reason = "built without io_uring";
    return ZTRUNK_E_SYSTEM;
}

const zti_relay_backend zti_relay_uring = {.id = ZTRUNK_RELAY_URING, .open = none_open};
