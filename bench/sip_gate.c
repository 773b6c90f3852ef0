/* sip_gate.c - what the gate and the index of one message cost, beside libre's sip_msg_decode, and
 * the worst that any of the given messages costs. Run: sip_gate [invite.sip [other.sip ...]]. */
#include "wire/re_glue.h"

#include <zerotrunk/sip.h>
#include "bench.h"

enum { ROUNDS = 11, PARSES = 20000, INPUT_BOUND = 1 << 21 };

static uint8_t input[INPUT_BOUND];
static uint32_t check;

/* The processor's time, so that what else runs on the machine is left out. */
static uint64_t cpu_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static size_t load(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(input, 1, sizeof input, file) : 0;

    if (file != NULL) fclose(file);
    if (len == 0) fprintf(stderr, "bench/sip_gate: cannot read %s\n", path);
    return len;
}

static void parse_ours(ztrunk_ctx *ctx, size_t len)
{
    ztrunk_sip_info info = {.size = sizeof info};
    ztrunk_sip_msg *m = NULL;

    if (ztrunk_sip_msg_parse(ctx, NULL, input, len, &m) != ZTRUNK_OK) return;
    (void)ztrunk_sip_msg_info(m, &info);
    check += info.cseq;
    ztrunk_sip_msg_free(m);
}

static void parse_libre(struct mbuf *mb, size_t len)
{
    struct sip_msg *m = NULL;

    mb->pos = mb->end = 0;
    (void)mbuf_write_mem(mb, input, len);
    mb->pos = 0;
    if (sip_msg_decode(&m, mb) != 0) return;
    check += m->cseq.num;
    mem_deref(m);
}

static void compare(ztrunk_ctx *ctx, size_t len)
{
    struct mbuf *mb = mbuf_alloc(len + 1);
    double ours[ROUNDS], theirs[ROUNDS], a, b;

    for (int r = 0; r < ROUNDS; r++) {
        uint64_t t0 = cpu_now(), t1, t2;

        for (int i = 0; i < PARSES; i++) parse_ours(ctx, len);
        t1 = cpu_now();
        for (int i = 0; i < PARSES; i++) parse_libre(mb, len);
        t2 = cpu_now();
        ours[r] = (double)(t1 - t0) / PARSES;
        theirs[r] = (double)(t2 - t1) / PARSES;
    }
    a = bench_median(ours, ROUNDS);
    b = bench_median(theirs, ROUNDS);
    printf("%zu bytes: gate and index %.0f ns, libre sip_msg_decode %.0f ns: %.1f times faster\n",
           len, a, b, b / a);
    mem_deref(mb);
}

static double worst_of(ztrunk_ctx *ctx, size_t len)
{
    double least = 1e18;

    for (int i = 0; i < 5; i++) {
        uint64_t start = cpu_now();
        double took;

        parse_ours(ctx, len);
        took = (double)(cpu_now() - start);
        if (took < least) least = took;
    }
    return least;
}

/* The same hostile From at four lengths, for both. */
static void colons(ztrunk_ctx *ctx)
{
    for (size_t size = 1024; size <= 8000; size *= 2) {
        size_t len = (size_t)snprintf((char *)input, 128, "OPTIONS sip:a@b SIP/2.0\r\nFrom: ");
        struct mbuf *mb = mbuf_alloc(size + 256);
        uint64_t start;
        double ours;

        for (size_t i = 0; i < size; i++) input[len++] = ':';
        len +=
            (size_t)snprintf((char *)input + len, 128, "%s\r\nVia: SIP/2.0/UDP a;branch=1\r\n\r\n",
                             " 1 <sip:a@trunk.example>;tag=1");
        ours = worst_of(ctx, len);
        start = cpu_now();
        parse_libre(mb, len);
        printf("From of %zu colons: ours %.1f us, libre %.1f us\n", size, ours / 1e3,
               (double)(cpu_now() - start) / 1e3);
        mem_deref(mb);
    }
}

/* The longest head that the bounds let in, of the shapes that make readers search. */
static void worst(ztrunk_ctx *ctx)
{
    static const char *const units[] = {"<sip:a>,", ";a=\"b\"", "a ", ":", "\"", "\\", "%61"};
    double most = 0;

    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        size_t len = (size_t)snprintf((char *)input, 128, "OPTIONS sip:a@b SIP/2.0\r\n"), unit;

        unit = strlen(units[u]);
        while (len + 8192 < 65536 - 4) {
            size_t end = len + 8100;

            len += (size_t)snprintf((char *)input + len, 128, "Contact: <sip:a>");
            for (; len < end; len += unit) memcpy(input + len, units[u], unit);
            len += (size_t)snprintf((char *)input + len, 128, "\r\n");
        }
        len += (size_t)snprintf((char *)input + len, 128, "\r\n");
        if (worst_of(ctx, len) > most) most = worst_of(ctx, len);
    }
    printf("worst of %zu hostile shapes of 64 KiB: %.0f us\n", sizeof units / sizeof units[0],
           most / 1e3);
}

int main(int argc, char **argv)
{
    ztrunk_ctx *ctx = NULL;
    double most = 0;
    size_t len;

    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return 1;
    len = load(argc > 1 ? argv[1] : "bench/messages/invite.sip");
    if (len == 0) return 1;
    compare(ctx, len);
    for (int i = 2; i < argc; i++) {
        double took = worst_of(ctx, load(argv[i]));

        if (took > most) most = took;
    }
    if (argc > 2) printf("worst of %d messages: %.0f us\n", argc - 2, most / 1e3);
    colons(ctx);
    worst(ctx);
    ztrunk_ctx_free(ctx);
    return check == 0;
}
