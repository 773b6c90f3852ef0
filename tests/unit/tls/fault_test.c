#include <zerotrunk/tls_check.h>

#include <string.h>
#include "unit.h"

START_TEST(a_number_that_is_no_fault_has_no_name)
{
    ck_assert_str_eq(ztrunk_tls_fault_name(ZTRUNK_TLS_FAULTS), "");
    ck_assert_str_eq(ztrunk_tls_fault_text(UINT32_MAX), "");
}
END_TEST

START_TEST(every_fault_has_a_name_of_its_own_and_a_text)
{
    ck_assert_uint_le(ZTRUNK_TLS_FAULTS, 64);
    for (uint32_t a = 0; a < ZTRUNK_TLS_FAULTS; a++) {
        ck_assert_ptr_nonnull(ztrunk_tls_fault_name(a));
        ck_assert_uint_gt(strlen(ztrunk_tls_fault_text(a)), 20);
        for (uint32_t b = 0; b < a; b++)
            ck_assert_str_ne(ztrunk_tls_fault_name(a), ztrunk_tls_fault_name(b));
    }
}
END_TEST

UNIT_MAIN("tls/fault", a_number_that_is_no_fault_has_no_name,
          every_fault_has_a_name_of_its_own_and_a_text)
