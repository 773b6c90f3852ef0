#include "guard/admission.h"

#include "admission_rig.h"

START_TEST(no_allocation_that_fails_leaks_or_is_taken_for_success)
{
    uint32_t fail_at = 1;

    for (;; fail_at++) {
        fail_ctx f = {.fail_at = fail_at};
        ztrunk_ctx *ctx = NULL;
        ztrunk_admission *a = NULL;
        int32_t err = fail_ctx_new(&f, &ctx);

        if (err == ZTRUNK_OK) err = ztrunk_admission_new(ctx, NULL, &a);
        ztrunk_admission_free(a);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
        if (err == ZTRUNK_OK) break;
        ck_assert_int_eq(err, ZTRUNK_E_NOMEM);
        ck_assert_ptr_null(a);
    }
    ck_assert_uint_gt(fail_at, 5);
}
END_TEST

START_TEST(options_out_of_range_are_refused)
{
    const ztrunk_admission_opts bad[] = {
        {.size = sizeof bad[0], .max_addresses = (1 << 20) + 1},
        {.size = sizeof bad[0], .max_named = (1 << 20) + 1},
        {.size = sizeof bad[0], .max_open = 1 << 24},
        {.size = sizeof bad[0], .v6_bits = 129},
        {.size = sizeof bad[0], .block_ns = 3601 * ZTI_SECOND},
        {.size = 2},
    };
    ztrunk_admission *a = NULL;
    rig r;

    rig_up(&r, NULL);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_int_eq(ztrunk_admission_new(r.ctx, &bad[i], &a), ZTRUNK_E_INVALID);
    ck_assert_ptr_null(a);
    rig_down(&r);
}
END_TEST

START_TEST(own_limits_count_before_the_common_ones_and_may_be_taken_back)
{
    ztrunk_admission_source s = source_at("192.0.2.1", 0);
    rig r;

    rig_up(&r, NULL);
    s.trunk = 5;
    limit(&r, ZTRUNK_ADMIT_TRUNK, 0, (ztrunk_admission_limits){.calls = 1});
    limit(&r, ZTRUNK_ADMIT_TRUNK, 5, (ztrunk_admission_limits){.calls = 3});
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_CALL, 10), 3);
    s.trunk = 6;
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_CALL, 10), 1);
    ck_assert_int_eq(ztrunk_admission_set_limits(r.a, ZTRUNK_ADMIT_TRUNK, 5, NULL), ZTRUNK_OK);
    s.trunk = 5;
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_CALL, 10), 0);
    ck_assert_int_eq(ztrunk_admission_set_limits(r.a, ZTRUNK_ADMIT_TRUNK, 0, NULL), ZTRUNK_OK);
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_CALL, 10), 10);
    rig_down(&r);
}
END_TEST

START_TEST(limits_of_a_level_that_is_not_there_are_refused)
{
    const ztrunk_admission_opts opts = {.size = sizeof opts, .max_named = 1};
    const ztrunk_admission_limits l = {.size = sizeof l, .calls = 1};
    rig r;

    rig_up(&r, &opts);
    ck_assert_int_eq(ztrunk_admission_set_limits(r.a, 4, 0, &l), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_admission_set_limits(r.a, ZTRUNK_ADMIT_ADDRESS, 1, &l),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_admission_set_limits(r.a, ZTRUNK_ADMIT_TRUNK, 9, NULL), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_admission_set_limits(r.a, ZTRUNK_ADMIT_TRUNK, 1, &l), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_admission_set_limits(r.a, ZTRUNK_ADMIT_TRUNK, 2, &l), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_admission_set_limits(r.a, ZTRUNK_ADMIT_TRUNK, 1, &l), ZTRUNK_OK);
    rig_down(&r);
}
END_TEST

START_TEST(a_block_can_be_taken_back)
{
    ztrunk_admission_source s = source_at("192.0.2.1", 0);
    ztrunk_admission_verdict v;
    rig r;

    rig_up(&r, NULL);
    ck_assert_int_eq(ztrunk_admission_unblock(r.a, 0, &s.addr), ZTRUNK_E_NOTFOUND);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(ztrunk_admission_offend(r.a, 0, &s, ZTRUNK_OFFENCE_FOREIGN, NULL), 0);
    ck_assert_uint_eq(ztrunk_admission_blocked_ns(r.a, 1, &s.addr), 60 * ZTI_SECOND - 1);
    ck_assert_int_eq(ztrunk_admission_unblock(r.a, 1, &s.addr), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_admission_blocked_ns(r.a, 1, &s.addr), 0);
    ck_assert_int_eq(ask(&r, 1, &s, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_OK);
    rig_down(&r);
}
END_TEST

START_TEST(every_reason_and_level_has_a_text)
{
    for (uint32_t i = 0; i <= ZTRUNK_ADMIT_MESSAGE_RATE; i++)
        ck_assert(strcmp(ztrunk_admission_reason_text(i), "unknown") != 0 &&
                  strcmp(ztrunk_admission_reason_name(i), "unknown") != 0);
    for (uint32_t i = 0; i <= ZTRUNK_ADMIT_ADDRESS; i++)
        ck_assert_str_ne(ztrunk_admission_level_text(i), "unknown");
    ck_assert_str_eq(ztrunk_admission_reason_text(99), "unknown");
    ck_assert_str_eq(ztrunk_admission_reason_name(99), "unknown");
    ck_assert_str_eq(ztrunk_admission_level_text(99), "unknown");
}
END_TEST

UNIT_MAIN("guard/admission", no_allocation_that_fails_leaks_or_is_taken_for_success,
          options_out_of_range_are_refused,
          own_limits_count_before_the_common_ones_and_may_be_taken_back,
          limits_of_a_level_that_is_not_there_are_refused, a_block_can_be_taken_back,
          every_reason_and_level_has_a_text)
