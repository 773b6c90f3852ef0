/* Over random sequences of messages, packets and pauses the open pinholes are the function of the
 * dialogs' states and of what was negotiated in them that the model says, and each opening and
 * closing is told once. */
#include "holes.h"

#include <string.h>
#include "../unit.h"

enum { RUNS = 600, STEPS = 90, EVENTS_MAX = 4 * HOLES_MAX };

struct run {
    uint64_t seed, dice;
    struct model model;
    struct app *app;
    struct step steps[STEPS];
    uint32_t step_count;
    struct hole mirror[HOLES_MAX]; /* as the events alone tell it */
    uint32_t mirror_count;
};

static void print_step(const struct step *s, uint32_t nth)
{
    static const char *const names[STEP_KINDS] = {"INVITE",   "RING",     "ACCEPT", "REJECT",
                                                  "CANCEL",   "ACK",      "BYE",    "REINVITE",
                                                  "REACCEPT", "REREJECT", "STRAY",  "PACKET",
                                                  "WAIT"};

    fprintf(stderr,
            "%3u call %u %s by %s fork %u late %u sdp %u host %u port %u has_sdp %u hold %u "
            "status %u stray %u method %u local %u authentic %u from .%u:%u to :%u wait %.3f s\n",
            nth, s->call, names[s->kind], s->by == BY_US ? "us" : "peer", s->fork, s->is_late,
            s->say.kind, s->say.host, s->say.port, s->has_sdp, s->is_hold, s->status, s->stray,
            s->method, s->local, s->is_authentic, s->from.ip[3], s->from.port, s->to.port,
            (double)s->wait_ns / 1e9);
}

static void print_holes(const char *title, const struct hole *holes, uint32_t count)
{
    fprintf(stderr, "%s:", title);
    for (uint32_t i = 0; i < count; i++)
        fprintf(stderr, " call %u :%u from .%u:%u%s;", (unsigned)holes[i].call, holes[i].local.port,
                holes[i].remote.ip[3], holes[i].remote.port, holes[i].is_latched ? " latched" : "");
    fprintf(stderr, "\n");
}

static void must(const struct run *r, uint32_t is_so, const char *what)
{
    struct hole holes[HOLES_MAX];

    if (is_so) return;
    for (uint32_t i = 0; i < r->step_count; i++) print_step(&r->steps[i], i);
    print_holes("must be open", holes, model_holes(&r->model, holes));
    print_holes("events tell", r->mirror, r->mirror_count);
    ck_abort_msg("seed %u, step %u: %s", (unsigned)r->seed, r->step_count - 1, what);
}

static struct hole *find(struct hole *holes, uint32_t count, const struct hole *like)
{
    for (uint32_t i = 0; i < count; i++)
        if (holes[i].call == like->call && ztrunk_addr_equal(&holes[i].local, &like->local))
            return &holes[i];
    return NULL;
}

static struct hole look_up(const struct run *r, uint64_t id)
{
    ztrunk_pinhole_info info = {.size = sizeof info};
    struct hole hole = {.id = id};

    must(r, ztrunk_pinholes_get_info(app_pinholes(r->app), id, &info) == ZTRUNK_OK,
         "a hole that was told is not in the table");
    hole.call = info.dialog_id;
    hole.local = info.local;
    hole.remote = info.remote;
    hole.is_latched = info.is_latched;
    hole.latched = info.latched;
    return hole;
}

static struct hole *mirrored(struct run *r, uint64_t id)
{
    for (uint32_t i = 0; i < r->mirror_count; i++)
        if (r->mirror[i].id == id) return &r->mirror[i];
    must(r, 0, "an event of a hole that is not open");
    return NULL;
}

static void on_closed(struct run *r, const ztrunk_event *event, struct hole *before, uint32_t count)
{
    struct hole *hole = mirrored(r, event->id), *was = find(before, count, hole);

    must(r, was != NULL && was->reason != 0, "closed what must be open");
    must(r, event->detail == was->reason, "closed for another reason");
    was->reason = 0;
    *hole = r->mirror[--r->mirror_count];
}

/* before: the reason is set in each that must close, and cleared when it did. */
static void follow_events(struct run *r, struct hole *before, uint32_t count, uint32_t latches)
{
    ztrunk_event event = {.size = sizeof event};

    for (;;) {
        must(r, ztrunk_pinholes_poll(app_pinholes(r->app), &event) == ZTRUNK_OK, "no poll");
        if (event.kind == ZTRUNK_EV_NONE) break;
        must(r, event.at_ns == r->model.now_ns, "an event of another time");
        if (event.kind == ZTRUNK_EV_PINHOLE_OPENED) {
            must(r, r->mirror_count < HOLES_MAX, "too many holes");
            r->mirror[r->mirror_count++] = look_up(r, event.id);
        }
        if (event.kind == ZTRUNK_EV_PINHOLE_LATCHED) {
            (void)mirrored(r, event.id);
            must(r, latches-- == 1, "latched what must not latch");
        }
        if (event.kind == ZTRUNK_EV_PINHOLE_CLOSED) on_closed(r, &event, before, count);
    }
    must(r, latches == 0, "no event of the latch");
    for (uint32_t i = 0; i < count; i++) must(r, before[i].reason == 0, "not closed");
}

