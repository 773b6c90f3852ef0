/* track.h - what the facts of one leg say over time. */
#ifndef ZTI_VERDICT_TRACK_H
#define ZTI_VERDICT_TRACK_H

#include <zerotrunk/verdict.h>

/* Facts as they were at a moment from which others are counted. */
typedef struct zti_verdict_mark {
    uint64_t at_ns;
    ztrunk_verdict_leg leg;
} zti_verdict_mark;

typedef struct zti_verdict_track {
    uint32_t is_started;
    ztrunk_verdict_leg now; /* the latest facts */
    uint64_t now_ns;
    zti_verdict_mark talk;     /* when media both ways began to be due; none is before */
    zti_verdict_mark heard;    /* media was let in last */
    zti_verdict_mark right;    /* and of a codec that was agreed on */
    zti_verdict_mark sent;     /* media was sent to it last */
    zti_verdict_mark reported; /* its RTCP told of our media last */
    zti_verdict_mark refused;  /* a packet of it was refused last */
    uint64_t steady_since_ns;  /* media has come without a gap since; 0: it does not */
    uint32_t has_gaps;         /* it came again after a gap: a peer that is silent at times */
    uint32_t is_deaf;          /* its RTCP says that it hears nothing */
    uint64_t deaf_since_ns;
} zti_verdict_track;

/* Takes new facts. is_due: media is due both ways on both legs. */
void zti_verdict_track_take(zti_verdict_track *t, uint64_t now_ns, const ztrunk_verdict_leg *leg,
                            uint32_t is_due);
/* How long nothing has been let in, now that it is due. */
uint64_t zti_verdict_track_unheard_ns(const zti_verdict_track *t);

#endif
