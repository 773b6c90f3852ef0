#include "guard/admission_open.h"

#include <zerotrunk/admission.h>
#include "fail_ctx.h"
#include "unit.h"

START_TEST(a_place_that_is_used_again_has_another_id)
{
    fail_ctx f = {0};
    ztrunk_ctx *ctx = NULL;
    uint64_t first = 0, again = 0, none = 7;
    zti_opens o;

    ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_opens_init(&o, ctx, 1), ZTRUNK_OK);
    zti_opens_give(&o, zti_opens_take(&o, ZTRUNK_ADMIT_CALL, &first));
    ck_assert_ptr_nonnull(zti_opens_take(&o, ZTRUNK_ADMIT_CALL, &again));
    ck_assert_uint_ne(first, again);
    ck_assert_ptr_null(zti_opens_find(&o, first));
    ck_assert_ptr_nonnull(zti_opens_find(&o, again));
    ck_assert_ptr_null(zti_opens_take(&o, ZTRUNK_ADMIT_CALL, &none));
    ck_assert_uint_eq(none, 7);
    ck_assert_ptr_null(zti_opens_find(&o, 0));
    ck_assert_ptr_null(zti_opens_find(&o, UINT64_MAX));
    zti_opens_free(&o);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(f.live, 0);
}
END_TEST

UNIT_MAIN("guard/admission_open", a_place_that_is_used_again_has_another_id)
