/* What the RFCs and pinhole.h demand of a call. Offer and answer: RFC 3264 and RFC 6337; forks:
 * RFC 3261 13.2.2.4; a call has one offer out, so its forks share one hole, and the description
 * that came last says where its media comes from. */
#include "holes.h"

#include <string.h>

void model_init(struct model *m, const struct timers *timers)
{
    memset(m, 0, sizeof *m);
    m->timers = *timers;
}

static uint32_t is_live(const struct m_call *c)
{
    return c->phase == PHASE_CALLING || c->phase == PHASE_TALKING;
}

static uint64_t track_deadline(const struct model *m, const struct m_track *t)
{
    if (!t->is_answered) return t->opened_ns + m->timers.answer_ns;
    return m->timers.idle_ns > 0 ? t->heard_ns + m->timers.idle_ns : UINT64_MAX;
}

static uint32_t is_open(const struct model *m, const struct m_call *c, const struct m_media *media,
                        uint32_t component)
{
    return is_live(c) && media->local != 0 &&
           m->now_ns < track_deadline(m, &media->track[component]);
}

static uint32_t add_holes(const struct model *m, const struct m_call *c,
                          const struct m_media *media, struct hole *holes)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < COMPONENTS; i++) {
        const struct m_track *t = &media->track[i];
        struct hole *h = &holes[count];

        if (!is_open(m, c, media, i)) continue;
        *h = (struct hole){.call = c->number, .remote = t->remote, .is_latched = t->is_latched};
        h->local = holes_local((uint16_t)(media->local + i));
        if (t->is_latched) h->latched = t->latched;
        count++;
    }
    return count;
}

uint32_t model_holes(const struct model *m, struct hole holes[HOLES_MAX])
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < CALLS; i++) {
        count += add_holes(m, &m->calls[i], &m->calls[i].agreed, holes + count);
        count += add_holes(m, &m->calls[i], &m->calls[i].offered, holes + count);
    }
    return count;
}

static const struct m_track *track_at(const struct model *m, const ztrunk_addr *local)
{
    for (uint32_t i = 0; i < CALLS; i++) {
        const struct m_media *media[] = {&m->calls[i].agreed, &m->calls[i].offered};

        for (uint32_t k = 0; k < 2 * COMPONENTS; k++) {
            const struct m_media *at = media[k / COMPONENTS];
            ztrunk_addr place = holes_local((uint16_t)(at->local + k % COMPONENTS));

            if (is_open(m, &m->calls[i], at, k % COMPONENTS) && ztrunk_addr_equal(&place, local))
                return &at->track[k % COMPONENTS];
        }
    }
    return NULL;
}

uint32_t model_admits(const struct model *m, const ztrunk_addr *from, const ztrunk_addr *to)
{
    const struct m_track *t = track_at(m, to);
    ztrunk_prefix prefix;

    if (t == NULL) return 0;
    if (t->is_latched) return ztrunk_addr_equal(&t->latched, from);
    holes_prefix(&prefix);
    return ztrunk_prefix_contains(&prefix, from);
}

/* For two seconds after a move what still comes from the old place is only on its way. */
static uint32_t is_left(const struct model *m, const struct m_track *t, const ztrunk_addr *from)
{
    return t->moved_ns != 0 && m->now_ns < t->moved_ns + UINT64_C(2000000000) &&
           ztrunk_addr_equal(&t->left, from) && !ztrunk_addr_equal(&t->remote, from);
}

uint32_t model_touch(struct model *m, const ztrunk_addr *from, const ztrunk_addr *to)
{
    struct m_track *t = (struct m_track *)(uintptr_t)track_at(m, to);
    uint32_t is_first = !t->is_latched;

    t->heard_ns = m->now_ns;
    if (is_first && is_left(m, t, from)) return 0;
    t->is_latched = 1;
    t->latched = *from;
    return is_first;
}

