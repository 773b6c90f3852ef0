#include "rt/hosts.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "base/addr.h"
#include "base/cur.h"

#define MOST_BYTES 65536u

/* A chunk at a time keeps the file off the stack. */
typedef struct lines {
    int fd;
    char data[4096];
    size_t len, total;
    uint32_t is_end;
} lines;

static void refill(lines *f, size_t used)
{
    ssize_t n;

    for (size_t i = used; i < f->len; i++) f->data[i - used] = f->data[i];
    f->len -= used;
    if (f->is_end || f->len == sizeof f->data) return;
    do n = read(f->fd, f->data + f->len, sizeof f->data - f->len);
    while (n < 0 && errno == EINTR);
    if (n <= 0 || (f->total += (size_t)n) > MOST_BYTES)
        f->is_end = 1;
    else
        f->len += (size_t)n;
}

static uint32_t line_names(zti_str line, zti_str name, ztrunk_addr *addr)
{
    zti_cur c = zti_cur_of(zti_str_trim(zti_str_head(line, zti_str_find(line, '#'))));
    zti_str ip = zti_cur_word(&c);

    if (c.err != ZTRUNK_OK || zti_ip_parse(ip, addr) != ZTRUNK_OK) return 0;
    while (!zti_cur_done(&c))
        if (zti_str_ieq(zti_cur_word(&c), name)) return 1;
    return 0;
}

static uint32_t find_family(int fd, zti_str name, uint8_t family, ztrunk_addr *addrs, uint32_t max)
{
    lines f = {.fd = fd};
    uint32_t count = 0;

    refill(&f, 0);
    while (f.len > 0 && count < max) {
        zti_str text = {f.data, f.len};
        size_t end = zti_str_find(text, '\n');
        ztrunk_addr addr;

        if (line_names(zti_str_head(text, end), name, &addr) && addr.family == family)
            addrs[count++] = addr;
        refill(&f, end < f.len ? end + 1 : f.len);
    }
    return count;
}

uint32_t zti_hosts_find(const char *path, zti_str name, ztrunk_addr *addrs, uint32_t max)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    uint32_t count;

    if (fd < 0) return 0;
    count = find_family(fd, name, 4, addrs, max);
    if (lseek(fd, 0, SEEK_SET) == 0) count += find_family(fd, name, 6, addrs + count, max - count);
    close(fd);
    return count;
}
