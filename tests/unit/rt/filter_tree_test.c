#include "rt/filter_tree.h"

#include <string.h>
#include <zerotrunk/allow.h>
#include "unit.h"

enum { LIST = 4096 };

static struct sock_filter code[BPF_MAXINSNS];
static uint16_t code_len;
static uint32_t steps; /* of the last run */
static ztrunk_prefix prefixes[LIST];
static ztrunk_allow_entry entries[LIST];

static uint32_t dice_state = 1;

static uint32_t dice(uint32_t sides)
{
    dice_state = dice_state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(dice_state >> 8) * sides >> 24);
}

/* ---- a machine for the part of classic BPF that the kernel runs here ---- */

static int read_header(const uint8_t *packet, uint32_t len, uint32_t k, uint32_t size, uint32_t *a)
{
    uint32_t at = k - (uint32_t)SKF_NET_OFF;

    if (at > len || len - at < size) return 0;
    *a = 0;
    for (uint32_t i = 0; i < size; i++) *a = *a << 8 | packet[at + i];
    return 1;
}

static uint32_t run(const uint8_t *packet, uint32_t len)
{
    uint32_t a = 0, pc = 0;

    for (steps = 1;; steps++) {
        const struct sock_filter *i = &code[pc++];
        uint32_t is_so = 0;

        if (pc > code_len) ck_abort_msg("a jump leaves the program");
        switch (i->code) {
        case BPF_RET | BPF_K:
            return i->k;
        case BPF_LD | BPF_B | BPF_ABS:
            if (!read_header(packet, len, i->k, 1, &a)) return 0;
            continue;
        case BPF_LD | BPF_W | BPF_ABS:
            if (!read_header(packet, len, i->k, 4, &a)) return 0;
            continue;
        case BPF_ALU | BPF_RSH | BPF_K:
            a >>= i->k;
            continue;
        case BPF_JMP | BPF_JA:
            pc += i->k;
            continue;
        case BPF_JMP | BPF_JEQ | BPF_K:
            is_so = a == i->k;
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
            is_so = a > i->k;
            break;
        case BPF_JMP | BPF_JGE | BPF_K:
            is_so = a >= i->k;
            break;
        default:
            ck_abort_msg("an instruction that is not expected: %x", i->code);
        }
        pc += is_so ? i->jt : i->jf;
    }
}

static uint32_t admits(const ztrunk_addr *from)
{
    uint8_t packet[40] = {from->family == 4 ? 0x45 : 0x60};
    uint32_t verdict;

    if (from->family == 4)
        memcpy(packet + 12, from->ip, 4);
    else
        memcpy(packet + 8, from->ip, 16);
    verdict = run(packet, from->family == 4 ? 20 : 40);
    if (verdict != 0 && verdict != UINT32_MAX) ck_abort_msg("packets are cut");
    return verdict != 0;
}

/* ---- lists ---- */

static ztrunk_addr random_addr(uint32_t family, uint32_t is_narrow)
{
    ztrunk_addr a = {.family = (uint8_t)family};

    /* Narrow: few different bytes, so that prefixes nest and addresses hit them. */
    for (uint32_t i = 0; i < (family == 4 ? 4u : 16u); i++)
        a.ip[i] = (uint8_t)(!is_narrow ? dice(256) : dice(2) != 0 ? dice(4) : dice(2) * 255);
    return a;
}

