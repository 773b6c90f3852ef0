#include "base/hash.h"

#include "unit.h"

static void hex_of(const uint8_t *bytes, size_t len, char *hex)
{
    for (size_t i = 0; i < len; i++) snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}

START_TEST(another_kind_is_refused)
{
    uint8_t out[ZTI_HASH_MOST];

    ck_assert_int_eq(zti_hash(0, NULL, 0, out), -2);
    ck_assert_int_eq(zti_hash(4, NULL, 0, out), -2);
    ck_assert_uint_eq(zti_hash_len(4), 0);
}
END_TEST

/* RFC 1321 A.5; FIPS 180-4, examples of NIST's Cryptographic Toolkit. The parts are cut anywhere.
 */
START_TEST(gives_the_published_values)
{
    static const struct {
        uint32_t kind;
        const char *text, *hex;
    } rows[] = {
        {ZTI_HASH_MD5, "", "d41d8cd98f00b204e9800998ecf8427e"},
        {ZTI_HASH_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72"},
        {ZTI_HASH_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {ZTI_HASH_SHA256, "abc",
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {ZTI_HASH_SHA512_256, "",
         "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a"},
        {ZTI_HASH_SHA512_256, "abc",
         "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        zti_str text = zti_str_of(rows[i].text);

        for (size_t cut = 0; cut <= text.len; cut++) {
            const zti_str parts[] = {zti_str_head(text, cut), {NULL, 0}, zti_str_from(text, cut)};
            uint8_t out[ZTI_HASH_MOST];
            char hex[65];

            ck_assert_int_eq(zti_hash(rows[i].kind, parts, 3, out), 0);
            hex_of(out, zti_hash_len(rows[i].kind), hex);
            ck_assert_str_eq(hex, rows[i].hex);
        }
    }
}
END_TEST

/* RFC 4231 4.7 has a key that is longer; 4.2's, of 20 bytes, is the same with zeros behind it. */
START_TEST(a_mac_is_that_of_rfc_4231)
{
    uint8_t key[32] = {0}, out[32];
    char hex[65];

    for (size_t i = 0; i < 20; i++) key[i] = 0x0b;
    ck_assert_int_eq(zti_hmac_sha256(key, ZTI_STR("Hi There"), out), 0);
    hex_of(out, 32, hex);
    ck_assert_str_eq(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}
END_TEST

UNIT_MAIN("base/hash", another_kind_is_refused, gives_the_published_values,
          a_mac_is_that_of_rfc_4231)
