#include "relay_io_rig.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* More packets under way than there are buffers: receives end, and are armed anew. */
START_TEST(receives_that_ran_out_of_buffers_go_on)
{
    static zti_relay_in held[4096];
    uint32_t taken = 0, missed = 0;
    int room = 8 << 20;
    zti_relay_in in;
    io_rig r;

    io_rig_of(&r, 4);
    (void)setsockopt(r.ports[0].fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    for (uint32_t i = 0; i < 4096; i++) peer_sends(&r, 0, 40, (uint8_t)i);
    while (taken < 4096 && next_of(&r, &in, ZTI_MS) == ZTI_IO_PACKET) held[taken++] = in;
    ck_assert_uint_ge(taken, 1000);
    ck_assert_uint_lt(taken, 4096);
    for (uint32_t i = 0; i < taken; i++) {
        ck_assert_uint_eq(held[i].pkt[0], (uint8_t)i);
        r.b->drop(r.io, &held[i]);
    }
    while (next_of(&r, &in, ZTI_MS) == ZTI_IO_PACKET) {
        ck_assert_uint_eq(in.pkt[0], (uint8_t)(taken + missed++));
        r.b->drop(r.io, &in);
    }
    ck_assert_uint_eq(taken + missed, 4096);
    io_rig_free(&r);
}
END_TEST

/* As the seccomp filters of containers do it. */
static void forbid_io_uring(uint16_t error)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof rules / sizeof rules[0], .filter = rules};

    ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static void falls_back(uint16_t error, const char *why)
{
    int wake_fd = eventfd(0, EFD_NONBLOCK);
    const zti_relay_backend *chosen;
    zti_relay_io *io = NULL;
    const char *reason;
    ztrunk_ctx *ctx;

    forbid_io_uring(error);
    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_io_open(ctx, ZTRUNK_RELAY_URING, wake_fd, &chosen, &io, &reason),
                     ZTRUNK_E_SYSTEM);
    ck_assert_str_eq(reason, why);
    ck_assert_int_eq(zti_relay_io_open(ctx, ZTRUNK_RELAY_ANY, wake_fd, &chosen, &io, &reason),
                     ZTRUNK_OK);
    ck_assert_uint_eq(chosen->id, ZTRUNK_RELAY_EPOLL);
    ck_assert_str_eq(reason, why);
    chosen->free(io);
    close(wake_fd);
    ztrunk_ctx_free(ctx);
}

START_TEST(where_it_is_forbidden_epoll_carries_the_media_and_the_caller_is_told)
{
    falls_back(EPERM, "io_uring is forbidden here");
}
END_TEST

START_TEST(a_kernel_that_is_too_old_is_told_apart)
{
    falls_back(ENOSYS, "the kernel is older than 6.1");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        IO_TESTS, receives_that_ran_out_of_buffers_go_on,
        where_it_is_forbidden_epoll_carries_the_media_and_the_caller_is_told,
        a_kernel_that_is_too_old_is_told_apart};
    const char *reason = NULL;
    zti_relay_io *io = NULL;
    ztrunk_ctx *ctx = NULL;
    int32_t err;

    under_test = &zti_relay_uring;
    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return EXIT_FAILURE;
    err = under_test->open(ctx, 0, &io, &reason);
    if (err == ZTRUNK_OK) under_test->free(io);
    ztrunk_ctx_free(ctx);
    if (err != ZTRUNK_OK) {
        printf("no io_uring: %s\n", reason);
        return 77;
    }
    return unit_run("rt/relay_uring", tests, sizeof tests / sizeof tests[0]);
}