static void cut(ztrunk_prefix *p)
{
    for (uint32_t bit = p->bits; bit < 128; bit++)
        p->addr.ip[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
}

static ztrunk_prefix random_prefix(uint32_t is_narrow)
{
    uint32_t family = dice(2) != 0 ? 4 : 6, longest = family == 4 ? 32 : 128;
    ztrunk_prefix p = {.addr = random_addr(family, is_narrow)};

    p.bits = is_narrow ? dice(longest + 1) : longest / 2 + dice(longest / 2 + 1);
    /* One in sixteen is IPv4 in IPv6's spelling. */
    if (family == 6 && dice(16) == 0) {
        memset(p.addr.ip, 0, 10);
        p.addr.ip[10] = p.addr.ip[11] = 0xff;
        p.bits = 96 + dice(33);
    }
    cut(&p);
    return p;
}

static void compile(uint32_t count)
{
    ck_assert_int_eq(zti_filter_compile(prefixes, count, code, &code_len), ZTRUNK_OK);
}

/* On the wire an IPv6 source is never a mapped one: the kernel drops it (RFC 4291 2.5.5.2 is for
 * inside a node). */
static uint32_t is_mapped(const ztrunk_addr *a)
{
    static const uint8_t mapped[12] = {[10] = 0xff, 0xff};

    return a->family == 6 && memcmp(a->ip, mapped, 12) == 0;
}

static void same_verdict(const ztrunk_allow *allow, const ztrunk_addr *a)
{
    uint32_t want = ztrunk_allow_check(allow, a, NULL) == ZTRUNK_OK;

    /* Checked without a macro, which would write to a file each time. */
    if (!is_mapped(a) && admits(a) != want) ck_assert_uint_eq(admits(a), want);
}

static void step(ztrunk_addr *a, int up)
{
    for (uint32_t i = a->family == 4 ? 4 : 16; i-- > 0;) {
        a->ip[i] = (uint8_t)(up ? a->ip[i] + 1 : a->ip[i] - 1);
        if (a->ip[i] != (up ? 0 : 255)) return;
    }
}

/* The first and the last address of each prefix, and what stands beside them. */
static void same_at_the_edges(const ztrunk_allow *allow, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        ztrunk_addr first = prefixes[i].addr, last = first;

        for (uint32_t bit = prefixes[i].bits; bit < (first.family == 4 ? 32u : 128u); bit++)
            last.ip[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
        same_verdict(allow, &first);
        same_verdict(allow, &last);
        step(&first, 0);
        same_verdict(allow, &first);
        step(&last, 1);
        same_verdict(allow, &last);
    }
}

static void same_as_the_table(ztrunk_ctx *ctx, uint32_t count, uint32_t is_narrow)
{
    ztrunk_allow_opts opts = {.size = sizeof opts, .flags = ZTRUNK_ALLOW_ANY};
    ztrunk_allow *allow = NULL;

    for (uint32_t i = 0; i < count; i++) {
        prefixes[i] = random_prefix(is_narrow);
        entries[i] = (ztrunk_allow_entry){.prefix = prefixes[i]};
    }
    compile(count);
    ck_assert_int_eq(ztrunk_allow_new(ctx, &opts, entries, count, NULL, &allow), ZTRUNK_OK);
    same_at_the_edges(allow, count);
    for (uint32_t n = 0; n < 500; n++) {
        ztrunk_addr a = random_addr(dice(2) != 0 ? 4 : 6, is_narrow);

        same_verdict(allow, &a);
    }
    ztrunk_allow_free(allow);
}

START_TEST(any_list_gives_the_verdict_of_the_allowlist)
{
    static const uint8_t seed[32] = {3};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    for (uint32_t round = 0; round < 300; round++) same_as_the_table(ctx, dice(64), 1);
    for (uint32_t round = 0; round < 60; round++) same_as_the_table(ctx, dice(200), 0);
    same_as_the_table(ctx, 700, 0);
    same_as_the_table(ctx, 800, 0);
    ztrunk_ctx_free(ctx);
}
END_TEST

static ztrunk_prefix prefix(const char *text)
{
    ztrunk_prefix p = {0};

    ck_assert_int_eq(ztrunk_prefix_parse(text, strlen(text), &p), ZTRUNK_OK);
    return p;
}

START_TEST(no_prefix_admits_nobody)
{
    ztrunk_addr a = random_addr(4, 0), b = random_addr(6, 0);

    compile(0);
    ck_assert_uint_eq(code_len, 1);
    ck_assert_uint_eq(admits(&a), 0);
    ck_assert_uint_eq(admits(&b), 0);
}
END_TEST

START_TEST(what_is_no_whole_header_of_ip_is_dropped)
{
    uint8_t packet[40] = {0x45};

    prefixes[0] = prefix("0.0.0.0/0");
    prefixes[1] = prefix("::/0");
    prefixes[2] = prefix("2001:db8::1/128");
    prefixes[3] = prefix("192.0.2.1/32");
    compile(2);
    ck_assert_uint_eq(run(packet, 20), UINT32_MAX);
    for (uint32_t version = 0; version < 16; version++) {
        packet[0] = (uint8_t)(version << 4);
        ck_assert_uint_eq(run(packet, 40) != 0, version == 4 || version == 6);
    }
    ck_assert_uint_eq(run(packet, 0), 0);
    prefixes[0] = prefixes[2];
    prefixes[1] = prefixes[3];
    compile(2);
    packet[0] = 0x45;
    memcpy(packet + 12, prefixes[1].addr.ip, 4);
    ck_assert_uint_eq(run(packet, 15), 0);
    ck_assert_uint_eq(run(packet, 16), UINT32_MAX);
    packet[0] = 0x60;
    memcpy(packet + 8, prefixes[0].addr.ip, 16);
    ck_assert_uint_eq(run(packet, 23), 0);
    ck_assert_uint_eq(run(packet, 24), UINT32_MAX);
}
END_TEST

START_TEST(bits_behind_the_length_do_not_matter)
{
    ztrunk_addr in = {.family = 4, .ip = {10, 0, 0, 1}}, out = {.family = 4, .ip = {11}};

    prefixes[0] = (ztrunk_prefix){.addr = {.family = 4, .ip = {10, 9, 9, 9}}, .bits = 8};
    compile(1);
    ck_assert_uint_eq(admits(&in), 1);
    ck_assert_uint_eq(admits(&out), 0);
}
END_TEST

START_TEST(a_prefix_that_does_not_exist_is_refused)
{
    static const ztrunk_prefix bad[] = {{.addr = {.family = 5}, .bits = 1},
                                        {.addr = {.family = 0}},
                                        {.addr = {.family = 4}, .bits = 33},
                                        {.addr = {.family = 6}, .bits = 129}};

    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(zti_filter_compile(&bad[i], 1, code, &code_len), ZTRUNK_E_INVALID);
}
END_TEST

/* /32s that do not touch. */
static void separate(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t ip = i * 2654435u | 1;

        prefixes[i] = (ztrunk_prefix){.addr = {.family = 4}, .bits = 32};
        for (uint32_t b = 0; b < 4; b++) prefixes[i].addr.ip[b] = (uint8_t)(ip >> (24 - 8 * b));
    }
}

