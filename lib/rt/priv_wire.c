#include "rt/priv.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD      offsetof(zti_priv_request, prefixes)
#define MAX_FDS   4 /* room for more than may come, so that what came can be closed */
#define FDS_SPACE CMSG_SPACE(MAX_FDS * sizeof(int))

int32_t zti_priv_send(int sock, const zti_priv_request *request, int fd)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.room = {0}};
    struct iovec iov = {.iov_base = (void *)(uintptr_t)request,
                        .iov_len = HEAD + request->count * sizeof request->prefixes[0]};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

    if (fd >= 0) {
        control.head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd),
                                        .cmsg_level = SOL_SOCKET,
                                        .cmsg_type = SCM_RIGHTS};
        m.msg_control = &control;
        m.msg_controllen = sizeof control.room;
        memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
    }
    if (sendmsg(sock, &m, MSG_NOSIGNAL) == (ssize_t)iov.iov_len) return ZTRUNK_OK;
    return errno == EPIPE || errno == ECONNRESET ? ZTRUNK_E_CLOSED : ZTRUNK_E_SYSTEM;
}

/* The one descriptor that may come with a message; of several, none. */
static uint32_t take_fds(struct msghdr *m, int *fd)
{
    uint32_t count = 0;

    *fd = -1;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
        size_t bytes = c->cmsg_len - CMSG_LEN(0);

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        for (size_t at = 0; at + sizeof *fd <= bytes; at += sizeof *fd, count++) {
            if (*fd >= 0) close(*fd);
            memcpy(fd, CMSG_DATA(c) + at, sizeof *fd);
        }
    }
    if (count > 1 || (m->msg_flags & MSG_CTRUNC) != 0) {
        if (*fd >= 0) close(*fd);
        *fd = -1;
        return 0;
    }
    return 1;
}

static uint32_t is_whole(const zti_priv_request *r, size_t len)
{
    if (len < HEAD || r->count > ZTI_PRIV_PREFIXES) return 0;
    return len == HEAD + r->count * sizeof r->prefixes[0];
}

int32_t zti_priv_receive(int sock, zti_priv_request *request, int *fd)
{
    union {
        struct cmsghdr head;
        char room[FDS_SPACE];
    } control;
    struct iovec iov = {.iov_base = request, .iov_len = sizeof *request};
    struct msghdr m = {.msg_iov = &iov,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = sizeof control.room};
    ssize_t len = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);

    *fd = -1;
    if (len <= 0) return ZTRUNK_E_CLOSED;
    if (take_fds(&m, fd) && (m.msg_flags & MSG_TRUNC) == 0 && is_whole(request, (size_t)len))
        return ZTRUNK_OK;
    if (*fd >= 0) close(*fd);
    *fd = -1;
    return ZTRUNK_E_MALFORMED;
}
