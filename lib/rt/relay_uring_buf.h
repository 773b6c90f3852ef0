/* relay_uring_buf.h - the buffers that io_uring receives into: the kernel takes the next free one
 * from a ring that it shares with us. */
#ifndef ZTI_RT_RELAY_URING_BUF_H
#define ZTI_RT_RELAY_URING_BUF_H

#include <liburing.h>
#include <stddef.h>
#include <stdint.h>

#define ZTI_URING_BUFFERS 2048u /* a power of two */

typedef struct zti_uring_buf {
    struct io_uring_buf_ring *free_ring;
    uint8_t *bytes;
    size_t mapped, stride;
    unsigned int readable; /* how much of each the kernel may fill */
} zti_uring_buf;

/* Group 0 of the ring, all free; each has room for `room` bytes, and its neighbours begin in other
 * sets of the cache. 0, or a negative errno. */
int zti_uring_buf_init(zti_uring_buf *b, struct io_uring *ring, size_t room, unsigned int readable);
uint8_t *zti_uring_buf_at(const zti_uring_buf *b, uint32_t nth);
void zti_uring_buf_give_back(const zti_uring_buf *b, uint32_t nth);
/* After the ring. Wiped: packets stood in them without their seal. */
void zti_uring_buf_free(zti_uring_buf *b);

#endif
