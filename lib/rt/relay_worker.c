#include "rt/relay_worker.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zerotrunk/filter.h>
#include <zerotrunk/rt.h>
#include "base/time.h"
#include "rt/relay_hole.h"

#define READY_MAX       64
#define SILENCE_LOOK_NS ZTI_SECOND
/* How long media under the last key is still taken after a new offer. */
#define KEY_OVERLAP_NS  (2 * ZTI_SECOND)

static void watch_port(const zti_relay_worker *w, zti_port *port, zti_relay_leg *leg)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = port};

    port->leg = leg;
    (void)epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, port->fd, &event);
}

/* What was queued before the port was parked must not greet its next call. */
static void leave_port(zti_relay_worker *w, zti_port *port)
{
    (void)epoll_ctl(w->epoll_fd, EPOLL_CTL_DEL, port->fd, NULL);
    (void)ztrunk_filter_park(port->fd);
    while (zti_relay_batch_receive(&w->batch, port->fd) > 0) continue;
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
    if (!cmd->new_in && leg->in != NULL) (void)ztrunk_srtp_renegotiated(leg->in);
    if (cmd->new_in) {
        ztrunk_srtp_free(leg->in_before);
        leg->in_before = leg->in;
        leg->in_before_until_ns = zti_time_add(now_ns, KEY_OVERLAP_NS);
        leg->in = cmd->in;
    }
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

static void serve_port(zti_relay_worker *w, zti_port *port, uint64_t now_ns)
{
    uint32_t count = zti_relay_batch_receive(&w->batch, port->fd);
    uint32_t latches = 0;

    for (uint32_t i = 0; i < count; i++) {
        zti_relay_out out;
        ztrunk_addr from;
        uint32_t latched = 0;
        uint8_t *pkt;
        size_t len;

        if (zti_relay_batch_packet(&w->batch, i, &from, &pkt, &len) != ZTRUNK_OK) {
            zti_relay_count(&port->leg->counters.drop_malformed, 1);
            continue;
        }
        if (zti_relay_packet(w->holes, port, now_ns, &from, pkt, len, ZTI_PACKET_CAP, &latched,
                             &out) == ZTRUNK_OK)
            zti_relay_batch_queue(&w->batch, i, &out);
        latches += latched;
    }
    zti_relay_batch_send(&w->batch);
    if (latches > 0) zti_relay_holes_tell(w);
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

static int wait_ms(uint64_t deadline_ns, uint64_t now_ns)
{
    if (deadline_ns == ZTI_NEVER) return -1;
    if (deadline_ns <= now_ns) return 0;
    deadline_ns = (deadline_ns - now_ns) / ZTI_MS + 1;
    return deadline_ns > 60000 ? 60000 : (int)deadline_ns;
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

/* A port whose call has just been closed stands in the round still, without a leg. */
static void serve(zti_relay_worker *w, zti_port *port, uint64_t now_ns)
{
    if (port == NULL)
        take_wake_up(w, now_ns);
    else if (port->leg != NULL)
        serve_port(w, port, now_ns);
}

static void *carry_media(void *opaque)
{
    zti_relay_worker *w = opaque;
    struct epoll_event ready[READY_MAX];
    uint64_t now_ns = ztrunk_rt_now_ns();
    uint64_t next_look_ns = w->opts->idle_ns != 0 ? now_ns : ZTI_NEVER;

    while (!atomic_load_explicit(&w->is_stopping, memory_order_acquire)) {
        uint64_t deadline_ns = zti_time_min(ztrunk_pinholes_deadline(w->holes), next_look_ns);
        int count = epoll_wait(w->epoll_fd, ready, READY_MAX, wait_ms(deadline_ns, now_ns));

        now_ns = ztrunk_rt_now_ns();
        /* First the commands: a packet that a lifted filter let in finds its hole open. */
        obey_if_told(w, now_ns);
        for (int i = 0; i < count; i++) serve(w, ready[i].data.ptr, now_ns);
        keep_time(w, now_ns, &next_look_ns);
    }
    return NULL;
}

static int32_t make_descriptors(zti_relay_worker *w)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};

    w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->epoll_fd < 0 || w->wake_fd < 0) return ZTRUNK_E_SYSTEM;
    if (epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, w->wake_fd, &event) != 0) return ZTRUNK_E_SYSTEM;
    return ZTRUNK_OK;
}

/* Signals are the loop's: a worker takes none. */
int32_t zti_relay_worker_start(zti_relay_worker *w)
{
    sigset_t all, before;
    int rc;

    if (w->is_running) return ZTRUNK_OK;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&w->thread, NULL, carry_media, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    w->is_running = rc == 0;
    return rc == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

int32_t zti_relay_worker_init(zti_relay_worker *w, ztrunk_ctx *ctx, const ztrunk_relay_opts *opts,
                              zti_relay_events *events)
{
    /* Four holes a call. */
    ztrunk_pinholes_opts holes = {.size = sizeof holes,
                                  .max_open = opts->max_calls * 4,
                                  .answer_ns = opts->answer_ns};
    int32_t err;

    *w = (zti_relay_worker){
        .ctx = ctx, .opts = opts, .events = events, .epoll_fd = -1, .wake_fd = -1};
    w->last = &w->first;
    w->by_hole = zti_map_of(ctx, holes.max_open);
    pthread_mutex_init(&w->lock, NULL);
    zti_relay_batch_init(&w->batch);
    err = ztrunk_pinholes_new(ctx, &holes, &w->holes);
    if (err == ZTRUNK_OK) err = ztrunk_srtp_trials_new(ctx, NULL, &w->trials);
    if (err == ZTRUNK_OK) err = make_descriptors(w);
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
        obey(w, 0);
    }
    while (w->calls != NULL) close_call(w, w->calls, 0);
    ztrunk_pinholes_free(w->holes);
    ztrunk_srtp_trials_free(w->trials);
    zti_map_free(&w->by_hole);
    if (w->epoll_fd >= 0) close(w->epoll_fd);
    if (w->wake_fd >= 0) close(w->wake_fd);
    pthread_mutex_destroy(&w->lock);
}
