#include "base/ctx.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fail_ctx.h"
#include "unit.h"

START_TEST(half_a_set_of_hooks_is_refused)
{
    ztrunk_hooks hooks = {.size = sizeof hooks, .allocate = fail_ctx_allocate};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_hooked(&hooks, NULL, &ctx), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_ctx_new(NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_ctx_new_seeded(NULL, &ctx), ZTRUNK_E_INVALID);
    ck_assert_ptr_null(ctx);
}
END_TEST

START_TEST(no_memory_is_an_error_not_a_crash)
{
    fail_ctx f = {.fail_at = 1};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_E_NOMEM);
    ck_assert_ptr_null(ctx);
}
END_TEST

START_TEST(lives_as_long_as_its_last_user)
{
    fail_ctx f = {0};
    ztrunk_ctx *ctx = NULL, *user;
    uint8_t byte;

    ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
    user = zti_ctx_ref(ctx);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(f.live, 1);
    ck_assert_int_eq(ztrunk_random(user, &byte, 1), ZTRUNK_OK);
    ztrunk_ctx_free(user);
    ck_assert_uint_eq(f.live, 0);
    ztrunk_ctx_free(NULL);
}
END_TEST

START_TEST(one_seed_gives_one_sequence)
{
    static const uint8_t seed[32] = {7}, other_seed[32] = {8};
    uint8_t a[40], b[40], c[40];
    ztrunk_ctx *one, *two, *three;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &one), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &two), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ctx_new_seeded(other_seed, &three), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_random(one, a, sizeof a), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_random(two, b, sizeof b), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_random(three, c, sizeof c), ZTRUNK_OK);
    ck_assert_mem_eq(a, b, sizeof a);
    ck_assert_mem_ne(a, c, sizeof a);
    ztrunk_ctx_free(one);
    ztrunk_ctx_free(two);
    ztrunk_ctx_free(three);
}
END_TEST

START_TEST(two_contexts_of_the_kernel_differ)
{
    uint8_t a[32], b[32];
    ztrunk_ctx *one, *two;

    ck_assert_int_eq(ztrunk_ctx_new(&one), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ctx_new(&two), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_random(one, a, sizeof a), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_random(two, b, sizeof b), ZTRUNK_OK);
    ck_assert_mem_ne(a, b, sizeof a);
    ck_assert_mem_ne(one->hash_key, two->hash_key, sizeof one->hash_key);
    ztrunk_ctx_free(one);
    ztrunk_ctx_free(two);
}
END_TEST

/* A child that inherited the generator must not make its parent's keys. */
START_TEST(parent_and_child_of_fork_differ)
{
    uint8_t here[32], there[32];
    ztrunk_ctx *ctx;
    int ends[2];
    pid_t child;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    ck_assert_int_eq(pipe(ends), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        int32_t err = ztrunk_random(ctx, there, sizeof there);

        _exit(err == ZTRUNK_OK && write(ends[1], there, sizeof there) == sizeof there ? 0 : 1);
    }
    ck_assert_int_eq(ztrunk_random(ctx, here, sizeof here), ZTRUNK_OK);
    ck_assert_int_eq(read(ends[0], there, sizeof there), sizeof there);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_mem_ne(here, there, sizeof here);
    close(ends[0]);
    close(ends[1]);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("base/ctx", half_a_set_of_hooks_is_refused, no_memory_is_an_error_not_a_crash,
          lives_as_long_as_its_last_user, one_seed_gives_one_sequence,
          two_contexts_of_the_kernel_differ, parent_and_child_of_fork_differ)
