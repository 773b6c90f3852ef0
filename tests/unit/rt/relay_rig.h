/* relay_rig.h - a relay on loopback between two peers: a cloud with SRTP, an inside without. */
#ifndef TESTS_UNIT_RT_RELAY_RIG_H
#define TESTS_UNIT_RT_RELAY_RIG_H

#include <zerotrunk/relay.h>
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zerotrunk/srtp.h>
#include "unit.h"

#define CLOUD        0u
#define INSIDE       1u
#define WAIT_MS      5000
#define QUIET_MS     60
#define PORTS        8 /* four calls on each side */
#define PAYLOAD_BYTE 0x55
/* Each test program has its own: they run side by side. */
#ifndef FIRST_PORT
#define FIRST_PORT 23000
#endif

static uint32_t rig_backend; /* ZTRUNK_RELAY_*: every test runs with each */

typedef struct rig {
    ztrunk_ctx *ctx;
    ztrunk_relay *relay;
    uint32_t range[2];
    uint64_t call;
    ztrunk_addr local[2];
    int peer[2]; /* sockets that play the two peers */
    ztrunk_addr peer_addr[2];
    uint8_t key_in[30], key_out[30]; /* of the cloud leg, as the relay sees it */
    ztrunk_srtp *seal, *open;        /* the cloud peer's */
} rig;

static inline ztrunk_addr loopback(uint8_t last, uint16_t port)
{
    return (ztrunk_addr){.family = 4, .port = port, .ip = {127, 0, 0, last}};
}

static inline struct sockaddr_in sockaddr_of(const ztrunk_addr *a)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(a->port)};

    memcpy(&sin.sin_addr, a->ip, 4);
    return sin;
}

static inline int udp_socket(uint8_t last, ztrunk_addr *addr)
{
    struct sockaddr_in sin;
    socklen_t len = sizeof sin;
    ztrunk_addr any = loopback(last, 0);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    ck_assert_int_ge(fd, 0);
    sin = sockaddr_of(&any);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&sin, sizeof sin), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
    *addr = loopback(last, ntohs(sin.sin_port));
    return fd;
}

static inline void send_to(int fd, const ztrunk_addr *to, const void *data, size_t len)
{
    struct sockaddr_in sin = sockaddr_of(to);

    ck_assert_int_eq(sendto(fd, data, len, 0, (struct sockaddr *)&sin, sizeof sin), (ssize_t)len);
}

/* 0: nothing came in time. */
static inline size_t receive(int fd, int wait_ms, uint8_t *data, size_t cap)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t len;

    if (poll(&p, 1, wait_ms) != 1) return 0;
    len = recv(fd, data, cap, 0);
    ck_assert_int_ge(len, 0);
    return (size_t)len;
}

static inline size_t rtp(uint8_t pkt[256], uint16_t seq)
{
    memset(pkt, PAYLOAD_BYTE, 172);
    pkt[0] = 0x80;
    pkt[1] = 0;
    pkt[2] = (uint8_t)(seq >> 8);
    pkt[3] = (uint8_t)seq;
    return 172;
}

static inline ztrunk_srtp *srtp(rig *r, uint32_t inbound, const uint8_t key[30])
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = 1, .inbound = inbound};
    ztrunk_srtp *s = NULL;

    ck_assert_int_eq(ztrunk_srtp_new(r->ctx, &opts, key, 30, &s), ZTRUNK_OK);
    return s;
}

static inline int32_t open_call(rig *r, uint64_t *id, ztrunk_addr local[2])
{
    ztrunk_relay_call call = {.size = sizeof call};

    call.range[0] = r->range[0];
    call.range[1] = r->range[1];
    call.secure[CLOUD] = 1;
    call.prefix_count[CLOUD] = 1;
    ck_assert_int_eq(ztrunk_prefix_parse("127.0.0.2/32", 12, &call.prefixes[CLOUD][0]), ZTRUNK_OK);
    return ztrunk_relay_open(r->relay, &call, id, local);
}

static inline ztrunk_relay_leg cloud_leg(const rig *r)
{
    ztrunk_relay_leg leg = {
        .size = sizeof leg, .suite_in = 1, .suite_out = 1, .send = 1, .receive = 1};

    leg.rtp = r->peer_addr[CLOUD];
    memcpy(leg.key_in, r->key_in, 30);
    memcpy(leg.key_out, r->key_out, 30);
    return leg;
}

static inline ztrunk_relay_leg inside_leg(const rig *r)
{
    ztrunk_relay_leg leg = {.size = sizeof leg, .send = 1, .receive = 1};

    leg.rtp = r->peer_addr[INSIDE];
    return leg;
}

