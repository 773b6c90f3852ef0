#include "slurp.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Without waiting: a FIFO would hold up a start, or a reload with calls up. */
static int open_regular(const char *file, const char **why)
{
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st) != 0) {
        *why = strerror(errno);
    } else if (!S_ISREG(st.st_mode)) {
        *why = S_ISDIR(st.st_mode) ? strerror(EISDIR) : "it is no regular file";
    } else {
        return fd;
    }
    if (fd >= 0) close(fd);
    return -1;
}

/* As much as there is, up to cap. */
static ssize_t read_all(int fd, uint8_t *data, size_t cap)
{
    size_t len = 0;
    ssize_t got;

    while ((got = read(fd, data + len, cap - len)) != 0) {
        if (got < 0 && errno != EINTR) return -1;
        if (got > 0) len += (size_t)got;
    }
    return (ssize_t)len;
}

uint8_t *slurp(const char *file, size_t max, size_t *len, const char **why)
{
    int fd = open_regular(file, why);
    uint8_t *data;
    ssize_t got;

    if (fd < 0) return NULL;
    data = calloc(1, max + 2); /* a byte too many, and the NUL */
    if (data == NULL) {
        close(fd);
        *why = strerror(ENOMEM);
        return NULL;
    }
    got = read_all(fd, data, max + 1);
    *why = got < 0 ? strerror(errno) : (size_t)got > max ? "the file is too large" : NULL;
    close(fd);
    if (*why == NULL) {
        *len = (size_t)got;
        return data;
    }
    slurp_burn(data, max);
    return NULL;
}

void slurp_burn(uint8_t *data, size_t max)
{
    if (data == NULL) return;
    explicit_bzero(data, max + 2);
    free(data);
}

uint32_t slurp_is_open_to_others(const char *file)
{
    struct stat st;

    return stat(file, &st) == 0 && (st.st_mode & S_IRWXO & ~(mode_t)S_IXOTH) != 0;
}
