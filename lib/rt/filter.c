#include "rt/filter.h"

#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>

#define ADMIT        0xffffffffu
#define MAX_PREFIXES 16u
/* One prefix: a load, a mask and a jump for each of up to four words, and its return. */
#define MAX_CODE     (MAX_PREFIXES * 13 + 1)

typedef struct program {
    struct sock_filter code[MAX_CODE];
    uint16_t len;
} program;

static void put(program *p, uint16_t code, uint8_t jump_false, uint32_t k)
{
    p->code[p->len++] = (struct sock_filter){.code = code, .jf = jump_false, .k = k};
}

static int32_t attach(int fd, program *p)
{
    struct sock_fprog prog = {.len = p->len, .filter = p->code};

    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof prog) != 0)
        return ZTRUNK_E_SYSTEM;
    return ZTRUNK_OK;
}

int32_t zti_filter_park(int fd)
{
    program p = {.len = 0};

    put(&p, BPF_RET | BPF_K, 0, 0);
    return attach(fd, &p);
}

static uint32_t word_of(const uint8_t *ip, uint32_t word)
{
    const uint8_t *b = ip + word * 4;

    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t mask_of(uint32_t bits)
{
    return bits >= 32 ? UINT32_MAX : ~(UINT32_MAX >> bits);
}

/* The source address stands at byte 12 of an IPv4 header and at byte 8 of an IPv6 header. */
static void put_prefix(program *p, const ztrunk_prefix *prefix)
{
    uint32_t at = (uint32_t)SKF_NET_OFF + (prefix->addr.family == 4 ? 12 : 8);
    uint32_t words = (prefix->bits + 31) / 32;

    for (uint32_t w = 0; w < words; w++) {
        uint32_t bits = prefix->bits - w * 32;
        uint32_t mask = mask_of(bits);
        /* On a mismatch: over the words that are left and the return. */
        uint8_t skip = (uint8_t)((words - w - 1) * 3 + 1);

        put(p, BPF_LD | BPF_W | BPF_ABS, 0, at + w * 4);
        put(p, BPF_ALU | BPF_AND | BPF_K, 0, mask);
        put(p, BPF_JMP | BPF_JEQ | BPF_K, skip, word_of(prefix->addr.ip, w) & mask);
    }
    put(p, BPF_RET | BPF_K, 0, ADMIT);
}

int32_t zti_filter_admit(int fd, uint8_t family, const ztrunk_prefix *prefixes, uint32_t count)
{
    program p = {.len = 0};

    if (count > MAX_PREFIXES) return ZTRUNK_E_INVALID;
    if (count == 0) put(&p, BPF_RET | BPF_K, 0, ADMIT);
    for (uint32_t i = 0; i < count; i++)
        if (prefixes[i].addr.family == family) put_prefix(&p, &prefixes[i]);
    if (count > 0) put(&p, BPF_RET | BPF_K, 0, 0);
    return attach(fd, &p);
}
