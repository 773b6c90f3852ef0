/* cur.h - a cursor over a peer's bytes. It remembers the first error: read on, ask once. */
#ifndef ZTI_BASE_CUR_H
#define ZTI_BASE_CUR_H

#include "base/str.h"

typedef struct zti_cur {
    const char *p;
    size_t left;
    int32_t err; /* 0, or the first error; after it every read gives 0 and empty spans */
} zti_cur;

zti_cur zti_cur_of(zti_str s);
zti_str zti_cur_rest(const zti_cur *c);
uint32_t zti_cur_done(const zti_cur *c); /* nothing left, or failed */

char zti_cur_peek(const zti_cur *c); /* 0 at the end */
/* Takes c if it comes next; 1 when taken. Never an error. */
uint32_t zti_cur_accept(zti_cur *c, char ch);
/* Takes ch or fails. */
void zti_cur_expect(zti_cur *c, char ch);
/* Takes the literal or fails. */
void zti_cur_literal(zti_cur *c, zti_str literal);
void zti_cur_skip_spaces(zti_cur *c); /* SP and HTAB, any number */
/* Up to the stop character (not taken) or the end; may be empty. */
zti_str zti_cur_until(zti_cur *c, char stop);
/* A run without spaces, then the spaces behind it; an empty one fails. */
zti_str zti_cur_word(zti_cur *c);
/* The longest run of RFC 3261 token characters; an empty one fails. */
zti_str zti_cur_token(zti_cur *c);
/* The longest run of digits as a number of at most max; none, or more, fails. */
uint32_t zti_cur_u32(zti_cur *c, uint32_t max);
uint64_t zti_cur_u64(zti_cur *c, uint64_t max);
/* Big-endian binary reads. */
uint8_t zti_cur_byte(zti_cur *c);
uint16_t zti_cur_be16(zti_cur *c);
uint32_t zti_cur_be32(zti_cur *c);
zti_str zti_cur_take(zti_cur *c, size_t len);

#endif
