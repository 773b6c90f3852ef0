#include "base/mem.h"

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"

START_TEST(sizes_that_overflow_are_refused)
{
    fail_ctx f = {0};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
    ck_assert_ptr_null(zti_array(ctx, SIZE_MAX / 2, 3));
    ck_assert_ptr_null(zti_rearray(ctx, NULL, SIZE_MAX / 2, 3));
    ck_assert_ptr_null(zti_dup(ctx, "x", SIZE_MAX));
    ck_assert_uint_eq(f.live, 1);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(nothing_asked_for_is_still_a_pointer)
{
    fail_ctx f = {0};
    ztrunk_ctx *ctx = NULL;
    void *none;
    char *copy;

    ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
    none = zti_array(ctx, 0, 8);
    ck_assert_ptr_nonnull(none);
    copy = zti_dup(ctx, "abc", 2);
    ck_assert_str_eq(copy, "ab");
    zti_free(ctx, none);
    zti_free_wiped(ctx, copy, 2);
    zti_free_wiped(ctx, NULL, 2);
    zti_free(ctx, NULL);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(f.live, 0);
}
END_TEST

static uint8_t seen_at_release[4];

static void look_then_release(void *opaque, void *ptr)
{
    (void)opaque;
    memcpy(seen_at_release, ptr, sizeof seen_at_release);
    free(ptr);
}

START_TEST(a_secret_is_zero_before_its_memory_goes_back)
{
    static const uint8_t seed[32] = {1};
    fail_ctx f = {0};
    ztrunk_hooks hooks = {sizeof hooks,      0, fail_ctx_allocate, fail_ctx_resize,
                          look_then_release, &f};
    ztrunk_ctx *ctx = NULL;
    uint8_t *key;

    ck_assert_int_eq(ztrunk_ctx_new_hooked(&hooks, seed, &ctx), ZTRUNK_OK);
    key = zti_dup(ctx, "\x11\x22\x33\x44", 4);
    memset(seen_at_release, 0xff, sizeof seen_at_release);
    zti_free_wiped(ctx, key, 4);
    ck_assert_mem_eq(seen_at_release, "\0\0\0\0", 4);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(compares_every_byte)
{
    ck_assert(zti_same_ct("abcd", "abcd", 4));
    ck_assert(!zti_same_ct("abcd", "abce", 4));
    ck_assert(!zti_same_ct("Abcd", "abcd", 4));
    ck_assert(zti_same_ct("a", "b", 0));
}
END_TEST

UNIT_MAIN("base/mem", sizes_that_overflow_are_refused, nothing_asked_for_is_still_a_pointer,
          a_secret_is_zero_before_its_memory_goes_back, compares_every_byte)
