#include "rt/relay_port.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zerotrunk/filter.h>
#include "rt/sock.h"

/* Room for a burst of 20 ms of packets that arrive while the worker serves other calls. */
#define SOCKET_BUFFER_BYTES (256 * 1024)
#define NAP_NS              (5 * 1000 * 1000)
#define NAPS                40

static int32_t tune(int fd, uint8_t family, uint32_t dscp)
{
    int one = 1, buffer = SOCKET_BUFFER_BYTES;
    int tos = (int)(dscp << 2);

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (family == 4) return setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof tos);
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) != 0) return -1;
    return setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof tos);
}

/* A relay that was killed lets go of its ports a moment after it is gone: the kernel ends what
 * io_uring had under way for it. */
static int32_t bind_patiently(int fd, const struct sockaddr_storage *sa, socklen_t len)
{
    static const struct timespec nap = {.tv_nsec = NAP_NS};

    for (uint32_t i = 0; bind(fd, (const struct sockaddr *)sa, len) != 0; i++) {
        if (errno != EADDRINUSE || i == NAPS) return ZTRUNK_E_SYSTEM;
        (void)nanosleep(&nap, NULL);
    }
    return ZTRUNK_OK;
}

/* The filter stands before the port is bound: there is no moment in which a packet gets through. */
static int32_t bind_port(zti_port *port, uint32_t dscp)
{
    struct sockaddr_storage sa;
    socklen_t sa_len = zti_sockaddr_of(&port->local, &sa);
    int domain = port->local.family == 4 ? AF_INET : AF_INET6;

    port->fd = socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (port->fd < 0) return ZTRUNK_E_SYSTEM;
    if (tune(port->fd, port->local.family, dscp) != 0) return ZTRUNK_E_SYSTEM;
    if (ztrunk_filter_park(port->fd) != ZTRUNK_OK) return ZTRUNK_E_SYSTEM;
    return bind_patiently(port->fd, &sa, sa_len);
}

static int32_t bind_pair(zti_port_pair *pair, const ztrunk_addr *ip, uint16_t number, uint32_t dscp)
{
    int32_t err;

    pair->rtp.local = *ip;
    pair->rtp.local.port = number;
    pair->rtcp.local = *ip;
    pair->rtcp.local.port = (uint16_t)(number + 1);
    pair->rtcp.is_rtcp = 1;
    err = bind_port(&pair->rtp, dscp);
    return err == ZTRUNK_OK ? bind_port(&pair->rtcp, dscp) : err;
}

static int32_t make_room(ztrunk_ctx *ctx, uint32_t count, zti_port_range *r)
{
    r->ctx = ctx;
    r->pairs = zti_array(ctx, count, sizeof *r->pairs);
    r->free_ring = zti_array(ctx, count, sizeof *r->free_ring);
    if (r->pairs == NULL || r->free_ring == NULL) return ZTRUNK_E_NOMEM;
    r->count = count;
    for (uint32_t i = 0; i < count; i++) r->pairs[i].rtp.fd = r->pairs[i].rtcp.fd = -1;
    return ZTRUNK_OK;
}

int32_t zti_ports_bind(ztrunk_ctx *ctx, const ztrunk_addr *ip, uint16_t first, uint16_t last,
                       uint32_t dscp, zti_port_range *out)
{
    zti_port_range r = {.count = 0};
    int32_t err;
    int kept_errno;

    if ((ip->family != 4 && ip->family != 6) || first == 0) return ZTRUNK_E_INVALID;
    if (first % 2 != 0 || last % 2 != 1 || last < first) return ZTRUNK_E_INVALID;
    err = make_room(ctx, (uint32_t)(last - first + 1) / 2, &r);
    for (uint32_t i = 0; i < r.count && err == ZTRUNK_OK; i++) {
        err = bind_pair(&r.pairs[i], ip, (uint16_t)(first + 2 * i), dscp);
        r.free_ring[i] = i;
    }
    if (err != ZTRUNK_OK) {
        kept_errno = errno;
        zti_ports_close(&r);
        errno = kept_errno;
        return err;
    }
    r.free_count = r.count;
    *out = r;
    return ZTRUNK_OK;
}

int32_t zti_ports_take(zti_port_range *r, uint64_t now_ns, zti_port_pair **out)
{
    zti_port_pair *pair;

    if (r->free_count == 0) return ZTRUNK_E_LIMIT;
    pair = &r->pairs[r->free_ring[r->first_free]];
    if (pair->usable_ns > now_ns) return ZTRUNK_E_LIMIT;
    if (atomic_load_explicit(&pair->is_taken, memory_order_acquire)) return ZTRUNK_E_LIMIT;
    r->first_free = (r->first_free + 1) % r->count;
    r->free_count--;
    atomic_store_explicit(&pair->is_taken, 1, memory_order_relaxed);
    *out = pair;
    return ZTRUNK_OK;
}

void zti_ports_park(zti_port_range *r, zti_port_pair *pair, uint64_t usable_ns)
{
    (void)ztrunk_filter_park(pair->rtp.fd);
    (void)ztrunk_filter_park(pair->rtcp.fd);
    pair->usable_ns = usable_ns;
    r->free_ring[(r->first_free + r->free_count++) % r->count] = (uint32_t)(pair - r->pairs);
}

int32_t zti_port_admit(const zti_port *port, const ztrunk_prefix *prefixes, uint32_t count)
{
    return count == 0 ? ztrunk_filter_clear(port->fd)
                      : ztrunk_filter_sources(port->fd, prefixes, count);
}

void zti_port_drain(const zti_port *port)
{
    uint8_t byte;

    while (recv(port->fd, &byte, sizeof byte, MSG_DONTWAIT) >= 0) continue;
}

uint32_t zti_ports_free_count(const zti_port_range *r)
{
    return r->free_count;
}

void zti_ports_close(zti_port_range *r)
{
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->pairs[i].rtp.fd >= 0) close(r->pairs[i].rtp.fd);
        if (r->pairs[i].rtcp.fd >= 0) close(r->pairs[i].rtcp.fd);
    }
    zti_free(r->ctx, r->pairs);
    zti_free(r->ctx, r->free_ring);
    *r = (zti_port_range){.count = 0};
}
