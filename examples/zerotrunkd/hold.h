/* hold.h - messages of a connection whose peer is not proved yet, in the order they came. */
#ifndef ZEROTRUNKD_HOLD_H
#define ZEROTRUNKD_HOLD_H

#include <stddef.h>
#include <zerotrunk/sip.h>

enum { HOLD_MESSAGES = 8, HOLD_BYTES = 65536 };

struct hold { /* zeroed: empty */
    ztrunk_sip_msg *messages[HOLD_MESSAGES];
    uint32_t count;
    size_t bytes;
    uint64_t until_ns; /* the caller's: when waiting ends */
};

/* 0: it holds m from now on. -1: a bound is reached; m stays the caller's. */
int hold_add(struct hold *hold, ztrunk_sip_msg *m);
void hold_free(struct hold *hold); /* with what it holds; NULL: nothing */

#endif
