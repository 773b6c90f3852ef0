#include "rt/relay_io.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include "unit.h"

/* Linked with relay_uring_none.c in place of relay_uring.c. */
START_TEST(a_build_without_it_says_so_and_goes_by_epoll)
{
    static const uint8_t seed[32] = {1};
    const zti_relay_backend *chosen;
    int wake_fd = eventfd(0, EFD_NONBLOCK);
    zti_relay_io *io = NULL;
    const char *reason;
    ztrunk_ctx *ctx;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_io_open(ctx, ZTRUNK_RELAY_URING, wake_fd, &chosen, &io, &reason),
                     ZTRUNK_E_SYSTEM);
    ck_assert_str_eq(reason, "built without io_uring");
    ck_assert_ptr_null(io);
    ck_assert_int_eq(zti_relay_io_open(ctx, ZTRUNK_RELAY_ANY, wake_fd, &chosen, &io, &reason),
                     ZTRUNK_OK);
    ck_assert_str_eq(reason, "built without io_uring");
    ck_assert_uint_eq(chosen->id, ZTRUNK_RELAY_EPOLL);
    chosen->free(io);
    close(wake_fd);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("rt/relay_uring_none", a_build_without_it_says_so_and_goes_by_epoll)
