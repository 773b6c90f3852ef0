/* admission_block.h - a source that abuses is blocked, each time for twice as long. */
#ifndef ZTI_GUARD_ADMISSION_BLOCK_H
#define ZTI_GUARD_ADMISSION_BLOCK_H

#include <stdint.h>

typedef struct zti_block_rule {
    uint32_t points;           /* that many block; each second forgives one */
    uint64_t first_ns, max_ns; /* the first block, and the longest; first_ns is not 0 */
    uint64_t calm_ns;          /* so long without a block: the next is half as long; not 0 */
} zti_block_rule;

typedef struct zti_block {
    uint64_t score, scored_ns; /* score: billionths of a point */
    uint64_t until_ns;         /* 0: never blocked */
    uint32_t doublings;
} zti_block;

uint32_t zti_block_holds(const zti_block *b, uint64_t now_ns);
/* 1 when no block holds and every offence is forgiven. */
uint32_t zti_block_is_innocent(const zti_block *b, uint64_t now_ns);
/* Adds an offence's weight; 1 when it starts a block. While one holds, offences do not prolong it:
 * whoever spoofs the source cannot keep it out for ever. */
uint32_t zti_block_offend(zti_block *b, const zti_block_rule *rule, uint64_t now_ns,
                          uint32_t weight);

#endif
