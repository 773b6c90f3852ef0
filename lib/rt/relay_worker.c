#include "rt/relay_worker.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zerotrunk/filter.h>
#include <zerotrunk/rt.h>
#include "base/time.h"
#include "rt/relay_hole.h"

#define SILENCE_LOOK_NS ZTI_SECOND
/* Rounds begin no closer together, so that a busy worker finds many packets in each. */
#define ROUND_NS        (200 * ZTI_MS / 1000)
/* How long media under the last key is still taken after a new offer. */
#define KEY_OVERLAP_NS  (2 * ZTI_SECOND)

/* A port that cannot be watched stays silent; its call ends as one without media does. */
static void watch_port(const zti_relay_worker *w, zti_port *port, zti_relay_leg *leg)
{
    port->leg = leg;
    (void)w->backend->watch(w->io, port);
}

/* What was queued before the port was parked must not greet its next call. */
static void leave_port(const zti_relay_worker *w, zti_port *port)
{
    w->backend->leave(w->io, port);
    (void)ztrunk_filter_park(port->fd);
    zti_port_drain(port);
    port->leg = NULL;
}

static void add_call(zti_relay_worker *w, zti_relay_call *call)
{
    call->trials = w->trials;
    call->next = w->calls;
    if (w->calls != NULL) w->calls->previous = call;
    w->calls = call;
    for (uint32_t i = 0; i < 2; i++) {
        watch_port(w, &call->legs[i].ports->rtp, &call->legs[i]);
        watch_port(w, &call->legs[i].ports->rtcp, &call->legs[i]);
    }
}

static void close_call(zti_relay_worker *w, zti_relay_call *call, uint64_t now_ns)
{
    for (uint32_t i = 0; i < 2; i++) {
        zti_relay_leg *leg = &call->legs[i];

        zti_relay_holes_close(w, leg, now_ns);
        leave_port(w, &leg->ports->rtp);
        leave_port(w, &leg->ports->rtcp);
        atomic_store_explicit(&leg->ports->is_taken, 0, memory_order_release);
    }
    if (call->next != NULL) call->next->previous = call->previous;
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        w->calls = call->next;
    zti_relay_call_free(call);
}

static void set_keys(zti_relay_leg *leg, zti_relay_command *cmd, uint64_t now_ns)
{
    ztrunk_srtp *before = leg->in_before;

    if (cmd->new_in) {
        leg->in_before = leg->in;
        leg->in_before_until_ns = zti_time_add(now_ns, KEY_OVERLAP_NS);
        leg->in = cmd->is_back ? before : cmd->in;
    }
    if (cmd->new_in && !cmd->is_back) ztrunk_srtp_free(before);
    if ((!cmd->new_in || cmd->is_back) && leg->in != NULL) (void)ztrunk_srtp_renegotiated(leg->in);
    if (cmd->new_out) {
        ztrunk_srtp_free(leg->out);
        leg->out = cmd->out;
    }
}

static void set_leg(zti_relay_worker *w, zti_relay_command *cmd, uint64_t now_ns)
{
    zti_relay_leg *leg = &cmd->call->legs[cmd->leg];

    set_keys(leg, cmd, now_ns);
    leg->spec = cmd->spec;
    leg->is_set = 1;
    leg->watched_since_ns = leg->spec.receive && leg->spec.rtp.family != 0 ? now_ns : 0;
    zti_relay_holes_set(w, leg, now_ns);
}

static zti_relay_command *next_command(zti_relay_worker *w)
{
    zti_relay_command *cmd;

    pthread_mutex_lock(&w->lock);
    cmd = w->first;
    if (cmd != NULL) w->first = cmd->next;
    if (w->first == NULL) w->last = &w->first;
    pthread_mutex_unlock(&w->lock);
    return cmd;
}

static void obey(zti_relay_worker *w, uint64_t now_ns)
{
    zti_relay_command *cmd;
    atomic_store_explicit(&w->has_commands, 0, memory_order_relaxed);
    while ((cmd = next_command(w)) != NULL) {
        if (cmd->kind == ZTI_RELAY_ADD) add_call(w, cmd->call);
        if (cmd->kind == ZTI_RELAY_SET) set_leg(w, cmd, now_ns);
        if (cmd->kind == ZTI_RELAY_CLOSE) close_call(w, cmd->call, now_ns);
        zti_free(w->ctx, cmd);
    }
}

