/* door [COUNT] - the heap that a half-open TLS connection takes: at the door, where it has said
 * nothing, and in the handshake, where its ClientHello is answered and it has fallen silent. From
 * 30 addresses of the loopback. Run it in the build folder; top_srcdir names the sources. */
#include <arpa/inet.h>
#include <malloc.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zerotrunk/rt.h>
#include "bench.h"

#define SOURCES 30

static ztrunk_rt *rt;
static ztrunk_net *net;
static ztrunk_rt_timer *timer;
static int *sockets, count, dialled, answered;
static uint8_t *is_answered;
static int (*is_over)(void);

static void must(int is_well, const char *what)
{
    if (is_well) return;
    fprintf(stderr, "%s failed\n", what);
    exit(1);
}

static uint8_t *slurp(const char *name, size_t *len)
{
    static uint8_t data[16384];
    const char *top = getenv("top_srcdir");
    char path[1024];
    FILE *file;

    snprintf(path, sizeof path, "%s/tests/vectors/rt/%s", top != NULL ? top : "..", name);
    file = fopen(path, "rb");
    must(file != NULL, path);
    *len = fread(data, 1, sizeof data, file);
    fclose(file);
    return data;
}

static ztrunk_tls_conf *conf_of(ztrunk_ctx *ctx, uint32_t role)
{
    ztrunk_tls_opts opts = {.size = sizeof opts, .role = role, .handshake_ns = UINT64_MAX / 2};
    static uint8_t cert[16384];
    ztrunk_tls_conf *conf;
    size_t cert_len, len;
    uint8_t *data = slurp("edge.pem", &cert_len);

    for (size_t i = 0; i < cert_len; i++) cert[i] = data[i];
    must(ztrunk_tls_conf_new(ctx, &opts, &conf) == ZTRUNK_OK, "a conf");
    data = slurp("edge-key.pem", &len);
    must(ztrunk_tls_conf_identity(conf, cert, cert_len, data, len) == ZTRUNK_OK, "an identity");
    data = slurp("ca.pem", &len);
    must(ztrunk_tls_conf_trust(conf, data, len) == ZTRUNK_OK, "an anchor");
    return conf;
}

static size_t heap(void)
{
    struct mallinfo2 m = mallinfo2();

    return m.uordblks + m.hblkhd;
}

static size_t resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    size_t pages = 0, ignored;

    must(file != NULL && fscanf(file, "%zu %zu", &ignored, &pages) == 2, "statm");
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static int all_stand(void)
{
    ztrunk_net_stats stats = {.size = sizeof stats};

    ztrunk_net_get_stats(net, &stats);
    return stats.pending == (uint64_t)dialled;
}

static int all_answered(void)
{
    uint8_t data[4096];

    for (int i = 0; i < count; i++) {
        if (is_answered[i]) continue;
        is_answered[i] = recv(sockets[i], data, sizeof data, MSG_DONTWAIT) > 0;
        answered += is_answered[i];
    }
    return answered == count;
}

static void on_tick(void *opaque)
{
    (void)opaque;
    if (is_over())
        ztrunk_rt_stop(rt);
    else
        ztrunk_rt_timer_set(timer, ztrunk_rt_now_ns() + 5000000);
}

static void run_until(int (*fn)(void))
{
    is_over = fn;
    ztrunk_rt_timer_set(timer, 1);
    must(ztrunk_rt_run(rt) == ZTRUNK_OK, "the loop");
}

static void dial(int i, const ztrunk_addr *to)
{
    struct sockaddr_in from = {.sin_family = AF_INET}, sa = {.sin_family = AF_INET};

    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (uint32_t)i % SOURCES);
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sa.sin_port = htons(to->port);
    sockets[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    must(sockets[i] >= 0 && bind(sockets[i], (struct sockaddr *)&from, sizeof from) == 0, "bind");
    connect(sockets[i], (struct sockaddr *)&sa, sizeof sa);
    dialled++;
}

static void report(const char *where, size_t heap_before, size_t resident_before)
{
    printf("%-16s %6zu bytes of heap, %6zu resident, each of %d\n", where,
           (heap() - heap_before) / (size_t)count, (resident() - resident_before) / (size_t)count,
           count);
}

static void measure(ztrunk_tls_conf *client, const ztrunk_addr *to)
{
    size_t heap_before = heap(), resident_before = resident(), len = 0;
    uint8_t hello[4096];
    ztrunk_tls *tls;

    for (int i = 0; i < count; i++) {
        dial(i, to);
        if (i % 256 == 255) run_until(all_stand);
    }
    run_until(all_stand);
    report("at the door", heap_before, resident_before);
    must(ztrunk_tls_new(client, "edge.test", 0, 0, &tls) == ZTRUNK_OK &&
             ztrunk_tls_pull(tls, hello, sizeof hello, &len) == ZTRUNK_OK,
         "a ClientHello");
    ztrunk_tls_free(tls);
    for (int i = 0; i < count; i++) must(send(sockets[i], hello, len, 0) == (ssize_t)len, "send");
    run_until(all_answered);
    report("in the handshake", heap_before, resident_before);
}

int main(int argc, char **argv)
{
    ztrunk_net_opts opts = {.size = sizeof opts,
                            .handshake_threads = 2,
                            .hello_ns = UINT64_MAX / 2};
    ztrunk_addr addr = {.family = 4, .ip = {127, 0, 0, 1}};
    struct rlimit files;
    ztrunk_tls_conf *server, *client;
    ztrunk_ctx *ctx;
    uint64_t id;

    count = argc > 1 ? atoi(argv[1]) : 3000;
    sockets = calloc((size_t)count, sizeof *sockets);
    is_answered = calloc((size_t)count, 1);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    opts.max_pending = opts.max_pending_source = opts.max_shaking_source = (uint32_t)count;
    opts.max_flows_source = opts.max_flows = (uint32_t)count;
    must(ztrunk_ctx_new(&ctx) == ZTRUNK_OK && ztrunk_rt_new(ctx, &rt) == ZTRUNK_OK, "a loop");
    must(ztrunk_rt_timer_new(rt, on_tick, NULL, &timer) == ZTRUNK_OK, "a timer");
    must(ztrunk_net_new(rt, &opts, NULL, &net) == ZTRUNK_OK, "the transports");
    server = conf_of(ctx, ZTRUNK_TLS_SERVER);
    client = conf_of(ctx, ZTRUNK_TLS_CLIENT);
    must(ztrunk_net_listen(net, ZTRUNK_NET_TLS, &addr, server, &id) == ZTRUNK_OK, "listen");
    ztrunk_net_listener_addr(net, id, &addr);
    measure(client, &addr);
    ztrunk_net_free(net);
    ztrunk_rt_timer_free(timer);
    ztrunk_rt_free(rt);
    ztrunk_tls_conf_free(server);
    ztrunk_tls_conf_free(client);
    ztrunk_ctx_free(ctx);
    for (int i = 0; i < count; i++) close(sockets[i]);
    free(sockets);
    free(is_answered);
    return 0;
}
