#include "tls/ext.h"

#include <zerotrunk/core.h>
#include "unit.h"

static int32_t read(zti_str extensions, zti_cert *cert)
{
    zti_cur c = zti_cur_of(extensions);

    *cert = (zti_cert){.pathlen = ZTI_NO_PATHLEN};
    return zti_ext_read(&c, cert);
}

START_TEST(broken_extensions_are_refused)
{
    static const zti_str bad[] = {
        {"", 0},
        {"\x30\x00", 2},
        /* basicConstraints: an empty BOOLEAN; FALSE spelt out; pathLen negative; junk behind. */
        {"\x30\x0d\x30\x0b\x06\x03\x55\x1d\x13\x04\x04\x30\x02\x01\x00", 15},
        {"\x30\x0e\x30\x0c\x06\x03\x55\x1d\x13\x04\x05\x30\x03\x01\x01\x00", 16},
        {"\x30\x0e\x30\x0c\x06\x03\x55\x1d\x13\x04\x05\x30\x03\x02\x01\x80", 16},
        {"\x30\x0d\x30\x0b\x06\x03\x55\x1d\x13\x04\x04\x30\x00\x05\x00", 15},
        /* extKeyUsage and subjectAltName without any entry. */
        {"\x30\x0b\x30\x09\x06\x03\x55\x1d\x25\x04\x02\x30\x00", 13},
        {"\x30\x0b\x30\x09\x06\x03\x55\x1d\x11\x04\x02\x30\x00", 13},
        /* keyUsage of eight unused bits. */
        {"\x30\x0d\x30\x0b\x06\x03\x55\x1d\x0f\x04\x04\x03\x02\x08\x80", 15},
        /* nameConstraints of nothing. */
        {"\x30\x0b\x30\x09\x06\x03\x55\x1d\x1e\x04\x02\x30\x00", 13},
        /* authorityInfoAccess whose location is no GeneralName. */
        {"\x30\x18\x30\x16\x06\x08\x2b\x06\x01\x05\x05\x07\x01\x01\x04\x0a\x30\x08\x30\x06\x06\x01"
         "\x2a\x04\x01x",
         26},
    };
    zti_cert cert;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(read(bad[i], &cert) == ZTRUNK_E_MALFORMED, "row %zu", i);
}
END_TEST

START_TEST(one_of_a_kind)
{
    zti_cert cert;

    ck_assert_int_eq(read(ZTI_STR("\x30\x0b\x30\x09\x06\x03\x55\x1d\x13\x04\x02\x30\x00"), &cert),
                     ZTRUNK_OK);
    ck_assert_int_eq(read(ZTI_STR("\x30\x16\x30\x09\x06\x03\x55\x1d\x13\x04\x02\x30\x00"
                                  "\x30\x09\x06\x03\x55\x1d\x13\x04\x02\x30\x00"),
                          &cert),
                     ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(what_nobody_knows_is_marked_and_how)
{
    zti_cert cert;

    ck_assert_int_eq(read(ZTI_STR("\x30\x0a\x30\x08\x06\x02\x2a\x03\x04\x02\x05\x00"), &cert),
                     ZTRUNK_OK);
    ck_assert(cert.has & ZTI_EXT_UNKNOWN);
    ck_assert(!(cert.critical & ZTI_EXT_UNKNOWN));
    ck_assert_int_eq(read(ZTI_STR("\x30\x0d\x30\x0b\x06\x02\x2a\x03\x01\x01\xff\x04\x02\x05\x00"),
                          &cert),
                     ZTRUNK_OK);
    ck_assert(cert.critical & ZTI_EXT_UNKNOWN);
}
END_TEST

START_TEST(a_ca_says_so_and_how_deep)
{
    zti_cert cert;

    ck_assert_int_eq(read(ZTI_STR("\x30\x11\x30\x0f\x06\x03\x55\x1d\x13\x04\x08\x30\x06\x01\x01\xff"
                                  "\x02\x01\x02"),
                          &cert),
                     ZTRUNK_OK);
    ck_assert(cert.is_ca && cert.pathlen == 2);
}
END_TEST

START_TEST(usages_are_told_apart)
{
    zti_cert cert;

    ck_assert_int_eq(read(ZTI_STR(
                              "\x30\x1b\x30\x19\x06\x03\x55\x1d\x25\x04\x12\x30\x10"
                              "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x14\x06\x04\x55\x1d\x25\x00"),
                          &cert),
                     ZTRUNK_OK);
    ck_assert_uint_eq(cert.eku, ZTI_EKU_SIP_DOMAIN | ZTI_EKU_ANY);
}
END_TEST

UNIT_MAIN("tls/ext", broken_extensions_are_refused, one_of_a_kind,
          what_nobody_knows_is_marked_and_how, a_ca_says_so_and_how_deep, usages_are_told_apart)
