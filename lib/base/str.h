/* str.h - spans of text that nobody terminated. */
#ifndef ZTI_BASE_STR_H
#define ZTI_BASE_STR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Points into somebody else's bytes. p may be NULL when len is 0. */
typedef struct zti_str {
    const char *p;
    size_t len;
} zti_str;

#define ZTI_STR(literal) ((zti_str){(literal), sizeof(literal) - 1})

zti_str zti_str_of(const char *text); /* NULL gives the empty span */
uint32_t zti_str_eq(zti_str a, zti_str b);
/* ASCII case only: no locale decides what a SIP header is called. */
uint32_t zti_str_ieq(zti_str a, zti_str b);
uint32_t zti_str_starts(zti_str s, zti_str prefix);
/* Without leading and trailing SP, HTAB, CR and LF. */
zti_str zti_str_trim(zti_str s);

/* Offset of c, or s.len. */
static inline size_t zti_str_find(zti_str s, char c)
{
    const char *hit = s.len > 0 ? memchr(s.p, c, s.len) : NULL;

    return hit != NULL ? (size_t)(hit - s.p) : s.len;
}

/* s[at..], at clamped to len. */
static inline zti_str zti_str_from(zti_str s, size_t at)
{
    if (at > s.len) at = s.len;
    return at > 0 ? (zti_str){s.p + at, s.len - at} : s;
}

static inline zti_str zti_str_head(zti_str s, size_t len)
{
    return (zti_str){s.p, len < s.len ? len : s.len};
}

static inline char zti_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline uint32_t zti_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

uint32_t zti_is_alnum(char c);
uint32_t zti_is_token(char c); /* RFC 3261 25.1 token */

/* The whole span as a decimal number of at most max: digits only, no sign, no space, no wrap.
 * E_MALFORMED otherwise. */
int32_t zti_str_u32(zti_str s, uint32_t max, uint32_t *out);
int32_t zti_str_u64(zti_str s, uint64_t max, uint64_t *out);

#endif
