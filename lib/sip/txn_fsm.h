/* txn_fsm.h - the four state machines of RFC 3261 17 with RFC 6026's Accepted, as one table. */
#ifndef ZTI_SIP_TXN_FSM_H
#define ZTI_SIP_TXN_FSM_H

#include <stdint.h>

typedef enum zti_txn_state {
    ZTI_TXN_NONE, /* in a row: the input does not fit */
    ZTI_TXN_CI_CALLING,
    ZTI_TXN_CI_PROCEEDING,
    ZTI_TXN_CI_CANCELLING, /* proceeding, and the CANCEL is out: 64*T1 to the end (9.1) */
    ZTI_TXN_CI_COMPLETED,
    ZTI_TXN_CI_ACCEPTED,
    ZTI_TXN_CN_TRYING,
    ZTI_TXN_CN_PROCEEDING,
    ZTI_TXN_CN_COMPLETED,
    ZTI_TXN_SI_PROCEEDING,
    ZTI_TXN_SI_COMPLETED,
    ZTI_TXN_SI_CONFIRMED,
    ZTI_TXN_SI_ACCEPTED,
    ZTI_TXN_SN_TRYING,
    ZTI_TXN_SN_PROCEEDING,
    ZTI_TXN_SN_COMPLETED,
    ZTI_TXN_GONE,
    ZTI_TXN_STATES
} zti_txn_state;

typedef enum zti_txn_input {
    ZTI_IN_100, /* responses: received by a client, sent by a server */
    ZTI_IN_1XX,
    ZTI_IN_2XX,
    ZTI_IN_FAIL,    /* 300 to 699 */
    ZTI_IN_REQUEST, /* the same request again */
    ZTI_IN_ACK,
    ZTI_IN_CANCEL, /* our user's wish */
    ZTI_IN_RETRY,  /* Timer A, E or G */
    ZTI_IN_END,    /* Timer B, C, D, F, H, I, J, K, L or M */
    ZTI_IN_LOST,   /* the flow failed */
    ZTI_IN_COUNT
} zti_txn_input;

enum { /* what is to be done */
       ZTI_DO_PASS = 1,
       ZTI_DO_SEND = 2,   /* the new message */
       ZTI_DO_RESEND = 4, /* the last one */
       ZTI_DO_ACK = 8,
       ZTI_DO_CANCEL = 16,
       ZTI_DO_TIMEOUT = 32,
       ZTI_DO_UNREACHABLE = 64,
       ZTI_DO_NO_ACK = 128
};

enum { /* the retransmission timer */
       ZTI_RETRY_KEEP,
       ZTI_RETRY_STOP,
       ZTI_RETRY_T1,        /* unreliable transports only, like all of these */
       ZTI_RETRY_DOUBLE,    /* Timer A: no cap, Timer B ends it */
       ZTI_RETRY_DOUBLE_T2, /* Timers E and G */
       ZTI_RETRY_T2
};

enum { /* the timer that ends the state */
       ZTI_END_KEEP,
       ZTI_END_64T1,    /* B, F, H, L, M, and the wait behind a CANCEL */
       ZTI_END_64T1_UN, /* D and J: nothing on reliable transports */
       ZTI_END_T4_UN,   /* I and K: nothing on reliable transports */
       ZTI_END_C
};

typedef struct zti_txn_row {
    uint8_t next, retry, end, actions;
} zti_txn_row;

/* The row; its next is ZTI_TXN_NONE when there is none. */
const zti_txn_row *zti_txn_step(zti_txn_state state, zti_txn_input input);
zti_txn_input zti_txn_input_of(uint32_t status);

#endif
