#include "rt/filter.h"

#include <errno.h>
#include <sys/socket.h>
#include "rt/filter_tree.h"

static int32_t check_socket(int fd)
{
    socklen_t len = sizeof(int);
    int domain = 0;

    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0) return ZTRUNK_E_SYSTEM;
    return domain == AF_INET || domain == AF_INET6 ? ZTRUNK_OK : ZTRUNK_E_INVALID;
}

static int32_t attach(int fd, struct sock_filter *code, uint16_t len)
{
    struct sock_fprog prog = {.len = len, .filter = code};

    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof prog) == 0) return ZTRUNK_OK;
    /* The memory of a socket's options is bounded: net.core.optmem_max. */
    return errno == ENOMEM && len > 1 ? ZTRUNK_E_LIMIT : ZTRUNK_E_SYSTEM;
}

int32_t ztrunk_filter_sources(int fd, const ztrunk_prefix *prefixes, uint32_t count)
{
    struct sock_filter code[BPF_MAXINSNS];
    uint16_t len = 0;
    int32_t err;

    if (prefixes == NULL && count > 0) return ZTRUNK_E_INVALID;
    if (count > ZTRUNK_FILTER_MAX) return ZTRUNK_E_LIMIT;
    if (count == 0) return ztrunk_filter_park(fd);
    for (uint32_t i = 1; i < count; i++)
        if (prefixes[i].addr.scope_id != prefixes[0].addr.scope_id) return ZTRUNK_E_INVALID;
    err = check_socket(fd);
    if (err == ZTRUNK_OK) err = zti_filter_compile(prefixes, count, code, &len);
    if (err == ZTRUNK_OK) err = attach(fd, code, len);
    return err == ZTRUNK_E_LIMIT ? zti_filter_map_attach(fd, prefixes, count) : err;
}

/* Takes no memory of ours: a port is closed also when there is none. */
int32_t ztrunk_filter_park(int fd)
{
    struct sock_filter drop = {.code = BPF_RET | BPF_K, .k = 0};
    int32_t err = check_socket(fd);

    return err == ZTRUNK_OK ? attach(fd, &drop, 1) : err;
}

int32_t ztrunk_filter_clear(int fd)
{
    int32_t err = check_socket(fd);
    int none = 0;

    if (err != ZTRUNK_OK) return err;
    if (setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof none) == 0) return ZTRUNK_OK;
    return errno == ENOENT ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}
