/* A library to preload: the clock on the wall is as many seconds off as the file that $ZT_WALL
 * names says, at each moment; the one that only runs is not touched. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BYTES = 32 };

static const char *seconds;

/* Before the program gives up its rights; later it could not open the file. */
__attribute__((constructor)) static void start(void)
{
    const char *name = getenv("ZT_WALL");
    int fd = name != NULL ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    void *page = fd >= 0 ? mmap(NULL, BYTES, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

    if (page != MAP_FAILED) seconds = page;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (result == 0 && clock == CLOCK_REALTIME && seconds != NULL)
        now->tv_sec += strtol(seconds, NULL, 10);
    return result;
}
