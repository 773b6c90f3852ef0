#include "sip/oa.h"

/* Whose offer is open, as the one who speaks sees it. */
enum { NOBODY, MINE, THEIRS, AGREED, SIDES };
enum { NOTHING, OFFER, ANSWER, PREVIEW, GLARE, TOO_SOON, BACK, PREVIEWED };

typedef struct row {
    uint8_t next, outcome;
} row;

/* Place, side -> side, outcome. RFC 6337 2.2, RFC 3311 5.2, RFC 3261 14.2. */
static const row table[ZTI_OA_PLACES][SIDES] = {
    [ZTI_OA_REQUEST] = {{MINE, OFFER}, {MINE, TOO_SOON}, {THEIRS, GLARE}, {MINE, OFFER}},
    [ZTI_OA_REQUEST_EMPTY] = {{NOBODY, NOTHING}, {MINE, TOO_SOON}, {THEIRS, GLARE}, {AGREED, 0}},
    [ZTI_OA_PRACK] = {{MINE, OFFER}, {MINE, TOO_SOON}, {AGREED, ANSWER}, {MINE, OFFER}},
    /* An ACK cannot be refused: what is no answer is nothing. */
    [ZTI_OA_ACK] = {{NOBODY, 0}, {MINE, 0}, {AGREED, ANSWER}, {AGREED, 0}},
    [ZTI_OA_ACK_EMPTY] = {{NOBODY, 0}, {MINE, 0}, {NOBODY, BACK}, {AGREED, 0}},
    [ZTI_OA_RESPONSE] = {{MINE, OFFER}, {MINE, 0}, {AGREED, ANSWER}, {MINE, OFFER}},
    [ZTI_OA_PROVISIONAL] = {{NOBODY, 0}, {MINE, 0}, {THEIRS, PREVIEW}, {AGREED, 0}},
    [ZTI_OA_RESPONSE_EMPTY] = {{NOBODY, 0}, {MINE, 0}, {NOBODY, PREVIEWED}, {AGREED, 0}},
    [ZTI_OA_FAILURE] = {{NOBODY, 0}, {NOBODY, BACK}, {NOBODY, BACK}, {AGREED, 0}},
};

static uint32_t side_of(uint32_t state, uint32_t is_local)
{
    if (state == ZTRUNK_OA_NONE) return NOBODY;
    if (state == ZTRUNK_OA_STABLE) return AGREED;
    return (state == ZTRUNK_OA_LOCAL_OFFER) == (is_local != 0) ? MINE : THEIRS;
}

static uint32_t is_response(zti_oa_place place)
{
    return place == ZTI_OA_RESPONSE || place == ZTI_OA_PROVISIONAL ||
           place == ZTI_OA_RESPONSE_EMPTY || place == ZTI_OA_FAILURE;
}

static uint32_t is_ack(zti_oa_place place)
{
    return place == ZTI_OA_ACK || place == ZTI_OA_ACK_EMPTY;
}

/* Responses answer the offer of their own request, or make one for an INVITE that had none; all
 * else that bears SDP (a 2xx that repeats its 18x, a stray UPDATE's) says nothing new. An ACK
 * answers the 2xx of its own INVITE, not the re-INVITE that crossed it. */
static uint32_t concerns(const zti_oa *oa, const zti_oa_step *step, uint32_t side)
{
    uint32_t is_open = side == MINE || side == THEIRS;

    if (is_ack(step->place)) return is_open && oa->is_late && oa->cseq == step->cseq;
    if (!is_response(step->place)) return 1;
    if (is_open) return oa->method == step->method && oa->cseq == step->cseq;
    return step->place == ZTI_OA_RESPONSE && step->method == ZTRUNK_SIP_INVITE &&
           oa->late_cseq == step->cseq + 1;
}

static void settle(zti_oa *oa, uint32_t state)
{
    oa->state = state;
    oa->is_agreed |= state == ZTRUNK_OA_STABLE;
    oa->is_previewed = 0;
}

static void fall_back(zti_oa *oa)
{
    settle(oa, oa->is_agreed ? ZTRUNK_OA_STABLE : ZTRUNK_OA_NONE);
}

static void open_offer(zti_oa *oa, const zti_oa_step *step)
{
    settle(oa, step->is_local ? ZTRUNK_OA_LOCAL_OFFER : ZTRUNK_OA_REMOTE_OFFER);
    oa->method = step->method;
    oa->cseq = step->cseq;
    oa->late_cseq = 0;
    oa->is_late = step->place == ZTI_OA_RESPONSE;
}

static uint32_t act(zti_oa *oa, const zti_oa_step *step, uint32_t outcome)
{
    if (outcome == OFFER) {
        open_offer(oa, step);
        return ZTRUNK_EV_DIALOG_OFFER;
    }
    if (outcome == PREVIEW) {
        oa->is_previewed = 1;
        return ZTRUNK_EV_DIALOG_PREVIEW;
    }
    /* RFC 3261 13.2.1: the answer of the 18x was the answer, also when the 2xx does not repeat
     * it. */
    if (outcome == ANSWER || (outcome == PREVIEWED && oa->is_previewed)) {
        settle(oa, ZTRUNK_OA_STABLE);
        return ZTRUNK_EV_DIALOG_ANSWER;
    }
    if (outcome == BACK || outcome == PREVIEWED) fall_back(oa);
    return 0;
}

int32_t zti_oa_take(zti_oa *oa, const zti_oa_step *step, uint32_t *event, uint32_t *status)
{
    uint32_t side = side_of(oa->state, step->is_local);
    const row *r = &table[step->place][side];

    *event = 0;
    *status = 0;
    if (r->outcome == GLARE || r->outcome == TOO_SOON) {
        *status = r->outcome == GLARE ? 491 : 500;
        return ZTRUNK_E_STATE;
    }
    if (step->place == ZTI_OA_REQUEST_EMPTY) oa->late_cseq = step->cseq + 1;
    if (!concerns(oa, step, side)) return ZTRUNK_OK;
    *event = act(oa, step, r->outcome);
    return ZTRUNK_OK;
}
