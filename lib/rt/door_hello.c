#include "rt/door_hello.h"

#include <zerotrunk/core.h>
#include "base/cur.h"

enum { RECORD_HANDSHAKE = 22, MESSAGE_CLIENT_HELLO = 1 };
enum { RECORD_HEAD = 5, MESSAGE_HEAD = 4, RECORD_MAX = 16384 };
/* Version, random, no session id, one suite, one compression method: RFC 5246 7.4.1.2. */
enum { HELLO_LEAST = 2 + 32 + 1 + 2 + 2 + 1 + 1 };

size_t zti_hello_size(const uint8_t head[ZTI_HELLO_HEAD])
{
    zti_cur c = zti_cur_of((zti_str){(const char *)head, ZTI_HELLO_HEAD});
    uint8_t type = zti_cur_byte(&c);
    uint16_t version = zti_cur_be16(&c);
    uint32_t record = zti_cur_be16(&c);
    uint32_t message = zti_cur_be32(&c);
    uint32_t length = message & 0xffffff;

    if (c.err != ZTRUNK_OK || type != RECORD_HANDSHAKE) return 0;
    /* RFC 8446 5.1: of the record's version only that it is TLS means anything. */
    if (version < 0x0300 || version > 0x0304) return 0;
    if (message >> 24 != MESSAGE_CLIENT_HELLO) return 0;
    if (length < HELLO_LEAST || record != length + MESSAGE_HEAD || record > RECORD_MAX) return 0;
    return (size_t)record + RECORD_HEAD;
}
