/* hole.h - one hole: whom it admits, and until when. */
#ifndef ZTI_PINHOLE_HOLE_H
#define ZTI_PINHOLE_HOLE_H

#include <zerotrunk/pinhole.h>
#include "base/heap.h"

typedef struct zti_hole zti_hole;

struct zti_hole {
    ztrunk_pinhole_spec spec;
    uint64_t id;
    uint32_t is_answered, is_latched;
    ztrunk_addr latched;
    ztrunk_addr left; /* latched before the remote moved; it does not latch before left_until_ns */
    uint64_t left_until_ns;
    uint64_t opened_ns, touched_ns; /* touched: opening and answer count as a first touch */
    uint64_t packets, denied;
    zti_heap_node timer;
    zti_hole *next_of_dialog;
};

/* E_INVALID: what no caller should ask for. E_DENIED: remote lies outside the prefixes. */
int32_t zti_hole_spec_check(const ztrunk_pinhole_spec *spec);
/* 1 when the prefixes cover addr; no prefixes cover every address. */
uint32_t zti_hole_covers(const ztrunk_pinhole_spec *spec, const ztrunk_addr *addr);
/* 1 when a packet from this source may be looked at. */
uint32_t zti_hole_admits(const zti_hole *hole, const ztrunk_addr *from);
/* The answer names another remote: the latch goes. */
void zti_hole_move(zti_hole *hole, uint64_t now_ns);
/* 0 when this source, admitted and authentic, is only what the peer is moving away from. */
uint32_t zti_hole_may_latch(const zti_hole *hole, uint64_t now_ns, const ztrunk_addr *from);
/* When the hole closes by itself unless something happens, and with which reason. */
uint64_t zti_hole_deadline(const zti_hole *hole, const ztrunk_pinholes_opts *opts,
                           uint32_t *reason);

#endif
