/* guard.h - bytes that end where readable memory ends. */
#ifndef TESTS_GUARD_H
#define TESTS_GUARD_H

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "unit.h"

typedef struct guard {
    uint8_t *base, *wall; /* what is at wall and behind it faults */
    size_t room;
} guard;

static inline guard guard_new(size_t room)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    guard g;

    g.room = (room + page - 1) / page * page;
    g.base = mmap(NULL, g.room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(g.base, MAP_FAILED);
    g.wall = g.base + g.room;
    ck_assert_int_eq(mprotect(g.wall, page, PROT_NONE), 0);
    return g;
}

/* The first len bytes of data, against the wall. */
static inline uint8_t *guard_put(const guard *g, const void *data, size_t len)
{
    ck_assert_uint_le(len, g->room);
    if (len > 0) memcpy(g->wall - len, data, len);
    return g->wall - len;
}

static inline void guard_free(guard *g)
{
    munmap(g->base, g->room + (size_t)sysconf(_SC_PAGESIZE));
}

#endif
