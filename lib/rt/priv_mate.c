#include "rt/priv_mate.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/time.h"
#include "rt/loop.h"

/* Whoever kills one after the other shall not keep a processor busy with it. */
#define PAUSE_NS (100 * ZTI_MS)

/* The right to another process exists for that moment alone. */
static pid_t fork_one(void)
{
    struct rlimit processes;
    pid_t pid;

    if (getrlimit(RLIMIT_NPROC, &processes) != 0) return -1;
    processes.rlim_cur = processes.rlim_max;
    (void)setrlimit(RLIMIT_NPROC, &processes);
    pid = fork();
    processes.rlim_cur = 0;
    (void)setrlimit(RLIMIT_NPROC, &processes);
    return pid;
}

uint32_t zti_priv_mate_fork(zti_priv_mate *mate)
{
    uint64_t now_ns = ztrunk_rt_now_ns();
    int pair[2];
    pid_t pid;

    if (mate->fd >= 0 || now_ns < mate->ready_ns) return 0;
    mate->ready_ns = now_ns + PAUSE_NS;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return 0;
    pid = fork_one();
    close(pair[pid == 0 ? 0 : 1]);
    if (pid < 0) {
        close(pair[0]);
        return 0;
    }
    mate->fd = pair[pid == 0 ? 1 : 0];
    return pid == 0;
}

int zti_priv_mate_wait_ms(const zti_priv_mate *mate)
{
    uint64_t now_ns = ztrunk_rt_now_ns();

    if (mate->fd >= 0) return -1;
    return mate->ready_ns > now_ns ? (int)((mate->ready_ns - now_ns) / ZTI_MS) + 1 : 0;
}

/* A word says that the other was to end. */
static uint32_t was_killed(zti_priv_mate *mate)
{
    char byte;
    ssize_t got = recv(mate->fd, &byte, 1, 0);

    zti_priv_mate_lost(mate);
    return got <= 0;
}

uint32_t zti_priv_mate_wait(zti_priv_mate *mate, int sock)
{
    struct pollfd p[2] = {{.fd = sock, .events = POLLRDHUP}, {.fd = mate->fd, .events = POLLIN}};

    while (p[0].revents == 0 && p[1].revents == 0)
        if (poll(p, 2, -1) < 0) p[0].revents = p[1].revents = 0;
    if (p[0].revents != 0) return 0;
    return was_killed(mate);
}

void zti_priv_mate_lost(zti_priv_mate *mate)
{
    close(mate->fd);
    mate->fd = -1;
}

void zti_priv_mate_dismiss(zti_priv_mate *mate)
{
    static const char bye = 1;

    if (mate->fd < 0) return;
    (void)send(mate->fd, &bye, 1, MSG_NOSIGNAL);
    zti_priv_mate_lost(mate);
}
