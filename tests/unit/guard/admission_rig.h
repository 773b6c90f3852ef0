/* admission_rig.h - an admission with a context whose allocations are counted, and its sources. */
#ifndef TESTS_ADMISSION_RIG_H
#define TESTS_ADMISSION_RIG_H

#include <string.h>
#include <zerotrunk/admission.h>
#include "base/time.h"
#include "fail_ctx.h"
#include "unit.h"

typedef struct rig {
    fail_ctx fail;
    ztrunk_ctx *ctx;
    ztrunk_admission *a;
} rig;

static inline void rig_up(rig *r, const ztrunk_admission_opts *opts)
{
    *r = (rig){.ctx = NULL};
    ck_assert_int_eq(fail_ctx_new(&r->fail, &r->ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_admission_new(r->ctx, opts, &r->a), ZTRUNK_OK);
}

static inline void rig_down(rig *r)
{
    ztrunk_admission_free(r->a);
    ztrunk_ctx_free(r->ctx);
    ck_assert_uint_eq(r->fail.live, 0);
}

static inline ztrunk_admission_source source_at(const char *text, uint32_t flags)
{
    ztrunk_admission_source s = {.size = sizeof s, .flags = flags};

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &s.addr), ZTRUNK_OK);
    return s;
}

static inline void limit(rig *r, uint32_t level, uint64_t number, ztrunk_admission_limits limits)
{
    limits.size = sizeof limits;
    ck_assert_int_eq(ztrunk_admission_set_limits(r->a, level, number, &limits), ZTRUNK_OK);
}

static inline int32_t ask(rig *r, uint64_t now_ns, const ztrunk_admission_source *s, uint32_t what,
                          ztrunk_admission_verdict *v)
{
    *v = (ztrunk_admission_verdict){.size = sizeof *v};
    return ztrunk_admission_ask(r->a, now_ns, s, what, v);
}

static inline uint32_t admitted(rig *r, uint64_t now_ns, const ztrunk_admission_source *s,
                                uint32_t what, uint32_t times)
{
    ztrunk_admission_verdict v;
    uint32_t count = 0;

    for (uint32_t i = 0; i < times; i++) count += ask(r, now_ns, s, what, &v) == ZTRUNK_OK;
    return count;
}

static inline ztrunk_admission_info info_of(const rig *r)
{
    ztrunk_admission_info info = {.size = sizeof info};

    ck_assert_int_eq(ztrunk_admission_get_info(r->a, &info), ZTRUNK_OK);
    return info;
}

#endif
