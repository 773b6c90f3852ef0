/* rules_pattern.h - "+49xxx.": a set of digits for each place of a number, and what may follow.
 * Each place is looked at once: there is nothing to try again. */
#ifndef ZTI_GUARD_RULES_PATTERN_H
#define ZTI_GUARD_RULES_PATTERN_H

#include "guard/rules_number.h"

typedef struct zti_pattern {
    uint32_t is_global, len;
    uint32_t more; /* 0: nothing, '.': one digit at least, '!': any number of digits */
    uint16_t sets[ZTI_DIALLED_DIGITS]; /* bit 0: the digit 0 */
} zti_pattern;

/* "+" in front alone, digits, x (0-9), z (1-9), n (2-9) in any case, [2-57], "." or "!" at the
 * end, "_" in front without a meaning. E_INVALID, also when it starts with "00", which no number
 * in its one spelling does. */
int32_t zti_pattern_read(zti_str text, zti_pattern *out);
/* Every number that starts so. */
zti_pattern zti_pattern_of_prefix(const zti_number *prefix);
uint32_t zti_pattern_matches(const zti_pattern *pattern, const zti_number *number);

#endif