static void compare(struct run *r)
{
    struct hole holes[HOLES_MAX];
    uint32_t count = model_holes(&r->model, holes);

    must(r, r->mirror_count == count, "the events tell of other holes");
    must(r, ztrunk_pinholes_count(app_pinholes(r->app)) == count, "the table has other holes");
    for (uint32_t i = 0; i < count; i++) {
        struct hole *told = find(r->mirror, count, &holes[i]), is;

        must(r, told != NULL, "not open");
        is = look_up(r, told->id);
        must(r, is.call == holes[i].call, "open for another call");
        must(r, ztrunk_addr_equal(&is.remote, &holes[i].remote), "open for another remote");
        must(r, is.is_latched == holes[i].is_latched, "latched or not");
        must(r, !is.is_latched || ztrunk_addr_equal(&is.latched, &holes[i].latched),
             "latched elsewhere");
    }
}

static void compare_dialogs(const struct run *r)
{
    for (uint32_t i = 0; i < CALLS; i++) {
        uint32_t phase = r->model.calls[i].phase, state = app_dialog_state(r->app, i);

        must(r, phase != PHASE_TALKING || state == ZTRUNK_DIALOG_CONFIRMED, "no dialog");
        must(r, phase != PHASE_OVER || state == 0 || state == ZTRUNK_DIALOG_ENDED,
             "a dialog that outlives its call");
    }
}

/* What has become of the holes since the model was as before. */
static void judge(struct run *r, const struct model *before, const struct step *s, uint32_t latches)
{
    struct hole was[HOLES_MAX], is[HOLES_MAX];
    uint32_t was_count = model_holes(before, was), is_count = model_holes(&r->model, is);

    for (uint32_t i = 0; i < was_count; i++)
        if (find(is, is_count, &was[i]) == NULL)
            was[i].reason = model_reason(before, &r->model, s, &was[i]);
    must(r, app_fault(r->app) == NULL, app_fault(r->app));
    follow_events(r, was, was_count, latches);
    compare(r);
    compare_dialogs(r);
}

static void wait_for(struct run *r, const struct step *s)
{
    uint64_t until_ns = r->model.now_ns + s->wait_ns;

    while (r->model.now_ns < until_ns) {
        struct model before = r->model;
        uint64_t next_ns = model_deadline(&before), engines_ns = app_deadline(r->app);

        if (engines_ns < next_ns) next_ns = engines_ns;
        if (next_ns > until_ns) next_ns = until_ns;
        must(r, next_ns > before.now_ns, "a deadline that is never met");
        model_advance(&r->model, next_ns);
        app_advance(r->app, next_ns);
        judge(r, &before, s, 0);
    }
}

static void play_packet(struct run *r, const struct step *s)
{
    struct model before = r->model;
    uint32_t is_let_in = model_admits(&r->model, &s->from, &s->to), latches = 0;

    must(r, app_packet(r->app, s) == is_let_in, is_let_in ? "kept out" : "let in");
    if (is_let_in && s->is_authentic) latches = model_touch(&r->model, &s->from, &s->to);
    judge(r, &before, s, latches);
}

static void play(struct run *r, const struct step *s, uint64_t number)
{
    struct model before = r->model;

    if (s->kind == STEP_WAIT) {
        wait_for(r, s);
    } else if (s->kind == STEP_PACKET) {
        play_packet(r, s);
    } else {
        model_step(&r->model, s, number);
        app_step(r->app, s, number);
        judge(r, &before, s, 0);
    }
}

static void run_seed(uint64_t seed)
{
    struct run r = {.seed = seed, .dice = seed};
    struct timers timers = dice_timers(&r.dice);

    model_init(&r.model, &timers);
    r.app = app_new(&timers, (uint8_t)seed);
    for (uint32_t i = 0; i < STEPS; i++) {
        r.steps[r.step_count++] = dice_step(&r.dice, &r.model);
        play(&r, &r.steps[i], i + 1);
    }
    app_free(r.app);
}

START_TEST(open_holes_are_a_function_of_the_dialogs)
{
    for (uint64_t seed = 1; seed <= RUNS; seed++) run_seed(seed);
}
END_TEST

UNIT_MAIN("flow/holes_follow_dialogs", open_holes_are_a_function_of_the_dialogs)
