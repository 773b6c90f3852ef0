/* rules_param.h - %-escapes and parameters of a URI that has been parsed. */
#ifndef ZTI_GUARD_RULES_PARAM_H
#define ZTI_GUARD_RULES_PARAM_H

#include "base/str.h"

/* The next character with its escape undone, taken from the front; -1 at the end, and for a '%'
 * that two hex digits do not follow. */
int32_t zti_escaped_next(zti_str *s);
/* 1 when the first span, its escapes undone, spells the second. */
uint32_t zti_escaped_is(zti_str escaped, zti_str plain);
uint32_t zti_escaped_is_any_case(zti_str escaped, zti_str plain);

/* The value of that parameter in ";a;b=c", its name in any case and however escaped.
 * E_NOTFOUND. E_MALFORMED: it stands there twice, so that two readers may see two values. */
int32_t zti_rules_param(zti_str params, zti_str name, zti_str *value);

#endif
