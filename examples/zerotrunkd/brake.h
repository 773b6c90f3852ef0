/* brake.h - one line a second for an event that a peer can cause at will; the rest is counted. */
#ifndef ZEROTRUNKD_BRAKE_H
#define ZEROTRUNKD_BRAKE_H

#include <stdint.h>

struct brake { /* zeroed: the first line is written */
    uint64_t next_ns, left_out;
};

/* 1: write it; *left_out says how many were not written since the last. */
uint32_t brake_allows(struct brake *brake, uint64_t now_ns, uint64_t *left_out);

#endif