uint32_t model_reason(const struct model *before, const struct model *after, const struct step *s,
                      const struct hole *hole)
{
    const struct m_track *t = track_at(before, &hole->local);

    for (uint32_t i = 0; i < CALLS; i++)
        if (after->calls[i].number == hole->call && !is_live(&after->calls[i]))
            return ZTRUNK_PINHOLE_DIALOG_ENDED;
    if (after->now_ns >= track_deadline(after, t))
        return t->is_answered ? ZTRUNK_PINHOLE_SILENCE : ZTRUNK_PINHOLE_UNANSWERED;
    return s->kind == STEP_REREJECT ? ZTRUNK_PINHOLE_ASKED : ZTRUNK_PINHOLE_REPLACED;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t model_deadline(const struct model *m)
{
    uint64_t next = UINT64_MAX;

    for (uint32_t i = 0; i < CALLS; i++) {
        const struct m_call *c = &m->calls[i];
        const struct m_media *media[] = {&c->agreed, &c->offered};

        if (c->phase == PHASE_CALLING) next = sooner(next, c->early_until_ns);
        if (c->phase == PHASE_TALKING) next = sooner(next, c->ack_until_ns);
        for (uint32_t k = 0; k < 2 * COMPONENTS; k++)
            if (is_open(m, c, media[k / COMPONENTS], k % COMPONENTS))
                next =
                    sooner(next, track_deadline(m, &media[k / COMPONENTS]->track[k % COMPONENTS]));
    }
    return next;
}

/* dialog.h: an ended dialog is kept for 64*T1; then its tag is a new fork's. */
static void forget_forks(const struct model *m, struct m_call *c)
{
    for (uint32_t i = 0; i < FORKS; i++)
        if (c->forks[i].is_ended && m->now_ns >= c->forks[i].ended_ns + 64 * m->timers.t1_ns)
            c->forks[i] = (struct m_fork){0};
}

void model_advance(struct model *m, uint64_t now_ns)
{
    m->now_ns = now_ns;
    for (uint32_t i = 0; i < CALLS; i++) {
        struct m_call *c = &m->calls[i];

        forget_forks(m, c);
        if (c->phase == PHASE_CALLING && now_ns >= c->early_until_ns) c->phase = PHASE_OVER;
        if (c->phase == PHASE_TALKING && now_ns >= c->ack_until_ns) c->phase = PHASE_OVER;
    }
}

static uint32_t is_usable(const struct sdp_say *say)
{
    return say->kind != SDP_NONE && say->kind != SDP_CODEC && say->kind != SDP_REFUSED;
}

/* A hole is for what we receive: the peer sends, we take it, and it comes from somewhere. */
static uint32_t wants_hole(const struct sdp_say *say, uint32_t is_hold)
{
    return !is_hold &&
           (say->kind == SDP_SENDRECV || say->kind == SDP_SENDONLY || say->kind == SDP_OUTSIDE);
}

static uint32_t is_denied(const struct sdp_say *say, uint32_t is_hold)
{
    return !is_usable(say) || (say->kind == SDP_OUTSIDE && wants_hole(say, is_hold));
}

static void move(struct model *m, struct m_track *t)
{
    if (t->is_latched) t->left = t->latched;
    t->is_latched = 0;
    t->moved_ns = m->now_ns;
}

static void name_remote(struct model *m, struct m_track *t, const ztrunk_addr *remote)
{
    if (t->remote.family != 0 && !ztrunk_addr_equal(&t->remote, remote)) move(m, t);
    t->remote = *remote;
    t->is_answered = 1;
    t->heard_ns = m->now_ns;
}

static void settle(struct model *m, struct m_call *c, const struct sdp_say *say)
{
    struct m_media next = {.local = c->our_local};
    const struct m_media *base = c->offered.local == next.local ? &c->offered : &c->agreed;

    for (uint32_t i = 0; i < COMPONENTS; i++) {
        ztrunk_addr remote = holes_remote(say, i);

        next.track[i].opened_ns = m->now_ns;
        if (base->local == next.local && is_open(m, c, base, i)) next.track[i] = base->track[i];
        name_remote(m, &next.track[i], &remote);
    }
    if (!wants_hole(say, c->our_hold)) next.local = 0;
    c->agreed = next;
    c->offered.local = 0;
}

static void say_ours(struct m_call *c, const struct step *s)
{
    if (s->local != 0) c->our_local = s->local;
    c->our_hold = s->is_hold;
}

static void offer_ours(struct model *m, struct m_call *c, const struct step *s)
{
    say_ours(c, s);
    if (c->our_hold) return;
    for (uint32_t i = 0; c->agreed.local == c->our_local && i < COMPONENTS; i++)
        if (is_open(m, c, &c->agreed, i)) return;
    memset(&c->offered, 0, sizeof c->offered);
    c->offered.local = c->our_local;
    for (uint32_t i = 0; i < COMPONENTS; i++) c->offered.track[i].opened_ns = m->now_ns;
}

/* Our answer: 488 goes out instead when their address is not the trunk's. */
static uint32_t answer_ours(struct model *m, struct m_call *c, const struct step *s)
{
    if (is_denied(&c->theirs, s->is_hold)) return 0;
    say_ours(c, s);
    settle(m, c, &c->theirs);
    return 1;
}

/* Their answer to ours: whoever answers so that it cannot be taken is sent a BYE. */
static void answer_theirs(struct model *m, struct m_call *c, const struct sdp_say *say)
{
    if (is_denied(say, c->our_hold))
        c->phase = PHASE_OVER;
    else
        settle(m, c, say);
}

static void on_invite(struct model *m, struct m_call *c, const struct step *s, uint64_t number)
{
    memset(c, 0, sizeof *c);
    c->number = number;
    c->phase = PHASE_CALLING;
    c->is_out = s->by == BY_US;
    c->is_late = s->is_late;
    c->ack_until_ns = UINT64_MAX;
    c->early_until_ns = m->now_ns + m->timers.early_ns;
    c->theirs = s->say;
    say_ours(c, s);
    if (c->is_out && !s->is_late) offer_ours(m, c, s);
    if (!c->is_out && !s->is_late && !is_usable(&s->say)) c->phase = PHASE_OVER;
}

/* RFC 3261 13.2.2.4: when a fork answered, the others have 64*T1 to do so as well. */
static void keep_invite(const struct model *m, struct m_call *c, uint64_t span_ns)
{
    if (!c->is_answered) c->early_until_ns = m->now_ns + span_ns;
}

static void on_ring(struct model *m, struct m_call *c, const struct step *s)
{
    struct m_fork *f = &c->forks[s->fork];

    if (c->phase != PHASE_CALLING) return;
    keep_invite(m, c, m->timers.early_ns);
    f->is_known = 1;
    if (c->is_late || f->is_ended) return;
    if (!c->is_out && s->has_sdp && !answer_ours(m, c, s)) c->phase = PHASE_OVER;
    if (!c->is_out || is_denied(&s->say, c->our_hold)) return;
    f->has_preview = 1;
    f->preview = s->say;
    settle(m, c, &s->say);
}

static void wait_ack(struct model *m, struct m_call *c, uint32_t is_late)
{
    c->ack_until_ns = m->now_ns + 64 * m->timers.t1_ns;
    c->acks_late = is_late ? BY_PEER + 1 : 0;
}

static void accept_ours(struct model *m, struct m_call *c, const struct step *s, uint32_t is_late)
{
    if (is_late)
        offer_ours(m, c, s);
    else if (!answer_ours(m, c, s)) {
        if (c->phase == PHASE_CALLING) c->phase = PHASE_OVER;
        return;
    }
    c->phase = PHASE_TALKING;
    wait_ack(m, c, is_late);
}

static void accept_theirs(struct model *m, struct m_call *c, const struct step *s,
                          const struct sdp_say *say, uint32_t is_late)
{
    c->phase = PHASE_TALKING;
    if (!is_late) {
        answer_theirs(m, c, say);
        return;
    }
    if (!is_usable(&s->say)) c->phase = PHASE_OVER;
    c->theirs = s->say;
    c->acks_late = BY_US + 1;
}

static void on_accept(struct model *m, struct m_call *c, const struct step *s)
{
    struct m_fork *f = &c->forks[s->fork];
    const struct sdp_say *say = &s->say;

    if (c->phase != PHASE_CALLING) return;
    keep_invite(m, c, 64 * m->timers.t1_ns);
    c->is_answered = 1;
    if (f->is_ended) return;
    c->talk = s->fork;
    f->is_known = 1;
    /* RFC 3261 13.2.1: the answer of the 18x holds when the 2xx has none. */
    if (say->kind == SDP_NONE && f->has_preview) say = &f->preview;
    if (c->is_out)
        accept_theirs(m, c, s, say, c->is_late);
    else
        accept_ours(m, c, s, c->is_late);
}

static void on_ack(struct model *m, struct m_call *c, const struct step *s)
{
    if (c->phase != PHASE_TALKING) return;
    if (s->by == BY_PEER) {
        if (c->ack_until_ns == UINT64_MAX) return;
        c->ack_until_ns = UINT64_MAX;
        if (c->acks_late == BY_PEER + 1) answer_theirs(m, c, &s->say);
        c->acks_late = 0;
        return;
    }
    if (c->acks_late != BY_US + 1) return;
    c->acks_late = 0;
    if (!answer_ours(m, c, s)) c->phase = PHASE_OVER;
}

static uint32_t forks_left(const struct m_call *c)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < FORKS; i++) count += c->forks[i].is_known && !c->forks[i].is_ended;
    return count;
}

