/* The bpf(2) system call itself: what libbpf would add is a loader for files that we do not have.
 */
#include "rt/filter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "rt/filter_tree.h"

#define ADMIT UINT32_MAX

typedef struct map_key { /* struct bpf_lpm_trie_key, the family before the address */
    uint32_t bits;       /* of what follows */
    uint32_t family;
    uint8_t ip[16];
} map_key;

/* Registers, and where the program keeps the key on its stack. */
enum { R0, R1, R2, R6 = 6, R10 = 10 };
enum { KEY = -24, KEY_FAMILY = KEY + 4, KEY_IP = KEY + 8 };

static int call_bpf(int command, union bpf_attr *attr)
{
    return (int)syscall(SYS_bpf, command, attr, sizeof *attr);
}

static int make_map(uint32_t count)
{
    union bpf_attr attr = {.map_type = BPF_MAP_TYPE_LPM_TRIE,
                           .key_size = sizeof(map_key),
                           .value_size = sizeof(uint32_t),
                           .max_entries = count,
                           .map_flags = BPF_F_NO_PREALLOC};

    return call_bpf(BPF_MAP_CREATE, &attr);
}

static int32_t add_prefix(int map, const ztrunk_prefix *prefix)
{
    const uint32_t value = ADMIT;
    ztrunk_prefix p;
    map_key key;
    union bpf_attr attr;

    if (zti_filter_normal(prefix, &p) != ZTRUNK_OK) return ZTRUNK_E_INVALID;
    key = (map_key){.bits = 32 + p.bits, .family = p.addr.family};
    memcpy(key.ip, p.addr.ip, sizeof key.ip);
    attr = (union bpf_attr){.map_fd = (uint32_t)map,
                            .key = (uint64_t)(uintptr_t)&key,
                            .value = (uint64_t)(uintptr_t)&value};
    return call_bpf(BPF_MAP_UPDATE_ELEM, &attr) == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

#define OP(c, d, s, o, i)                                                                          \
    {                                                                                              \
        .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)                        \
    }
#define STORE(at, value)       OP(BPF_ST | BPF_MEM | BPF_W, R10, 0, at, value)
#define LOAD_BYTE(at)          OP(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, SKF_NET_OFF + (at))
#define JUMP_IF(r, test, k, n) OP(BPF_JMP | BPF_K | (test), r, 0, n, k)
#define JUMP(n)                OP(BPF_JMP | BPF_JA, 0, 0, n, 0)
/* A word of the header in its own order into the key. BPF_LD_ABS gives it in the host's. */
#define COPY_WORD(from, to)                                                                        \
    OP(BPF_LD | BPF_ABS | BPF_W, 0, 0, 0, SKF_NET_OFF + (from)),                                   \
        OP(BPF_ALU | BPF_END | BPF_TO_BE, R0, 0, 0, 32),                                           \
        OP(BPF_STX | BPF_MEM | BPF_W, R10, R0, to, 0)

/* interface 0 is none's index: a packet by another than 0 goes on then. */
static int load_program(int map, uint32_t interface)
{
    const struct bpf_insn code[] = {
        OP(BPF_ALU64 | BPF_MOV | BPF_X, R6, R1, 0, 0),
        OP(BPF_LDX | BPF_MEM | BPF_W, R0, R6, offsetof(struct __sk_buff, ifindex), 0),
        JUMP_IF(R0, BPF_JEQ, (int32_t)interface, 2),
        OP(BPF_ALU64 | BPF_MOV | BPF_K, R0, 0, 0, (int32_t)interface),
        JUMP_IF(R0, BPF_JNE, 0, 34),
        STORE(KEY, 32 + 128),
        STORE(KEY_IP + 4, 0),
        STORE(KEY_IP + 8, 0),
        STORE(KEY_IP + 12, 0),
        LOAD_BYTE(0),
        OP(BPF_ALU64 | BPF_RSH | BPF_K, R0, 0, 0, 4),
        JUMP_IF(R0, BPF_JEQ, 4, 15),
        JUMP_IF(R0, BPF_JNE, 6, 26),
        STORE(KEY_FAMILY, 6),
        COPY_WORD(8, KEY_IP),
        COPY_WORD(12, KEY_IP + 4),
        COPY_WORD(16, KEY_IP + 8),
        COPY_WORD(20, KEY_IP + 12),
        JUMP(4),
        STORE(KEY_FAMILY, 4),
        COPY_WORD(12, KEY_IP),
        OP(BPF_LD | BPF_DW | BPF_IMM, R1, BPF_PSEUDO_MAP_FD, 0, map),
        OP(0, 0, 0, 0, 0), /* the upper half of the descriptor */
        OP(BPF_ALU64 | BPF_MOV | BPF_X, R2, R10, 0, 0),
        OP(BPF_ALU64 | BPF_ADD | BPF_K, R2, 0, 0, KEY),
        OP(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
        JUMP_IF(R0, BPF_JEQ, 0, 1), /* not found: R0 is the verdict already */
        OP(BPF_LDX | BPF_MEM | BPF_W, R0, R0, 0, 0),
        OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
        OP(BPF_ALU64 | BPF_MOV | BPF_K, R0, 0, 0, 0), /* neither IPv4 nor IPv6 */
        OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    };
    union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
                           .insn_cnt = sizeof code / sizeof code[0],
                           .insns = (uint64_t)(uintptr_t)code,
                           .license = (uint64_t)(uintptr_t) "BSD"};

    return call_bpf(BPF_PROG_LOAD, &attr);
}

static int32_t attach(int fd, int map, uint32_t interface)
{
    int prog = load_program(map, interface), kept_errno;
    int32_t err = ZTRUNK_OK;

    if (prog < 0) return ZTRUNK_E_SYSTEM;
    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof prog) != 0) err = ZTRUNK_E_SYSTEM;
    kept_errno = errno;
    close(prog);
    errno = kept_errno;
    return err;
}

int32_t zti_filter_map_attach(int fd, const ztrunk_prefix *prefixes, uint32_t count)
{
    int map = make_map(count > 0 ? count : 1), kept_errno;
    int32_t err = ZTRUNK_OK;

    if (map < 0) return ZTRUNK_E_SYSTEM;
    for (uint32_t i = 0; i < count && err == ZTRUNK_OK; i++) err = add_prefix(map, &prefixes[i]);
    if (err == ZTRUNK_OK) err = attach(fd, map, zti_filter_interface(prefixes, count));
    kept_errno = errno;
    close(map); /* the program holds it */
    errno = kept_errno;
    return err;
}
