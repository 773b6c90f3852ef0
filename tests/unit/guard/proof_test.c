#include <zerotrunk/proof.h>

#include <string.h>
#include "base/time.h"
#include "fail_ctx.h"
#include "unit.h"

typedef struct rig {
    fail_ctx fail;
    ztrunk_ctx *ctx;
    ztrunk_proofs *p;
} rig;

static void up(rig *r, const ztrunk_proofs_opts *opts)
{
    *r = (rig){.ctx = NULL};
    ck_assert_int_eq(fail_ctx_new(&r->fail, &r->ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_new(r->ctx, opts, &r->p), ZTRUNK_OK);
}

static void down(rig *r)
{
    ztrunk_proofs_free(r->p);
    ztrunk_ctx_free(r->ctx);
    ck_assert_uint_eq(r->fail.live, 0);
}

static ztrunk_addr addr(const char *text)
{
    ztrunk_addr a;

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &a), ZTRUNK_OK);
    return a;
}

static ztrunk_addr nth(uint32_t n)
{
    return (ztrunk_addr){.family = 4, .ip = {10, 0, (uint8_t)(n >> 8), (uint8_t)n}};
}

/* The address that is due, or family 0. */
static ztrunk_addr next(rig *r, uint64_t now_ns)
{
    ztrunk_addr a = {.family = 0};
    uint64_t trunk;

    (void)ztrunk_proofs_next(r->p, now_ns, &trunk, &a);
    return a;
}

static ztrunk_proofs_info info(const rig *r, uint64_t now_ns)
{
    ztrunk_proofs_info i = {.size = sizeof i};

    ck_assert_int_eq(ztrunk_proofs_get_info(r->p, now_ns, &i), ZTRUNK_OK);
    return i;
}

START_TEST(a_proof_is_one_trunks_and_one_addresss)
{
    ztrunk_addr x = addr("198.51.100.10:5061"), y = addr("198.51.100.11:5061");
    ztrunk_addr other_port = addr("198.51.100.10:40000"), mapped = x;
    rig r;

    mapped = (ztrunk_addr){.family = 6, .ip = {[10] = 0xff, 0xff, 198, 51, 100, 10}};
    up(&r, NULL);
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 0, 1, &x), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 1, 1, &other_port), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 1, 1, &mapped), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 1, 2, &x), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 1, 1, &y), ZTRUNK_E_NOTFOUND);
    down(&r);
}
END_TEST

START_TEST(a_wrong_certificate_ends_a_proof_and_silence_does_not)
{
    ztrunk_addr x = addr("198.51.100.10");
    rig r;

    up(&r, NULL);
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 0, 1, &x), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_failed(r.p, 1, 1, &x, 0), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 600 * ZTI_SECOND - 1, 1, &x), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 600 * ZTI_SECOND, 1, &x), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 0, 1, &x), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_failed(r.p, 1, 1, &x, 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 1, 1, &x), ZTRUNK_E_DENIED);
    down(&r);
}
END_TEST

START_TEST(failures_back_off_up_to_the_bound_and_a_proof_forgives_them)
{
    const uint64_t seconds[] = {5, 10, 20, 40, 80, 160, 300, 300};
    ztrunk_addr x = addr("198.51.100.10");
    uint64_t now = 0;
    rig r;

    up(&r, NULL);
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        ck_assert_int_eq(ztrunk_proofs_want(r.p, now, 1, &x, 0), ZTRUNK_OK);
        ck_assert_uint_eq(next(&r, now).family, 4);
        ck_assert_int_eq(ztrunk_proofs_failed(r.p, now, 1, &x, 1), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_proofs_want(r.p, now + seconds[i] * ZTI_SECOND - 1, 1, &x, 0),
                         ZTRUNK_E_DENIED);
        ck_assert_uint_eq(next(&r, now + seconds[i] * ZTI_SECOND - 1).family, 0);
        now += seconds[i] * ZTI_SECOND;
    }
    ck_assert_int_eq(ztrunk_proofs_note(r.p, now, 1, &x), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_failed(r.p, now, 1, &x, 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_want(r.p, now + 5 * ZTI_SECOND, 1, &x, 0), ZTRUNK_OK);
    down(&r);
}
END_TEST

START_TEST(a_thousand_callers_make_no_more_probes_at_once_than_allowed)
{
    ztrunk_addr a;
    uint32_t probes = 0;
    rig r;

    up(&r, NULL);
    for (uint32_t i = 0; i < 1000; i++) {
        a = nth(i);
        ck_assert_int_eq(ztrunk_proofs_check(r.p, i, 1, &a), ZTRUNK_E_NOTFOUND);
        ck_assert_int_eq(ztrunk_proofs_want(r.p, i, 1, &a, 0), ZTRUNK_OK);
        probes += next(&r, i).family != 0;
    }
    ck_assert_uint_eq(probes, 4);
    ck_assert_uint_eq(info(&r, 1000).probing, 4);
    a = nth(0);
    ck_assert_int_eq(ztrunk_proofs_failed(r.p, 1000, 1, &a, 0), ZTRUNK_OK);
    a = next(&r, 1000);
    ck_assert(ztrunk_addr_equal(&a, &(ztrunk_addr){.family = 4, .ip = {10, 0, 0, 4}}));
    down(&r);
}
END_TEST

