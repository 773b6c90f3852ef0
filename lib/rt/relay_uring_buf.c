#include "rt/relay_uring_buf.h"

#include <errno.h>
#include <sys/mman.h>
#include "base/mem.h"

#define LINE         64u
#define BUFFER_GROUP 0

/* An odd number of cache lines. */
static size_t stride(size_t room)
{
    return ((room + LINE - 1) / LINE | 1) * LINE;
}

/* The ring stands in front, on a page of its own as the kernel wants it. */
int zti_uring_buf_init(zti_uring_buf *b, struct io_uring *ring, size_t room, unsigned int readable)
{
    size_t ring_bytes = ZTI_URING_BUFFERS * sizeof(struct io_uring_buf);
    struct io_uring_buf_reg reg = {.ring_entries = ZTI_URING_BUFFERS, .bgid = BUFFER_GROUP};
    size_t size = ring_bytes + ZTI_URING_BUFFERS * stride(room);
    void *mapped;
    int err;

    mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return -errno;
    *b = (zti_uring_buf){mapped, (uint8_t *)mapped + ring_bytes, size, stride(room), readable};
    reg.ring_addr = (uintptr_t)mapped;
    err = io_uring_register_buf_ring(ring, &reg, 0);
    if (err != 0) return err;
    io_uring_buf_ring_init(b->free_ring);
    for (uint32_t i = 0; i < ZTI_URING_BUFFERS; i++) zti_uring_buf_give_back(b, i);
    return 0;
}

uint8_t *zti_uring_buf_at(const zti_uring_buf *b, uint32_t nth)
{
    return b->bytes + nth * b->stride;
}

void zti_uring_buf_give_back(const zti_uring_buf *b, uint32_t nth)
{
    io_uring_buf_ring_add(b->free_ring, zti_uring_buf_at(b, nth), b->readable, (unsigned short)nth,
                          io_uring_buf_ring_mask(ZTI_URING_BUFFERS), 0);
    io_uring_buf_ring_advance(b->free_ring, 1);
}

void zti_uring_buf_free(zti_uring_buf *b)
{
    if (b->free_ring == NULL) return;
    zti_wipe(b->free_ring, b->mapped);
    munmap(b->free_ring, b->mapped);
    b->free_ring = NULL;
}
