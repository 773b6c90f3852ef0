#include "rt/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>
#include "base/addr.h"

#define BACKLOG 512

socklen_t zti_sockaddr_of(const ztrunk_addr *addr, struct sockaddr_storage *out)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(addr->port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(addr->port)};

    memset(out, 0, sizeof *out);
    if (addr->family == 4) {
        memcpy(&in.sin_addr, addr->ip, 4);
        memcpy(out, &in, sizeof in);
        return sizeof in;
    }
    if (addr->family != 6) return 0;
    memcpy(&in6.sin6_addr, addr->ip, 16);
    in6.sin6_scope_id = addr->scope_id;
    memcpy(out, &in6, sizeof in6);
    return sizeof in6;
}

void zti_addr_of(const struct sockaddr_storage *from, ztrunk_addr *out)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;

    *out = (ztrunk_addr){0};
    if (from->ss_family == AF_INET) {
        memcpy(&in, from, sizeof in);
        out->family = 4;
        out->port = ntohs(in.sin_port);
        memcpy(out->ip, &in.sin_addr, 4);
    } else if (from->ss_family == AF_INET6) {
        memcpy(&in6, from, sizeof in6);
        out->family = 6;
        out->port = ntohs(in6.sin6_port);
        out->scope_id = in6.sin6_scope_id;
        memcpy(out->ip, &in6.sin6_addr, 16);
        zti_ip_unmap(out);
    }
}

static int open_socket(int type, const ztrunk_addr *addr)
{
    int fd = socket(addr->family == 4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;

    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (addr->family == 6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    return fd;
}

/* Keeps the errno that tells why. */
static int32_t give_up(int fd)
{
    int error = errno;

    close(fd);
    errno = error;
    return ZTRUNK_E_SYSTEM;
}

int32_t zti_sock_bind(int type, const ztrunk_addr *addr, int *fd)
{
    struct sockaddr_storage sa;
    socklen_t len = zti_sockaddr_of(addr, &sa);
    int s;

    if (len == 0) return ZTRUNK_E_INVALID;
    s = open_socket(type, addr);
    if (s < 0) return ZTRUNK_E_SYSTEM;
    if (bind(s, (struct sockaddr *)&sa, len) != 0) return give_up(s);
    if (type == SOCK_STREAM && listen(s, BACKLOG) != 0) return give_up(s);
    *fd = s;
    return ZTRUNK_OK;
}

int32_t zti_sock_connect(const ztrunk_addr *local, const ztrunk_addr *remote, int *fd)
{
    struct sockaddr_storage sa;
    socklen_t len;
    int s, on = 1;

    if (zti_sockaddr_of(remote, &sa) == 0) return ZTRUNK_E_INVALID;
    s = open_socket(SOCK_STREAM, remote);
    if (s < 0) return ZTRUNK_E_SYSTEM;
    zti_sock_tune(s);
    len = local != NULL ? zti_sockaddr_of(local, &sa) : 0;
    if (len != 0 && local->port == 0)
        setsockopt(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (len != 0 && bind(s, (struct sockaddr *)&sa, len) != 0) return give_up(s);
    len = zti_sockaddr_of(remote, &sa);
    if (connect(s, (struct sockaddr *)&sa, len) != 0 && errno != EINPROGRESS) return give_up(s);
    *fd = s;
    return ZTRUNK_OK;
}

void zti_sock_tune(int fd)
{
    int on = 1, idle_s = 60, interval_s = 10, probes = 6;
    unsigned unacked_ms = 30000;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacked_ms, sizeof unacked_ms);
}

void zti_sock_abort(int fd)
{
    struct linger none = {.l_onoff = 1};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(fd);
}

int32_t zti_sock_local(int fd, ztrunk_addr *out)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;

    if (getsockname(fd, (struct sockaddr *)&sa, &len) != 0) return ZTRUNK_E_SYSTEM;
    zti_addr_of(&sa, out);
    return ZTRUNK_OK;
}

uint32_t zti_addr_is_loopback(const ztrunk_addr *addr)
{
    const ztrunk_addr one = {.family = 6, .ip = {[15] = 1}};

    if (addr->family == 4) return addr->ip[0] == 127;
    return zti_ip_equal(addr, &one);
}

const char *zti_sock_text(int error)
{
    switch (error) {
    case ECONNREFUSED:
        return "connection refused";
    case ETIMEDOUT:
        return "the peer does not answer";
    case EHOSTUNREACH:
    case ENETUNREACH:
        return "no route to the peer";
    case ECONNRESET:
    case EPIPE:
        return "the peer reset the connection";
    default:
        return "the connection broke";
    }
}