/* A BYE in an early dialog ends that fork; the call goes on while another one rings. */
static void on_bye(const struct model *m, struct m_call *c, const struct step *s)
{
    struct m_fork *f = &c->forks[s->fork];

    if (!is_live(c) || !f->is_known || f->is_ended) return;
    if (c->phase == PHASE_TALKING && s->fork != c->talk) return;
    f->is_ended = 1;
    f->ended_ns = m->now_ns;
    if (c->phase == PHASE_TALKING || forks_left(c) == 0) c->phase = PHASE_OVER;
}

/* One INVITE and one offer at a time: what comes between is refused and changes nothing. */
static void on_reinvite(struct model *m, struct m_call *c, const struct step *s)
{
    if (c->phase != PHASE_TALKING || c->invite_by != 0 || c->acks_late != 0) return;
    if (s->by == BY_PEER && !s->is_late && !is_usable(&s->say)) return;
    c->invite_by = s->by + 1;
    c->is_relate = s->is_late;
    c->theirs = s->say;
    if (s->by == BY_US && !s->is_late) offer_ours(m, c, s);
}

static void on_reaccept(struct model *m, struct m_call *c, const struct step *s)
{
    uint32_t by = c->invite_by;

    if (c->phase != PHASE_TALKING || by == 0 || by == s->by + 1) return;
    c->invite_by = 0;
    if (s->by == BY_PEER)
        accept_theirs(m, c, s, &s->say, c->is_relate);
    else
        accept_ours(m, c, s, c->is_relate);
}

static void on_rereject(struct m_call *c, const struct step *s)
{
    if (c->phase != PHASE_TALKING || c->invite_by == 0 || c->invite_by == s->by + 1) return;
    c->invite_by = 0;
    c->offered.local = 0;
}

void model_step(struct model *m, const struct step *s, uint64_t number)
{
    struct m_call *c = &m->calls[s->call];

    if (s->kind == STEP_INVITE) on_invite(m, c, s, number);
    if (s->kind == STEP_RING) on_ring(m, c, s);
    if (s->kind == STEP_ACCEPT) on_accept(m, c, s);
    if ((s->kind == STEP_REJECT || s->kind == STEP_CANCEL) && c->phase == PHASE_CALLING)
        c->phase = PHASE_OVER;
    if (s->kind == STEP_ACK) on_ack(m, c, s);
    if (s->kind == STEP_BYE) on_bye(m, c, s);
    if (s->kind == STEP_REINVITE) on_reinvite(m, c, s);
    if (s->kind == STEP_REACCEPT) on_reaccept(m, c, s);
    if (s->kind == STEP_REREJECT) on_rereject(c, s);
}