START_TEST(a_lookup_costs_the_logarithm_of_the_list)
{
    uint32_t most = 0;

    separate(1600);
    compile(1600);
    for (uint32_t i = 0; i < 1600; i++) {
        ck_assert_uint_eq(admits(&prefixes[i].addr), 1);
        if (steps > most) most = steps;
    }
    /* 3200 bounds: 12 compares, at worst as many far jumps; version, load and return. */
    ck_assert_uint_le(most, 2 * 12 + 6);
}
END_TEST

START_TEST(what_touches_or_repeats_costs_nothing)
{
    for (uint32_t i = 0; i < LIST; i++) {
        prefixes[i] = (ztrunk_prefix){.addr = {.family = 4, .ip = {10, 0}}, .bits = 24};
        prefixes[i].addr.ip[1] = (uint8_t)(i >> 8 & 7);
        prefixes[i].addr.ip[2] = (uint8_t)i;
    }
    compile(LIST);
    ck_assert_uint_lt(code_len, 16);
}
END_TEST

START_TEST(a_list_fills_the_program_to_its_limit_and_no_further)
{
    ztrunk_addr stranger = {.family = 4, .ip = {0, 0, 0, 2}};
    uint32_t fits = 0;

    separate(LIST);
    for (uint32_t jump = 2048; jump > 0; jump /= 2)
        if (zti_filter_compile(prefixes, fits + jump, code, &code_len) == ZTRUNK_OK) fits += jump;
    ck_assert_uint_ge(fits, 1900);
    ck_assert_int_eq(zti_filter_compile(prefixes, fits + 1, code, &code_len), ZTRUNK_E_LIMIT);
    compile(fits);
    ck_assert_uint_gt(code_len, BPF_MAXINSNS - 8);
    for (uint32_t i = 0; i < fits; i++) ck_assert_uint_eq(admits(&prefixes[i].addr), 1);
    ck_assert_uint_eq(admits(&prefixes[fits].addr), 0);
    ck_assert_uint_eq(admits(&stranger), 0);
}
END_TEST

UNIT_MAIN("rt/filter_tree", any_list_gives_the_verdict_of_the_allowlist, no_prefix_admits_nobody,
          what_is_no_whole_header_of_ip_is_dropped, bits_behind_the_length_do_not_matter,
          a_prefix_that_does_not_exist_is_refused, a_lookup_costs_the_logarithm_of_the_list,
          what_touches_or_repeats_costs_nothing,
          a_list_fills_the_program_to_its_limit_and_no_further)
