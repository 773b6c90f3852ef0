/* Throws the steps: mostly what may come next in a call, now and then what may not. */
#include "holes.h"

enum { PORTS = 10 };

static uint32_t throw(uint64_t * dice, uint32_t sides)
{
    uint64_t z = *dice += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) >> 32) % sides;
}

struct timers dice_timers(uint64_t *dice)
{
    static const uint64_t idle_ns[] = {0, 15 * HOLES_SEC, 40 * HOLES_SEC};
    struct timers timers = {.answer_ns = 32 * HOLES_SEC};

    timers.t1_ns = throw(dice, 2) ? 400 * HOLES_MS : 700 * HOLES_MS;
    timers.early_ns = (throw(dice, 2) ? 60 : 300) * HOLES_SEC;
    timers.idle_ns = idle_ns[throw(dice, 3)];
    return timers;
}

static uint32_t is_taken(const struct model *m, uint16_t local)
{
    for (uint32_t i = 0; i < CALLS; i++) {
        const struct m_call *c = &m->calls[i];

        if (c->phase != PHASE_CALLING && c->phase != PHASE_TALKING) continue;
        if (c->our_local == local || c->agreed.local == local || c->offered.local == local)
            return 1;
    }
    return 0;
}

static uint16_t free_local(uint64_t *dice, const struct model *m)
{
    uint16_t local;

    do {
        local = (uint16_t)(20000 + 2 * throw(dice, PORTS));
    } while (is_taken(m, local));
    return local;
}

static struct sdp_say throw_sdp(uint64_t *dice, uint32_t may_be_none)
{
    struct sdp_say say = {.kind = SDP_SENDRECV};

    if (throw(dice, 2)) say.kind = throw(dice, SDP_KINDS);
    if (say.kind == SDP_NONE && !may_be_none) say.kind = SDP_SENDRECV;
    say.host = 1 + throw(dice, 3);
    say.port = (uint16_t)(30000 + 2 * throw(dice, 2));
    return say;
}

static void throw_invite(uint64_t *dice, const struct model *m, struct step *s)
{
    s->kind = STEP_INVITE;
    s->by = throw(dice, 2);
    s->is_late = throw(dice, 3) == 0;
    s->local = free_local(dice, m);
    if (s->by == BY_PEER && !s->is_late) s->say = throw_sdp(dice, 0);
}

static void throw_stray(uint64_t *dice, const struct m_call *c, struct step *s)
{
    s->kind = STEP_STRAY;
    s->by = BY_PEER;
    s->stray = throw(dice, STRAY_KINDS);
    if (s->stray == STRAY_CSEQ && c->is_out) s->stray = STRAY_TAG;
    s->method = throw(dice, 3);
    s->status = throw(dice, 2) ? 200 : 183;
    s->say = throw_sdp(dice, s->method == 2);
}

static void throw_calling(uint64_t *dice, const struct m_call *c, struct step *s)
{
    static const uint8_t kinds[] = {STEP_RING,   STEP_RING,   STEP_RING, STEP_ACCEPT, STEP_ACCEPT,
                                    STEP_REJECT, STEP_CANCEL, STEP_BYE,  STEP_STRAY};

    s->kind = kinds[throw(dice, sizeof kinds)];
    s->fork = c->is_out ? throw(dice, FORKS) : 0;
    s->by = c->is_out ? BY_PEER : BY_US;
    s->status = 486;
    if (s->kind == STEP_STRAY) throw_stray(dice, c, s);
    if (s->kind == STEP_CANCEL) s->by = 1 - s->by;
    if (s->kind == STEP_BYE) s->by = c->is_out ? throw(dice, 2) : BY_PEER;
    if (s->kind == STEP_RING || s->kind == STEP_ACCEPT) {
        s->has_sdp = throw(dice, 2);
        s->say = throw_sdp(dice, 1);
    }
}

static void throw_talking(uint64_t *dice, const struct model *m, const struct m_call *c,
                          struct step *s)
{
    static const uint8_t kinds[] = {STEP_ACK,      STEP_ACK,      STEP_ACK,      STEP_REINVITE,
                                    STEP_REINVITE, STEP_REINVITE, STEP_REACCEPT, STEP_REACCEPT,
                                    STEP_REACCEPT, STEP_REREJECT, STEP_STRAY,    STEP_BYE,
                                    STEP_ACCEPT,   STEP_RING,     STEP_REJECT};

    s->kind = kinds[throw(dice, sizeof kinds)];
    s->by = throw(dice, 2);
    s->fork = c->talk;
    s->status = throw(dice, 2) ? 488 : 491;
    s->is_late = throw(dice, 3) == 0;
    s->is_hold = throw(dice, 6) == 0;
    s->say = throw_sdp(dice, s->kind != STEP_REINVITE);
    if (throw(dice, 3) == 0) s->local = free_local(dice, m);
    if (s->kind == STEP_REINVITE && s->is_late) s->say.kind = SDP_NONE;
    if (s->kind == STEP_ACK && c->acks_late != 0) s->by = c->acks_late - 1;
    if (s->kind == STEP_REACCEPT || s->kind == STEP_REREJECT) s->by = c->invite_by == BY_US + 1;
    if (s->kind == STEP_STRAY) throw_stray(dice, c, s);
    if (c->is_out && (s->kind == STEP_ACCEPT || s->kind == STEP_RING || s->kind == STEP_BYE))
        s->fork = throw(dice, 2) ? throw(dice, FORKS) : c->talk;
}

static void throw_packet(uint64_t *dice, const struct model *m, struct step *s)
{
    struct hole holes[HOLES_MAX];
    uint32_t count = model_holes(m, holes);
    struct sdp_say say = throw_sdp(dice, 0);

    s->kind = STEP_PACKET;
    s->is_authentic = throw(dice, 2);
    s->from = holes_remote(&say, throw(dice, COMPONENTS));
    s->to = holes_local((uint16_t)(20000 + throw(dice, 2 * PORTS)));
    if (count == 0 || throw(dice, 4) == 0) return;
    count = throw(dice, count);
    s->to = holes[count].local;
    if (holes[count].is_latched && throw(dice, 2)) s->from = holes[count].latched;
}

static void throw_wait(uint64_t *dice, struct step *s)
{
    static const uint64_t waits[] = {10 * HOLES_MS, 600 * HOLES_MS, 3 * HOLES_SEC, 9 * HOLES_SEC,
                                     33 * HOLES_SEC};

    s->kind = STEP_WAIT;
    s->wait_ns = waits[throw(dice, 5)] + throw(dice, 1000000);
}

struct step dice_step(uint64_t *dice, const struct model *m)
{
    struct step s = {.call = throw(dice, CALLS)};
    const struct m_call *c = &m->calls[s.call];
    uint32_t what = throw(dice, 8);

    if (what == 0)
        throw_wait(dice, &s);
    else if (what <= 2)
        throw_packet(dice, m, &s);
    else if (c->phase == PHASE_FREE || (c->phase == PHASE_OVER && what <= 5))
        throw_invite(dice, m, &s);
    else if (c->phase == PHASE_CALLING || (c->phase == PHASE_OVER && what == 6))
        throw_calling(dice, c, &s);
    else
        throw_talking(dice, m, c, &s);
    return s;
}