START_TEST(the_table_is_bounded_and_gives_up_the_unproved_first)
{
    const ztrunk_proofs_opts opts = {.size = sizeof opts, .max_addresses = 3, .max_probes = 1};
    ztrunk_addr kept = nth(1), proved = nth(2), a;
    rig r;

    up(&r, &opts);
    ck_assert_int_eq(ztrunk_proofs_want(r.p, 0, 1, &kept, 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 0, 1, &proved), ZTRUNK_OK);
    for (uint32_t i = 10; i < 1000; i++) {
        a = nth(i);
        ck_assert_int_eq(ztrunk_proofs_want(r.p, i, 1, &a, 0), ZTRUNK_OK);
    }
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 1000, 1, &proved), ZTRUNK_OK);
    ck_assert_uint_eq(info(&r, 1000).addresses, 3);
    /* When the last place is being probed and the others are kept there is none. */
    ck_assert_int_eq(ztrunk_proofs_want(r.p, 1000, 1, &proved, 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_want(r.p, 1000, 1, &a, 1), ZTRUNK_OK);
    a = nth(5000);
    ck_assert_int_eq(ztrunk_proofs_want(r.p, 1000, 1, &a, 0), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 1000, 1, &a), ZTRUNK_E_LIMIT);
    down(&r);
}
END_TEST

START_TEST(a_probe_that_is_never_told_of_ends_as_unanswered)
{
    ztrunk_addr x = addr("198.51.100.10");
    rig r;

    up(&r, NULL);
    ck_assert_uint_eq(ztrunk_proofs_deadline(r.p), UINT64_MAX);
    ck_assert_int_eq(ztrunk_proofs_want(r.p, 0, 1, &x, 0), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_proofs_deadline(r.p), 0);
    ck_assert_uint_eq(next(&r, 0).family, 4);
    ck_assert_uint_eq(next(&r, 0).family, 0);
    ck_assert_uint_eq(ztrunk_proofs_deadline(r.p), 10 * ZTI_SECOND);
    ck_assert_int_eq(ztrunk_proofs_expire(r.p, 10 * ZTI_SECOND - 1), ZTRUNK_OK);
    ck_assert_uint_eq(info(&r, 0).probing, 1);
    ck_assert_int_eq(ztrunk_proofs_expire(r.p, 10 * ZTI_SECOND), ZTRUNK_OK);
    ck_assert_uint_eq(info(&r, 0).probing, 0);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 10 * ZTI_SECOND, 1, &x), ZTRUNK_E_DENIED);
    ck_assert_uint_eq(ztrunk_proofs_deadline(r.p), UINT64_MAX);
    down(&r);
}
END_TEST

/* A proof in use is renewed before it ends, so that no caller ever waits for it. */
START_TEST(a_proof_in_use_or_kept_is_renewed_and_an_idle_one_ends)
{
    ztrunk_addr used = nth(1), idle = nth(2), kept = nth(3), a;
    rig r;

    up(&r, NULL);
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 0, 1, &used), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 0, 1, &idle), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_want(r.p, 0, 1, &kept, 1), ZTRUNK_OK);
    a = next(&r, 0);
    ck_assert(ztrunk_addr_equal(&a, &kept));
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 0, 1, &kept), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 5, 1, &used), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_proofs_deadline(r.p), 450 * ZTI_SECOND);
    ck_assert_uint_eq(next(&r, 450 * ZTI_SECOND - 1).family, 0);
    a = next(&r, 450 * ZTI_SECOND);
    ck_assert(ztrunk_addr_equal(&a, &kept));
    a = next(&r, 450 * ZTI_SECOND);
    ck_assert(ztrunk_addr_equal(&a, &used));
    ck_assert_uint_eq(next(&r, 450 * ZTI_SECOND).family, 0);
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 450 * ZTI_SECOND, 1, &used), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_expire(r.p, 600 * ZTI_SECOND), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 600 * ZTI_SECOND, 1, &idle), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_proofs_check(r.p, 600 * ZTI_SECOND, 1, &used), ZTRUNK_OK);
    ck_assert_uint_eq(info(&r, 600 * ZTI_SECOND).proved, 1);
    down(&r);
}
END_TEST

START_TEST(wrong_arguments_and_failed_allocations_are_told)
{
    const ztrunk_proofs_opts big = {.size = sizeof big, .max_addresses = 65537};
    ztrunk_addr none = {.family = 0}, x = nth(1);
    rig r;

    up(&r, NULL);
    ck_assert_int_eq(ztrunk_proofs_note(r.p, 0, 1, &none), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_proofs_want(r.p, 0, 1, NULL, 0), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_proofs_check(NULL, 0, 1, &x), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_proofs_failed(r.p, 0, 1, &x, 0), ZTRUNK_E_NOTFOUND);
    down(&r);
    for (uint32_t fail_at = 1; fail_at < 10; fail_at++) {
        ztrunk_proofs *p = NULL;
        ztrunk_ctx *ctx = NULL;
        fail_ctx f = {.fail_at = fail_at};
        int32_t err = fail_ctx_new(&f, &ctx);

        if (err == ZTRUNK_OK && fail_at == 9)
            ck_assert_int_eq(ztrunk_proofs_new(ctx, &big, &p), ZTRUNK_E_INVALID);
        if (err == ZTRUNK_OK) err = ztrunk_proofs_new(ctx, NULL, &p);
        ck_assert(err == ZTRUNK_E_NOMEM || p != NULL);
        ztrunk_proofs_free(p);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
    }
}
END_TEST

UNIT_MAIN("guard/proof", a_proof_is_one_trunks_and_one_addresss,
          a_wrong_certificate_ends_a_proof_and_silence_does_not,
          failures_back_off_up_to_the_bound_and_a_proof_forgives_them,
          a_thousand_callers_make_no_more_probes_at_once_than_allowed,
          the_table_is_bounded_and_gives_up_the_unproved_first,
          a_probe_that_is_never_told_of_ends_as_unanswered,
          a_proof_in_use_or_kept_is_renewed_and_an_idle_one_ends,
          wrong_arguments_and_failed_allocations_are_told)
