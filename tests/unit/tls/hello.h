/* hello.h - ClientHello by hand, for what no library would offer. */
#ifndef TESTS_UNIT_TLS_HELLO_H
#define TESTS_UNIT_TLS_HELLO_H

#include <stddef.h>
#include <stdint.h>

#define HELLO_MAX 1024

typedef struct hello {
    uint16_t version;           /* 0x0303 */
    const uint16_t *suites;     /* ended by 0 */
    const uint16_t *groups;     /* ended by 0; NULL: P-256, P-384 */
    const uint16_t *signatures; /* ended by 0; NULL: with SHA-256 */
    const char *compressions;   /* NULL: null alone */
    size_t compressions_len;
} hello;

/* A whole record; its length. */
size_t hello_make(const hello *h, uint8_t out[HELLO_MAX]);

#endif