static void serve_packet(zti_relay_worker *w, zti_relay_in *in, uint64_t now_ns)
{
    zti_relay_out out;
    uint32_t latched = 0;
    int32_t err = ZTRUNK_E_MALFORMED;

    if (in->is_cut)
        zti_relay_count(&in->port->leg->counters.drop_malformed, 1);
    else
        err = zti_relay_packet(w->holes, in->port, now_ns, &in->from, in->pkt, in->len,
                               ZTI_PACKET_CAP, &latched, &out);
    if (err == ZTRUNK_OK)
        w->backend->send(w->io, in, &out);
    else
        w->backend->drop(w->io, in);
    if (latched) zti_relay_holes_tell(w);
}

static void tell_silence(zti_relay_worker *w, zti_relay_leg *leg, uint64_t now_ns)
{
    uint64_t last = atomic_load_explicit(&leg->counters.last_rx_ns, memory_order_relaxed);
    zti_relay_event e = {.event = {.kind = ZTRUNK_EV_RELAY_SILENT,
                                   .id = leg->call->id,
                                   .at_ns = now_ns,
                                   .detail = leg->index}};

    if (leg->watched_since_ns == 0) return;
    if (last < leg->watched_since_ns) last = leg->watched_since_ns;
    if (now_ns < zti_time_add(last, w->opts->idle_ns)) return;
    leg->watched_since_ns = 0;
    zti_relay_events_push(w->events, &e);
}

static void look_for_silence(zti_relay_worker *w, uint64_t now_ns)
{
    for (zti_relay_call *call = w->calls; call != NULL; call = call->next) {
        tell_silence(w, &call->legs[0], now_ns);
        tell_silence(w, &call->legs[1], now_ns);
    }
}

/* Nobody listened for a while, since the process or its machine stood still. What came meanwhile
 * may lie in the sockets yet: silence counts from now. */
static void watch_anew(zti_relay_worker *w, uint64_t now_ns)
{
    for (zti_relay_call *call = w->calls; call != NULL; call = call->next)
        for (int i = 0; i < 2; i++)
            if (call->legs[i].watched_since_ns != 0) call->legs[i].watched_since_ns = now_ns;
}

static void keep_time(zti_relay_worker *w, uint64_t now_ns, uint64_t *next_look_ns)
{
    if (ztrunk_pinholes_deadline(w->holes) <= now_ns) zti_relay_holes_expire(w, now_ns);
    if (w->opts->idle_ns == 0 || now_ns < *next_look_ns) return;
    if (now_ns >= zti_time_add(*next_look_ns, SILENCE_LOOK_NS)) watch_anew(w, now_ns);
    look_for_silence(w, now_ns);
    *next_look_ns = zti_time_add(now_ns, SILENCE_LOOK_NS);
}

static void obey_if_told(zti_relay_worker *w, uint64_t now_ns)
{
    if (atomic_load_explicit(&w->has_commands, memory_order_acquire)) obey(w, now_ns);
}

/* A command given before the read lost its wake-up to it: only a look after it sees them all. */
static void take_wake_up(zti_relay_worker *w, uint64_t now_ns)
{
    eventfd_t counter;

    (void)eventfd_read(w->wake_fd, &counter);
    obey_if_told(w, now_ns);
}

static void serve_round(zti_relay_worker *w, uint64_t now_ns)
{
    zti_relay_in in;
    uint32_t what;

    while ((what = w->backend->next(w->io, &in)) != ZTI_IO_NONE) {
        if (what == ZTI_IO_WAKE)
            take_wake_up(w, now_ns);
        else
            serve_packet(w, &in, now_ns);
    }
}

static uint64_t until(uint64_t when_ns, uint64_t now_ns)
{
    if (when_ns == ZTI_NEVER) return ZTI_NEVER;
    return when_ns > now_ns ? when_ns - now_ns : 0;
}

