#include "rt/relay_uring_buf.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "unit.h"

#define ROOM     1800u
#define READABLE 1600u

typedef struct rig {
    struct io_uring ring;
    zti_uring_buf buffers;
    int fd[2];
} rig;

static void rig_new(rig *r)
{
    memset(r, 0, sizeof *r);
    ck_assert_int_eq(io_uring_queue_init(8, &r->ring, 0), 0);
    ck_assert_int_eq(zti_uring_buf_init(&r->buffers, &r->ring, ROOM, READABLE), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, r->fd), 0);
}

static void rig_free(rig *r)
{
    io_uring_queue_exit(&r->ring);
    zti_uring_buf_free(&r->buffers);
    close(r->fd[0]);
    close(r->fd[1]);
}

/* Gives the length and the buffer, or a negative errno. */
static int receive(rig *r, uint32_t *nth)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&r->ring);
    struct io_uring_cqe *cqe;
    int res;

    io_uring_prep_recv(sqe, r->fd[1], NULL, 0, MSG_TRUNC);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    ck_assert_int_eq(io_uring_submit_and_wait(&r->ring, 1), 1);
    ck_assert_int_eq(io_uring_peek_cqe(&r->ring, &cqe), 0);
    res = cqe->res;
    *nth = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
    io_uring_cqe_seen(&r->ring, cqe);
    return res;
}

START_TEST(buffers_do_not_overlap_and_begin_in_other_cache_sets)
{
    rig r;

    rig_new(&r);
    for (uint32_t i = 1; i < ZTI_URING_BUFFERS; i++) {
        size_t step =
            (size_t)(zti_uring_buf_at(&r.buffers, i) - zti_uring_buf_at(&r.buffers, i - 1));

        ck_assert_uint_ge(step, ROOM);
        ck_assert_uint_eq(step % 128, 64);
    }
    memset(zti_uring_buf_at(&r.buffers, ZTI_URING_BUFFERS - 1), 1, ROOM);
    rig_free(&r);
}
END_TEST

START_TEST(the_kernel_fills_no_more_than_it_may)
{
    static uint8_t sent[READABLE + 1];
    uint32_t nth = 0;
    rig r;

    rig_new(&r);
    memset(sent, 7, sizeof sent);
    ck_assert_int_eq(send(r.fd[0], sent, sizeof sent, 0), sizeof sent);
    ck_assert_int_eq(receive(&r, &nth), sizeof sent);
    ck_assert_uint_eq(zti_uring_buf_at(&r.buffers, nth)[READABLE - 1], 7);
    ck_assert_uint_eq(zti_uring_buf_at(&r.buffers, nth)[READABLE], 0);
    rig_free(&r);
}
END_TEST

START_TEST(each_is_given_once_until_it_is_given_back)
{
    static uint8_t taken[ZTI_URING_BUFFERS];
    uint32_t nth = 0;
    rig r;

    rig_new(&r);
    for (uint32_t i = 0; i < ZTI_URING_BUFFERS; i++) {
        ck_assert_int_eq(send(r.fd[0], "x", 1, 0), 1);
        ck_assert_int_eq(receive(&r, &nth), 1);
        ck_assert_uint_lt(nth, ZTI_URING_BUFFERS);
        ck_assert_uint_eq(taken[nth]++, 0);
    }
    ck_assert_int_eq(send(r.fd[0], "x", 1, 0), 1);
    ck_assert_int_eq(receive(&r, &nth), -ENOBUFS);
    zti_uring_buf_give_back(&r.buffers, 5);
    ck_assert_int_eq(receive(&r, &nth), 1);
    ck_assert_uint_eq(nth, 5);
    rig_free(&r);
}
END_TEST

START_TEST(freeing_twice_is_harmless)
{
    zti_uring_buf none = {0};

    zti_uring_buf_free(&none);
    zti_uring_buf_free(&none);
    ck_assert_ptr_null(none.free_ring);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {buffers_do_not_overlap_and_begin_in_other_cache_sets,
                                  the_kernel_fills_no_more_than_it_may,
                                  each_is_given_once_until_it_is_given_back,
                                  freeing_twice_is_harmless};
    struct io_uring ring;

    if (io_uring_queue_init(8, &ring, 0) != 0) return 77; /* forbidden here */
    io_uring_queue_exit(&ring);
    return unit_run("rt/relay_uring_buf", tests, sizeof tests / sizeof tests[0]);
}
