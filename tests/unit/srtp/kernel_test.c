#include "srtp/kernel.h"

#include <srtp2/crypto_types.h>
#include <srtp2/srtp.h>
#include "unit.h"

START_TEST(there_is_no_type_for_the_null_cipher)
{
    ck_assert_ptr_null(zti_cipher_type(SRTP_NULL_CIPHER));
    ck_assert_ptr_null(zti_cipher_type(-1));
    ck_assert_ptr_null(zti_cipher_type(99));
}
END_TEST

START_TEST(every_type_bears_its_id_and_a_vector)
{
    static const int ids[] = {SRTP_AES_ICM_128, SRTP_AES_ICM_192, SRTP_AES_ICM_256,
                              SRTP_AES_GCM_128, SRTP_AES_GCM_256};

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const srtp_cipher_type_t *type = zti_cipher_type(ids[i]);

        ck_assert_ptr_nonnull(type);
        ck_assert_int_eq((int)type->id, ids[i]);
        ck_assert_ptr_nonnull(type->test_data);
        ck_assert_ptr_nonnull(type->description);
    }
    ck_assert_int_eq((int)zti_auth_type()->id, SRTP_HMAC_SHA1);
    ck_assert_ptr_nonnull(zti_auth_type()->test_data);
}
END_TEST

START_TEST(installing_twice_is_fine)
{
    ck_assert_int_eq(srtp_init(), srtp_err_status_ok);
    ck_assert_int_eq(zti_kernels_install(), ZTRUNK_OK);
    ck_assert_int_eq(zti_kernels_install(), ZTRUNK_OK);
    ck_assert_int_eq(srtp_shutdown(), srtp_err_status_ok);
}
END_TEST

UNIT_MAIN("srtp/kernel", there_is_no_type_for_the_null_cipher, every_type_bears_its_id_and_a_vector,
          installing_twice_is_fine)
