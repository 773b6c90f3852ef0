#include "tls/pipe.h"

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"

START_TEST(takes_up_to_the_bound_and_no_byte_more)
{
    static uint8_t bytes[5001];
    ztrunk_ctx *ctx = NULL;
    size_t taken = 9;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    zti_pipe p = zti_pipe_of(ctx, 5000);
    ck_assert_int_eq(zti_pipe_put(&p, bytes, 5001, &taken), ZTRUNK_OK);
    ck_assert_uint_eq(taken, 5000);
    ck_assert_uint_eq(zti_pipe_room(&p), 0);
    ck_assert_int_eq(zti_pipe_put(&p, bytes, 1, &taken), ZTRUNK_OK);
    ck_assert_uint_eq(taken, 0);
    ck_assert_uint_eq(zti_pipe_get(&p, bytes, 1), 1);
    ck_assert_int_eq(zti_pipe_put(&p, bytes, 2, &taken), ZTRUNK_OK);
    ck_assert_uint_eq(taken, 1);
    zti_pipe_free(&p);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(gives_what_came_first_whatever_the_portions)
{
    ztrunk_ctx *ctx = NULL;
    uint8_t next_in = 0, next_out = 0, chunk[700];
    size_t taken;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    zti_pipe p = zti_pipe_of(ctx, 9000);
    for (size_t round = 1; round < 3000; round++) {
        size_t n = round * 37 % sizeof chunk;

        for (size_t i = 0; i < n; i++) chunk[i] = (uint8_t)(next_in + i);
        ck_assert_int_eq(zti_pipe_put(&p, chunk, n, &taken), ZTRUNK_OK);
        next_in = (uint8_t)(next_in + taken);
        n = zti_pipe_get(&p, chunk, round * 53 % sizeof chunk);
        for (size_t i = 0; i < n; i++) ck_assert_uint_eq(chunk[i], next_out++);
    }
    zti_pipe_free(&p);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(keeps_what_it_has_when_it_cannot_grow)
{
    static const uint8_t bytes[4000] = {1, 2, 3};
    fail_ctx f = {0};
    ztrunk_ctx *ctx = NULL;
    uint8_t out[4];
    size_t taken;

    ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
    zti_pipe p = zti_pipe_of(ctx, 100000);
    ck_assert_int_eq(zti_pipe_put(&p, bytes, 3, &taken), ZTRUNK_OK);
    f.fail_at = f.calls + 1;
    ck_assert_int_eq(zti_pipe_put(&p, bytes, sizeof bytes, &taken), ZTRUNK_E_NOMEM);
    ck_assert_uint_eq(zti_pipe_get(&p, out, sizeof out), 3);
    ck_assert_mem_eq(out, bytes, 3);
    zti_pipe_free(&p);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(f.live, 0);
}
END_TEST

UNIT_MAIN("tls/pipe", takes_up_to_the_bound_and_no_byte_more,
          gives_what_came_first_whatever_the_portions, keeps_what_it_has_when_it_cannot_grow)
