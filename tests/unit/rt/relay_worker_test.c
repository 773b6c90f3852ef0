#define FIRST_PORT 23120
#include "relay_rig.h"
#include "rt/relay_worker.h"
#include <sched.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <zerotrunk/rt.h>

static _Atomic time_t ahead_s;

/* Stands before the C library's: a process that stood still finds a clock that did not. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
    long err = syscall(SYS_clock_gettime, clock, now);

    now->tv_sec += atomic_load(&ahead_s);
    return (int)err;
}

START_TEST(silence_while_the_process_stood_still_is_none)
{
    const uint64_t idle_ns = 1500000000, still_s = 60;
    ztrunk_relay_leg leg;
    ztrunk_event event;
    uint64_t woken_ns;
    rig r;

    rig_with(&r, (ztrunk_relay_opts){.idle_ns = idle_ns});
    leg = inside_leg(&r);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, INSIDE, &leg), ZTRUNK_OK);
    for (int i = 0; i < 2; i++) wait_event(&r, ZTRUNK_EV_RELAY_OPENED);
    atomic_store(&ahead_s, still_s);
    woken_ns = ztrunk_rt_now_ns();
    event = wait_event(&r, ZTRUNK_EV_RELAY_SILENT);
    ck_assert_uint_ge(event.at_ns, woken_ns + idle_ns);
    rig_free(&r);
    atomic_store(&ahead_s, 0);
}
END_TEST

START_TEST(silence_is_told_once)
{
    ztrunk_relay_leg leg;
    ztrunk_event event;
    rig r;

    rig_with(&r, (ztrunk_relay_opts){.idle_ns = 1000000});
    leg = inside_leg(&r);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, INSIDE, &leg), ZTRUNK_OK);
    event = wait_event(&r, ZTRUNK_EV_RELAY_SILENT);
    ck_assert_uint_eq(event.detail, INSIDE);
    ck_assert_uint_eq(event.id, r.call);
    rig_free(&r);
}
END_TEST

START_TEST(a_relay_that_ends_takes_its_calls_along)
{
    ztrunk_addr local[2];
    uint64_t id;
    rig r;

    rig_with(&r, (ztrunk_relay_opts){.workers = 3});
    start_call(&r);
    for (int i = 0; i < 3; i++) ck_assert_int_eq(open_call(&r, &id, local), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_relay_close(r.relay, id), ZTRUNK_OK);
    rig_free(&r);
}
END_TEST

START_TEST(bounds_of_the_options_hold)
{
    static const uint8_t seed[32] = {1};
    static const struct {
        ztrunk_relay_opts opts;
        int32_t want;
    } rows[] = {{{.workers = 64}, ZTRUNK_OK},
                {{.workers = 65}, ZTRUNK_E_INVALID},
                {{.dscp = 63}, ZTRUNK_OK},
                {{.dscp = 64}, ZTRUNK_E_INVALID},
                {{.backend = ZTRUNK_RELAY_EPOLL}, ZTRUNK_OK},
                {{.backend = ZTRUNK_RELAY_URING + 1}, ZTRUNK_E_INVALID}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_relay_opts opts = rows[i].opts;
        ztrunk_relay *relay = NULL;
        ztrunk_ctx *ctx;

        opts.size = sizeof opts;
        ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_relay_new(ctx, &opts, &relay), rows[i].want);
        ztrunk_relay_free(relay);
        ztrunk_ctx_free(ctx);
    }
}
END_TEST

static int32_t refuse_start(zti_relay_io *io)
{
    (void)io;
    return ZTRUNK_E_SYSTEM;
}

/* A worker of the backend under test whose ring the kernel would not start. */
static int32_t start_refused(uint32_t asked, uint32_t *backend, const char **reason)
{
    static const uint8_t seed[32] = {1};
    ztrunk_relay_opts opts = {.max_calls = 4, .backend = rig_backend};
    zti_relay_backend broken;
    zti_relay_events events;
    zti_relay_worker w;
    ztrunk_ctx *ctx;
    int32_t err;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_events_init(&events, ctx, 4), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_worker_init(&w, ctx, &opts, &events), ZTRUNK_OK);
    broken = *w.backend;
    broken.start = refuse_start;
    w.backend = &broken;
    opts.backend = asked;
    err = zti_relay_worker_start(&w);
    *backend = w.backend->id;
    *reason = w.reason;
    zti_relay_worker_end(&w);
    zti_relay_events_end(&events);
    ztrunk_ctx_free(ctx);
    return err;
}

