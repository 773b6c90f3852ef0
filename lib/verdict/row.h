/* row.h - the table of verdicts. */
#ifndef ZTI_VERDICT_ROW_H
#define ZTI_VERDICT_ROW_H

#include "verdict/track.h"

typedef struct zti_verdict_row {
    uint32_t code, is_outward; /* outward: the peer does not hear us; else we do not hear it */
    uint32_t cause[2];         /* of SRTP, or NONE: asked before the function */
    uint32_t (*holds)(const zti_verdict_track *t);
} zti_verdict_row;

/* The first row that holds for a leg of a call whose media is due both ways; NULL: none. */
const zti_verdict_row *zti_verdict_row_find(const zti_verdict_track *t);
/* 1: the peer has been heard, or hears, again: what a verdict of that row found then stood on is
 * over. */
uint32_t zti_verdict_row_is_over(const zti_verdict_row *row, const zti_verdict_track *t,
                                 uint64_t found_ns);

#endif
