/* scan.h - runs of characters by class, over a span that shrinks from its front. */
#ifndef ZTI_WIRE_SCAN_H
#define ZTI_WIRE_SCAN_H

#include "base/str.h"

/* Classes of RFC 3261 25.1; '%' is in none of the URI ones, zti_scan_escaped adds it. */
enum {
    ZTI_C_TOKEN = 0x0001,
    ZTI_C_WSP = 0x0002,
    ZTI_C_DIGIT = 0x0004,
    ZTI_C_HEX = 0x0008,
    ZTI_C_HOST = 0x0010,       /* hostname */
    ZTI_C_USER = 0x0020,       /* unreserved, user-unreserved */
    ZTI_C_PASSWORD = 0x0040,   /* unreserved and &=+$, */
    ZTI_C_URI_PARAM = 0x0080,  /* unreserved, param-unreserved */
    ZTI_C_URI_HEADER = 0x0100, /* unreserved, hnv-unreserved, = and & */
    ZTI_C_URIC = 0x0200,       /* any URI: unreserved, reserved, #[] */
    ZTI_C_WORD = 0x0400,       /* of a Call-ID */
    ZTI_C_VALUE = 0x0800,      /* of a header parameter: token, or a host with [] and : */
    ZTI_C_ALNUM = 0x1000,
    ZTI_C_ALPHA = 0x2000,
    ZTI_C_ITEM = 0x4000,  /* all but , ; " and < */
    ZTI_C_QUOTED = 0x8000 /* all but " and \ */
};

extern const uint16_t zti_char_class[256];

static inline uint32_t zti_scan_in(char c, uint32_t classes)
{
    return (zti_char_class[(uint8_t)c] & classes) != 0;
}

/* The next character, 0 at the end. */
static inline char zti_scan_peek(const zti_str *s)
{
    return s->len > 0 ? s->p[0] : 0;
}

static inline void zti_scan_skip(zti_str *s, size_t len)
{
    if (len == 0) return; /* an empty span may be NULL */
    s->p += len;
    s->len -= len;
}

/* Takes c if it comes next. */
static inline uint32_t zti_scan_take(zti_str *s, char c)
{
    if (s->len == 0 || s->p[0] != c) return 0;
    zti_scan_skip(s, 1);
    return 1;
}

/* The longest run of these classes; may be empty. */
static inline zti_str zti_scan_run(zti_str *s, uint32_t classes)
{
    zti_str run = {s->p, 0};

    while (run.len < s->len && zti_scan_in(s->p[run.len], classes)) run.len++;
    zti_scan_skip(s, run.len);
    return run;
}

static inline void zti_scan_lws(zti_str *s)
{
    while (s->len > 0 && zti_scan_in(s->p[0], ZTI_C_WSP)) zti_scan_skip(s, 1);
}

/* Without leading and trailing SP and HTAB. */
static inline zti_str zti_scan_trim(zti_str s)
{
    zti_scan_lws(&s);
    while (s.len > 0 && zti_scan_in(s.p[s.len - 1], ZTI_C_WSP)) s.len--;
    return s;
}

static inline char zti_scan_lower(char c)
{
    return zti_scan_in(c, ZTI_C_ALPHA) ? (char)(c | 0x20) : c;
}

static inline uint32_t zti_scan_is_token(zti_str s)
{
    return zti_scan_run(&s, ZTI_C_TOKEN).len > 0 && s.len == 0;
}

/* Equal but for ASCII case; mostly the case is the same as well. */
static inline uint32_t zti_scan_is(zti_str token, zti_str name)
{
    if (token.len != name.len) return 0;
    return zti_str_eq(token, name) || zti_str_ieq(token, name);
}

/* A run that may hold %HH; a '%' without two hex digits ends it. */
zti_str zti_scan_escaped(zti_str *s, uint32_t classes);
/* A quoted string; inner comes without the quotes and with its backslashes. 0: it never ends. */
uint32_t zti_scan_quoted(zti_str *s, zti_str *inner);

/* How many bytes at the front are SP to ~. */
size_t zti_text_plain(zti_str s);
/* 1 when every byte is text: SP to ~, HTAB, well-formed UTF-8. With has_pairs a control character
 * may stand behind a backslash inside quotes (RFC 3261 25.1 quoted-pair); CR and LF never may. */
uint32_t zti_text_ok(zti_str s, uint32_t has_pairs);

#endif
