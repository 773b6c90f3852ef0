#include "rt/nft_owner.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The kernel closes the descriptors of a process that was killed one after the other: who takes
 * over may see the end of another one first. */
enum { TRIES = 100, PAUSE_MS = 5 };

/* An abstract name is a network namespace's own, and goes with the socket. */
static int bind_name(int fd, const char *table)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int len = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "zerotrunk/nft/%s", table);

    return bind(fd, (struct sockaddr *)&name,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len));
}

int zti_nft_own(const char *table)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), number;

    if (fd < 0) return -1;
    for (int i = 0; i < TRIES; i++) {
        if (bind_name(fd, table) == 0) return fd;
        if (errno != EADDRINUSE) break;
        if (i + 1 < TRIES) (void)poll(NULL, 0, PAUSE_MS);
        errno = EADDRINUSE;
    }
    number = errno;
    close(fd);
    errno = number;
    return -1;
}
