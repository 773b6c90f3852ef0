/* agreed.h - what the descriptions of one side say of its media, read when they are agreed on. */
#ifndef ZEROTRUNKD_AGREED_H
#define ZEROTRUNKD_AGREED_H

#include <zerotrunk/relay.h>
#include <zerotrunk/sdp.h>

struct agreed {
    uint32_t is_set;        /* an offer has its answer */
    uint32_t send, receive; /* media may go to that peer, may come from it */
    uint32_t has_dtx, has_ice;
    uint32_t ours_is_private, theirs_is_private; /* an inside address, given to the outside */
    uint64_t payload_types[2];
    uint32_t suite_in, suite_out;
    ztrunk_addr ours, theirs;
    char codec[32]; /* the first that can be heard; "": none */
};

/* Of the description that came and the one that we sent; nth is the m-line that counts in theirs,
 * ours has it at the same place or has one only. */
void agreed_read(struct agreed *a, const ztrunk_sdp *theirs, const ztrunk_sdp *ours, uint32_t nth);
/* 1: an address of a private network (RFC 1918, 4193, 6598), of this host or of a link: not to be
 * given to somebody outside. */
uint32_t agreed_is_inside(const ztrunk_addr *addr);

#endif
