/* priv_mate.h - the spare of the privileged process: it was forked while there was a privilege,
 * waits for the end of the one that serves, and goes on in its place when that one did not mean to
 * end. */
#ifndef ZTI_RT_PRIV_MATE_H
#define ZTI_RT_PRIV_MATE_H

#include <stdint.h>

typedef struct zti_priv_mate { /* of the one that serves: its spare; of the spare: who serves */
    int fd;                    /* ends when the other does; -1: there is no other */
    uint32_t epoch;            /* how often a spare took over */
    uint64_t ready_ns;         /* no other is forked before */
} zti_priv_mate;

/* When there is none and it is time. 1: this process is the new spare, 0: it is the old one. */
uint32_t zti_priv_mate_fork(zti_priv_mate *mate);
/* Of a poll; -1: for good. */
int zti_priv_mate_wait_ms(const zti_priv_mate *mate);
/* The spare's life. 1: the other was killed, and the program behind sock lives; 0: all is over. */
uint32_t zti_priv_mate_wait(zti_priv_mate *mate, int sock);
/* Its end was seen. */
void zti_priv_mate_lost(zti_priv_mate *mate);
/* This process ends because it is to. */
void zti_priv_mate_dismiss(zti_priv_mate *mate);

#endif