START_TEST(a_ring_that_does_not_start_gives_way_to_epoll_unless_it_was_asked_for)
{
    const char *reason;
    uint32_t backend;

    ck_assert_int_eq(start_refused(ZTRUNK_RELAY_ANY, &backend, &reason), ZTRUNK_OK);
    ck_assert_uint_eq(backend, ZTRUNK_RELAY_EPOLL);
    ck_assert_str_eq(reason, "io_uring did not start");
    ck_assert_int_eq(start_refused(rig_backend, &backend, &reason), ZTRUNK_E_SYSTEM);
    ck_assert_uint_eq(backend, rig_backend);
}
END_TEST

START_TEST(the_caller_sees_which_backend_it_is_and_why)
{
    const char *reason;
    rig r;

    rig_new(&r);
    ck_assert_uint_eq(ztrunk_relay_backend(r.relay, &reason), rig_backend);
    ck_assert_uint_eq(ztrunk_relay_backend(r.relay, NULL), rig_backend);
    if (rig_backend == ZTRUNK_RELAY_EPOLL)
        ck_assert_str_eq(reason, "epoll was asked for");
    else
        ck_assert_ptr_null(reason);
    rig_free(&r);
    ck_assert_uint_eq(ztrunk_relay_backend(NULL, &reason), ZTRUNK_RELAY_ANY);
}
END_TEST

START_TEST(a_new_source_under_the_same_key_passes)
{
    uint8_t pkt[512];
    size_t len;
    rig r;

    rig_new(&r);
    start_call(&r);
    for (uint8_t ssrc = 1; ssrc < 30; ssrc++) {
        if (ssrc % 8 == 0) { /* its own bound; the relay's is wider */
            ztrunk_srtp_free(r.seal);
            r.seal = srtp(&r, 0, r.key_in);
        }
        len = rtp(pkt, 900);
        pkt[11] = ssrc;
        ck_assert_int_eq(ztrunk_srtp_seal(r.seal, 0, pkt, len, sizeof pkt, &len), ZTRUNK_OK);
        send_to(r.peer[CLOUD], &r.local[CLOUD], pkt, len);
        ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
        ck_assert_uint_eq(pkt[11], ssrc);
    }
    rig_free(&r);
}
END_TEST

/* Forged packets by the thousand between good ones: none crosses, none that is good is lost. */
START_TEST(a_flood_of_forged_packets_hurts_nobody)
{
    uint8_t forged[256], pkt[512];
    rig r;

    rig_new(&r);
    start_call(&r);
    for (uint16_t seq = 1; seq <= 100; seq++) {
        for (uint16_t i = 0; i < 20; i++)
            send_to(r.peer[CLOUD], &r.local[CLOUD], forged, rtp(forged, (uint16_t)(seq + i)));
        cloud_sends(&r, seq);
        ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    }
    ck_assert_uint_eq(receive(r.peer[INSIDE], QUIET_MS, pkt, sizeof pkt), 0);
    ck_assert_uint_eq(stats(&r, CLOUD).rx_packets, 100);
    ck_assert_uint_eq(stats(&r, CLOUD).lost, 0);
    rig_free(&r);
}
END_TEST