static void *carry_media(void *opaque)
{
    zti_relay_worker *w = opaque;
    uint64_t now_ns = ztrunk_rt_now_ns();
    uint64_t next_look_ns = w->opts->idle_ns != 0 ? now_ns : ZTI_NEVER;
    uint64_t next_round_ns = 0;

    w->start_error = w->backend->start(w->io);
    sem_post(&w->has_started);
    while (w->start_error == ZTRUNK_OK &&
           !atomic_load_explicit(&w->is_stopping, memory_order_acquire)) {
        uint64_t deadline_ns = zti_time_min(ztrunk_pinholes_deadline(w->holes), next_look_ns);

        now_ns = ztrunk_rt_now_ns();
        w->backend->wait(w->io, until(next_round_ns, now_ns), until(deadline_ns, now_ns));
        now_ns = ztrunk_rt_now_ns();
        next_round_ns = now_ns + ROUND_NS;
        /* First the commands: a packet that a lifted filter let in finds its hole open. */
        obey_if_told(w, now_ns);
        serve_round(w, now_ns);
        keep_time(w, now_ns, &next_look_ns);
    }
    obey(w, now_ns);
    while (w->calls != NULL) close_call(w, w->calls, now_ns);
    w->backend->finish(w->io);
    return NULL;
}

static int32_t make_io(zti_relay_worker *w)
{
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->wake_fd < 0) return ZTRUNK_E_SYSTEM;
    return zti_relay_io_open(w->ctx, w->opts->backend, w->wake_fd, &w->backend, &w->io, &w->reason);
}

/* Signals are the loop's: a worker takes none. */
static int32_t make_thread(zti_relay_worker *w)
{
    sigset_t all, before;
    int rc;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&w->thread, NULL, carry_media, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0) return ZTRUNK_E_SYSTEM;
    while (sem_wait(&w->has_started) != 0) continue;
    if (w->start_error != ZTRUNK_OK) pthread_join(w->thread, NULL);
    w->is_running = w->start_error == ZTRUNK_OK;
    return w->start_error;
}

int32_t zti_relay_worker_start(zti_relay_worker *w)
{
    int32_t err;

    if (w->is_running) return ZTRUNK_OK;
    err = make_thread(w);
    if (err == ZTRUNK_OK || w->opts->backend != ZTRUNK_RELAY_ANY) return err;
    w->backend->free(w->io);
    w->io = NULL;
    err =
        zti_relay_io_open(w->ctx, ZTRUNK_RELAY_EPOLL, w->wake_fd, &w->backend, &w->io, &w->reason);
    w->reason = "io_uring did not start";
    return err == ZTRUNK_OK ? make_thread(w) : err;
}

int32_t zti_relay_worker_init(zti_relay_worker *w, ztrunk_ctx *ctx, const ztrunk_relay_opts *opts,
                              zti_relay_events *events)
{
    /* Four holes a call. */
    ztrunk_pinholes_opts holes = {.size = sizeof holes,
                                  .max_open = opts->max_calls * 4,
                                  .answer_ns = opts->answer_ns};
    int32_t err;

    *w = (zti_relay_worker){.ctx = ctx, .opts = opts, .events = events, .wake_fd = -1};
    w->last = &w->first;
    w->by_hole = zti_map_of(ctx, holes.max_open);
    pthread_mutex_init(&w->lock, NULL);
    sem_init(&w->has_started, 0, 0);
    err = ztrunk_pinholes_new(ctx, &holes, &w->holes);
    if (err == ZTRUNK_OK) err = ztrunk_srtp_trials_new(ctx, NULL, &w->trials);
    if (err == ZTRUNK_OK) err = make_io(w);
    if (err != ZTRUNK_OK) zti_relay_worker_end(w);
    return err;
}

void zti_relay_worker_tell(zti_relay_worker *w, zti_relay_command *command)
{
    command->next = NULL;
    pthread_mutex_lock(&w->lock);
    *w->last = command;
    w->last = &command->next;
    atomic_store_explicit(&w->has_commands, 1, memory_order_release);
    pthread_mutex_unlock(&w->lock);
    (void)eventfd_write(w->wake_fd, 1);
}

void zti_relay_worker_end(zti_relay_worker *w)
{
    if (w->is_running) {
        atomic_store_explicit(&w->is_stopping, 1, memory_order_release);
        (void)eventfd_write(w->wake_fd, 1);
        pthread_join(w->thread, NULL);
    }
    if (w->io != NULL) w->backend->free(w->io);
    ztrunk_pinholes_free(w->holes);
    ztrunk_srtp_trials_free(w->trials);
    zti_map_free(&w->by_hole);
    if (w->wake_fd >= 0) close(w->wake_fd);
    sem_destroy(&w->has_started);
    pthread_mutex_destroy(&w->lock);
}
