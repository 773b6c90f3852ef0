/* oa.h - offer and answer of RFC 3264, by the places that RFC 6337 knows. */
#ifndef ZTI_SIP_OA_H
#define ZTI_SIP_OA_H

#include <zerotrunk/dialog.h>

typedef enum zti_oa_place {
    ZTI_OA_REQUEST,       /* SDP in INVITE or UPDATE */
    ZTI_OA_REQUEST_EMPTY, /* an INVITE without: the offer comes in its response */
    ZTI_OA_PRACK,         /* SDP in PRACK */
    ZTI_OA_ACK,           /* SDP in ACK */
    ZTI_OA_ACK_EMPTY,
    ZTI_OA_RESPONSE,       /* SDP in 2xx, or in a reliable 18x */
    ZTI_OA_PROVISIONAL,    /* SDP in an unreliable 18x */
    ZTI_OA_RESPONSE_EMPTY, /* a 2xx without */
    ZTI_OA_FAILURE,        /* 300 to 699 */
    ZTI_OA_PLACES
} zti_oa_place;

typedef struct zti_oa {
    uint32_t state;     /* ZTRUNK_OA_* */
    uint32_t is_agreed; /* there was an answer once: a failure falls back on it */
    uint32_t is_previewed;
    uint32_t method, cseq; /* of the transaction that carries the open offer */
    uint32_t is_late;      /* which came in its response: an ACK answers it */
    uint32_t late_cseq;    /* CSeq + 1 of an INVITE that came without an offer; 0: none */
} zti_oa;

typedef struct zti_oa_step {
    zti_oa_place place;
    uint32_t is_local; /* our side says it */
    uint32_t method, cseq;
} zti_oa_step;

/* *event: ZTRUNK_EV_DIALOG_OFFER, _ANSWER, _PREVIEW or 0. E_STATE with *status 491 or 500: a
 * request that may not offer now; nothing changed. */
int32_t zti_oa_take(zti_oa *oa, const zti_oa_step *step, uint32_t *event, uint32_t *status);

#endif