/* IPv6 towards the cloud, IPv4 inside, both plain. */
START_TEST(media_crosses_between_ipv6_and_ipv4)
{
    ztrunk_relay_call call = {.size = sizeof call};
    ztrunk_relay_leg leg = {.size = sizeof leg, .send = 1, .receive = 1};
    ztrunk_addr six = {.family = 6, .ip = {[15] = 1}};
    struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t len = sizeof sin6;
    uint8_t pkt[512];
    int peer;
    rig r;

    rig_new(&r);
    ck_assert_int_eq(ztrunk_relay_close(r.relay, r.call), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_relay_add_range(r.relay, &six, FIRST_PORT, FIRST_PORT + 3,
                                            &call.range[CLOUD]),
                     ZTRUNK_OK);
    call.range[INSIDE] = r.range[INSIDE];
    ck_assert_int_eq(ztrunk_relay_open(r.relay, &call, &r.call, r.local), ZTRUNK_OK);
    peer = socket(AF_INET6, SOCK_DGRAM, 0);
    ck_assert_int_eq(bind(peer, (struct sockaddr *)&sin6, sizeof sin6), 0);
    ck_assert_int_eq(getsockname(peer, (struct sockaddr *)&sin6, &len), 0);
    leg.rtp = six;
    leg.rtp.port = ntohs(sin6.sin6_port);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_OK);
    leg = inside_leg(&r);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, INSIDE, &leg), ZTRUNK_OK);
    for (int i = 0; i < 4; i++) wait_event(&r, ZTRUNK_EV_RELAY_OPENED);
    inside_sends(&r, 1);
    ck_assert_uint_eq(receive(peer, WAIT_MS, pkt, sizeof pkt), 172);
    sin6.sin6_port = htons(r.local[CLOUD].port);
    ck_assert_int_eq(sendto(peer, pkt, rtp(pkt, 2), 0, (struct sockaddr *)&sin6, sizeof sin6), 172);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    close(peer);
    rig_free(&r);
}
END_TEST

static rig *_Atomic closes_at_wake_up;
static atomic_uint wake_ups, is_leg_set;

/* Stands before the C library's: the moment at which a worker lets go of its wake-up is the one at
 * which a command of another thread is lost most easily. */
int eventfd_read(int fd, eventfd_t *value)
{
    rig *r = atomic_load(&closes_at_wake_up);
    ssize_t got;

    if (r != NULL && fd != ztrunk_relay_fd(r->relay)) {
        atomic_store(&closes_at_wake_up, NULL);
        while (!atomic_load(&is_leg_set)) sched_yield(); /* one thread at a time */
        ck_assert_int_eq(ztrunk_relay_close(r->relay, r->call), ZTRUNK_OK);
    }
    got = read(fd, value, sizeof *value);
    atomic_fetch_add(&wake_ups, 1);
    return got == sizeof *value ? 0 : -1;
}

START_TEST(a_command_given_as_the_worker_lets_go_of_its_wake_up_is_obeyed)
{
    ztrunk_relay_leg leg;
    rig r;

    rig_new(&r);
    while (atomic_load(&wake_ups) == 0) sched_yield(); /* the one that the open call was told by */
    leg = inside_leg(&r);
    atomic_store(&closes_at_wake_up, &r);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, INSIDE, &leg), ZTRUNK_OK);
    atomic_store(&is_leg_set, 1);
    for (int i = 0; i < 2; i++) wait_event(&r, ZTRUNK_EV_RELAY_OPENED);
    for (int i = 0; i < 2; i++) wait_event(&r, ZTRUNK_EV_RELAY_CLOSED);
    rig_free(&r);
}
END_TEST

RIG_MAIN("rt/relay_worker", silence_while_the_process_stood_still_is_none, silence_is_told_once,
         a_relay_that_ends_takes_its_calls_along, bounds_of_the_options_hold,
         a_ring_that_does_not_start_gives_way_to_epoll_unless_it_was_asked_for,
         the_caller_sees_which_backend_it_is_and_why, a_new_source_under_the_same_key_passes,
         a_flood_of_forged_packets_hurts_nobody,
         a_command_given_as_the_worker_lets_go_of_its_wake_up_is_obeyed,
         media_crosses_between_ipv6_and_ipv4)