static inline ztrunk_event wait_event(rig *r, uint32_t kind)
{
    ztrunk_event event = {.size = sizeof event};
    struct pollfd p = {.fd = ztrunk_relay_fd(r->relay), .events = POLLIN};

    for (int i = 0; i < 200; i++) {
        ck_assert_int_eq(ztrunk_relay_poll(r->relay, &event), ZTRUNK_OK);
        if (event.kind == kind) return event;
        if (event.kind == ZTRUNK_EV_NONE) ck_assert_int_eq(poll(&p, 1, WAIT_MS), 1);
    }
    ck_abort_msg("event %u did not come", kind);
    return event;
}

static inline void rig_with(rig *r, ztrunk_relay_opts opts)
{
    static const uint8_t seed[32] = {1};
    ztrunk_addr ip;

    opts.size = sizeof opts;
    opts.quarantine_ns = 1;
    opts.backend = rig_backend;

    memset(r, 0, sizeof *r);
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &r->ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_relay_new(r->ctx, &opts, &r->relay), ZTRUNK_OK);
    for (uint32_t i = 0; i < 2; i++) {
        ip = loopback(1, 0);
        ck_assert_int_eq(ztrunk_relay_add_range(r->relay, &ip, (uint16_t)(FIRST_PORT + i * PORTS),
                                                (uint16_t)(FIRST_PORT + i * PORTS + PORTS - 1),
                                                &r->range[i]),
                         ZTRUNK_OK);
        r->peer[i] = udp_socket((uint8_t)(2 + i), &r->peer_addr[i]);
    }
    r->key_in[0] = 1;
    r->key_out[0] = 2;
    r->seal = srtp(r, 0, r->key_in);
    r->open = srtp(r, 1, r->key_out);
    ck_assert_int_eq(open_call(r, &r->call, r->local), ZTRUNK_OK);
}

static inline void rig_new(rig *r)
{
    rig_with(r, (ztrunk_relay_opts){0});
}

static inline void start_call(rig *r)
{
    ztrunk_relay_leg cloud = cloud_leg(r), inside = inside_leg(r);

    ck_assert_int_eq(ztrunk_relay_set_leg(r->relay, r->call, CLOUD, &cloud), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_relay_set_leg(r->relay, r->call, INSIDE, &inside), ZTRUNK_OK);
    for (int i = 0; i < 4; i++) wait_event(r, ZTRUNK_EV_RELAY_OPENED);
}

static inline void rig_free(rig *r)
{
    ztrunk_srtp_free(r->seal);
    ztrunk_srtp_free(r->open);
    ztrunk_relay_free(r->relay);
    ztrunk_ctx_free(r->ctx);
    close(r->peer[0]);
    close(r->peer[1]);
}

static inline void cloud_sends(rig *r, uint16_t seq)
{
    uint8_t pkt[256];
    size_t len = rtp(pkt, seq);

    ck_assert_int_eq(ztrunk_srtp_seal(r->seal, 0, pkt, len, sizeof pkt, &len), ZTRUNK_OK);
    send_to(r->peer[CLOUD], &r->local[CLOUD], pkt, len);
}

static inline void inside_sends(rig *r, uint16_t seq)
{
    uint8_t pkt[256];

    send_to(r->peer[INSIDE], &r->local[INSIDE], pkt, rtp(pkt, seq));
}

static inline ztrunk_relay_stats stats(rig *r, uint32_t leg)
{
    ztrunk_relay_stats s = {.size = sizeof s};

    ck_assert_int_eq(ztrunk_relay_stats_of(r->relay, r->call, leg, &s), ZTRUNK_OK);
    return s;
}

static inline uint32_t rig_has(uint32_t backend)
{
    ztrunk_relay_opts opts = {.size = sizeof opts, .backend = backend};
    ztrunk_relay *relay = NULL;
    ztrunk_ctx *ctx = NULL;
    uint32_t has;

    has = ztrunk_ctx_new(&ctx) == ZTRUNK_OK && ztrunk_relay_new(ctx, &opts, &relay) == ZTRUNK_OK;
    ztrunk_relay_free(relay);
    ztrunk_ctx_free(ctx);
    return has;
}

/* As UNIT_MAIN, once for each backend that the machine has. */
#define RIG_MAIN(name, ...)                                                                        \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        int failed = 0;                                                                            \
                                                                                                   \
        for (rig_backend = ZTRUNK_RELAY_EPOLL; rig_backend <= ZTRUNK_RELAY_URING; rig_backend++) { \
            if (!rig_has(rig_backend)) continue;                                                   \
            printf("backend %u\n", rig_backend);                                                   \
            failed |= unit_run(name, tests, sizeof tests / sizeof tests[0]);                       \
        }                                                                                          \
        return failed;                                                                             \
    }

#endif
