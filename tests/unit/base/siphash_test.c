#include "base/siphash.h"

#include "unit.h"

/* Vectors of the SipHash paper's reference: key 00..0f, message 00..(n-1), little-endian output. */
START_TEST(gives_the_reference_values)
{
    static const struct {
        size_t len;
        uint64_t hash;
    } rows[] = {
        {0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd},  {7, 0xab0200f58b01d137},
        {8, 0x93f5f5799a932462}, {15, 0xa129ca6149be45e5}, {63, 0x958a324ceb064572},
    };
    uint8_t key[16], message[64];

    for (uint8_t i = 0; i < 16; i++) key[i] = i;
    for (uint8_t i = 0; i < 64; i++) message[i] = i;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(zti_siphash(key, message, rows[i].len) == rows[i].hash, "length %zu",
                      rows[i].len);
}
END_TEST

UNIT_MAIN("base/siphash", gives_the_reference_values)
