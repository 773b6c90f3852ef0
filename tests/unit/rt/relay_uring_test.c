#include "relay_io_rig.h"

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

int main(void)
{
    const TTest *const tests[] = {IO_TESTS, receives_that_ran_out_of_buffers_go_on};
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
