#include "rt/door_hello.h"

#include "unit.h"

typedef struct row {
    const char *what;
    uint8_t head[ZTI_HELLO_HEAD];
} row;

static const row refused[] = {
    {"SIP", "OPTIONS s"},
    {"HTTP", "GET / HTT"},
    {"keep-alives", "\r\n\r\n\r\n\r\n\r"},
    {"zeros", {0}},
    {"SSLv2", {0x80, 46, 1, 3, 1, 0, 21, 0, 0}},
    {"an alert", {21, 3, 3, 0, 45, 1, 0, 0, 41}},
    {"application data", {23, 3, 3, 0, 45, 1, 0, 0, 41}},
    {"no TLS: major 2", {22, 2, 1, 0, 45, 1, 0, 0, 41}},
    {"no TLS: major 4", {22, 4, 0, 0, 45, 1, 0, 0, 41}},
    {"DTLS", {22, 0xfe, 0xfd, 0, 45, 1, 0, 0, 41}},
    {"no TLS: minor 5", {22, 3, 5, 0, 45, 1, 0, 0, 41}},
    {"a ServerHello", {22, 3, 3, 0, 45, 2, 0, 0, 41}},
    {"a HelloRequest", {22, 3, 3, 0, 4, 0, 0, 0, 0}},
    {"an empty record", {22, 3, 1, 0, 0, 1, 0, 0, 41}},
    {"a byte too short to be one", {22, 3, 1, 0, 44, 1, 0, 0, 40}},
    {"a record one byte longer than its message", {22, 3, 1, 0, 46, 1, 0, 0, 41}},
    {"a message that goes on in another record", {22, 3, 1, 0, 45, 1, 0, 0, 42}},
    {"a message of 16 MiB", {22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff}},
    {"a length that is right but for its top byte", {22, 3, 1, 0, 45, 1, 1, 0, 41}},
    {"a record one byte too long", {22, 3, 1, 0x40, 1, 1, 0, 0x3f, 0xfd}},
    {"a record as long as it can be told", {22, 3, 1, 0xff, 0xff, 1, 0, 0xff, 0xfb}},
};

START_TEST(what_is_no_client_hello_has_no_size)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        ck_assert_msg(zti_hello_size(refused[i].head) == 0, "%s", refused[i].what);
}
END_TEST

START_TEST(the_size_is_that_of_the_record)
{
    static const uint8_t least[] = {22, 3, 1, 0, 45, 1, 0, 0, 41};
    static const uint8_t most[] = {22, 3, 3, 0x40, 0, 1, 0, 0x3f, 0xfc};
    static const uint8_t usual[] = {22, 3, 1, 2, 0, 1, 0, 1, 0xfc};
    static const uint8_t ssl3[] = {22, 3, 0, 2, 0, 1, 0, 1, 0xfc};

    ck_assert_uint_eq(zti_hello_size(least), 50);
    ck_assert_uint_eq(zti_hello_size(most), 5 + 16384);
    ck_assert_uint_eq(zti_hello_size(usual), 5 + 512);
    ck_assert_uint_eq(zti_hello_size(ssl3), 5 + 512);
}
END_TEST

UNIT_MAIN("rt/door_hello", what_is_no_client_hello_has_no_size, the_size_is_that_of_the_record)
