#include "base/buf.h"

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"

static ztrunk_ctx *ctx_of(fail_ctx *f)
{
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(fail_ctx_new(f, &ctx), ZTRUNK_OK);
    return ctx;
}

START_TEST(the_bound_holds_and_one_more_byte_is_refused)
{
    fail_ctx f = {0};
    ztrunk_ctx *ctx = ctx_of(&f);
    zti_buf b = zti_buf_of(ctx, 1000);
    uint8_t bytes[1000] = {0};

    zti_buf_add(&b, bytes, 999);
    zti_buf_char(&b, 'x');
    ck_assert_int_eq(b.err, ZTRUNK_OK);
    ck_assert_uint_eq(b.len, 1000);
    zti_buf_char(&b, 'y');
    ck_assert_int_eq(b.err, ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(b.len, 1000);
    zti_buf_free(&b);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(f.live, 0);
}
END_TEST

START_TEST(a_failed_allocation_is_remembered)
{
    fail_ctx f = {.fail_at = 3};
    ztrunk_ctx *ctx = ctx_of(&f);
    zti_buf b = zti_buf_of(ctx, 100000);
    uint8_t bytes[600] = {0};

    zti_buf_text(&b, "one");
    zti_buf_add(&b, bytes, sizeof bytes);
    ck_assert_int_eq(b.err, ZTRUNK_E_NOMEM);
    zti_buf_text(&b, "two");
    ck_assert(zti_str_eq(zti_buf_view(&b), ZTI_STR("one")));
    zti_buf_free(&b);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(writes_numbers_and_hex)
{
    fail_ctx f = {0};
    ztrunk_ctx *ctx = ctx_of(&f);
    zti_buf b = zti_buf_of(ctx, 100);

    zti_buf_u64(&b, 0);
    zti_buf_char(&b, ' ');
    zti_buf_u64(&b, UINT64_MAX);
    zti_buf_char(&b, ' ');
    zti_buf_hex(&b, (const uint8_t *)"\x00\xfe", 2);
    ck_assert(zti_str_eq(zti_buf_view(&b), ZTI_STR("0 18446744073709551615 00fe")));
    zti_buf_drop(&b, 2);
    ck_assert_uint_eq(b.len, 25);
    zti_buf_drop(&b, 99);
    ck_assert_uint_eq(b.len, 0);
    zti_buf_str(&b, ZTI_STR("again"));
    zti_buf_clear(&b);
    ck_assert_uint_eq(b.len, 0);
    zti_buf_free(&b);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(copy_out_tells_the_need)
{
    char out[4] = "zzz";
    size_t len = 0;

    ck_assert_int_eq(zti_copy_out(ZTI_STR("abcd"), out, 3, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(len, 4);
    ck_assert_str_eq(out, "zzz");
    ck_assert_int_eq(zti_copy_out(ZTI_STR("abcd"), NULL, 0, &len), ZTRUNK_E_SPACE);
    ck_assert_int_eq(zti_copy_out(ZTI_STR("abcd"), NULL, 4, &len), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_copy_out(ZTI_STR("abcd"), out, 4, &len), ZTRUNK_OK);
    ck_assert_mem_eq(out, "abcd", 4);
}
END_TEST

UNIT_MAIN("base/buf", the_bound_holds_and_one_more_byte_is_refused,
          a_failed_allocation_is_remembered, writes_numbers_and_hex, copy_out_tells_the_need)
