#include "rt/priv_caps.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <zerotrunk/core.h>
#include "unit.h"

START_TEST(what_was_given_up_is_gone_and_cannot_be_taken_back)
{
    zti_caps before, now, none = {0};

    ck_assert_int_eq(zti_caps_get(&before), ZTRUNK_OK);
    ck_assert_int_eq(zti_caps_set(&none), ZTRUNK_OK);
    ck_assert_int_eq(zti_caps_get(&now), ZTRUNK_OK);
    ck_assert_uint_eq(now.effective | now.permitted | now.inheritable, 0);
    before.permitted |= ZTI_CAP(CAP_NET_ADMIN);
    ck_assert_int_eq(zti_caps_set(&before), ZTRUNK_E_SYSTEM);
}
END_TEST

START_TEST(capabilities_of_both_halves_are_kept_apart)
{
    zti_caps now, keep = {0};

    ck_assert_int_eq(zti_caps_get(&now), ZTRUNK_OK);
    keep.permitted = now.permitted & (ZTI_CAP(CAP_NET_ADMIN) | ZTI_CAP(39));
    keep.effective = now.permitted & ZTI_CAP(39);
    ck_assert_int_eq(zti_caps_set(&keep), ZTRUNK_OK);
    ck_assert_int_eq(zti_caps_get(&now), ZTRUNK_OK);
    ck_assert_uint_eq(now.permitted, keep.permitted);
    ck_assert_uint_eq(now.effective, keep.effective);
}
END_TEST

START_TEST(no_program_that_is_run_gets_any)
{
    zti_caps now;
    uint32_t may_drop;

    ck_assert_int_eq(zti_caps_get(&now), ZTRUNK_OK);
    may_drop = (now.effective & ZTI_CAP(CAP_SETPCAP)) != 0;
    ck_assert_int_eq(zti_caps_bar(), ZTRUNK_OK);
    ck_assert_int_eq(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
    ck_assert_uint_eq(zti_caps_ambient(), 0);
    if (may_drop) ck_assert_uint_eq(zti_caps_bounding(), 0);
    ck_assert_int_eq(zti_caps_bar(), ZTRUNK_OK);
}
END_TEST

UNIT_MAIN("rt/priv_caps", what_was_given_up_is_gone_and_cannot_be_taken_back,
          capabilities_of_both_halves_are_kept_apart, no_program_that_is_run_gets_any)
