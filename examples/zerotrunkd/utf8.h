/* utf8.h - bytes of unknown worth to characters, and characters to what a log line may hold. */
#ifndef ZEROTRUNKD_UTF8_H
#define ZEROTRUNKD_UTF8_H

#include <stddef.h>
#include <stdint.h>

struct utf8 {
    const uint8_t *at;
    size_t left;
};

/* The next character; U+FFFD for each byte that begins none (overlong forms and surrogates are
 * none). Call it only while left > 0. */
uint32_t utf8_next(struct utf8 *in);
/* At most 12 bytes that are safe inside a JSON string: C0, DEL, C1, line separators and the
 * characters that turn the direction of text become \uXXXX. */
size_t utf8_escape(uint32_t c, char out[16]);
/* 1: whole UTF-8, none of whose characters would be escaped for what it does; a tab is taken. */
uint32_t utf8_is_safe(const char *text, size_t len);

#endif
