/* rules_number.h - a telephone number in its one spelling (rules.h states the reading). */
#ifndef ZTI_GUARD_RULES_NUMBER_H
#define ZTI_GUARD_RULES_NUMBER_H

#include "base/str.h"

enum { ZTI_GLOBAL_DIGITS = 15, ZTI_DIALLED_DIGITS = 20 };

typedef struct zti_number {
    uint32_t is_global, len;
    char digits[ZTI_DIALLED_DIGITS];
} zti_number;

/* Of a user part or of what follows "tel:". E_MALFORMED: no number. */
int32_t zti_number_read(zti_str user, zti_number *out);
/* Of a configured prefix: digits alone, after "+" or "00" perhaps none. E_INVALID. */
int32_t zti_number_prefix(zti_str text, zti_number *out);
uint32_t zti_number_same(const zti_number *a, const zti_number *b);

#endif
