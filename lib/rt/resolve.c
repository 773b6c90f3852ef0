/* resolve.c - RFC 3263 4.2 for one domain, over libre's DNS client.
 *
 * libre 1.1 counts its retransmissions by gettimeofday, which jumps: a timer of ours bounds each
 * query. done is called from that timer alone, never from within libre, so that it may free all. */
#include "rt/loop.h"

#include <string.h>
#include "base/addr.h"
#include "base/ctx.h"
#include "rt/hosts.h"
#include "rt/re_rt.h"
#include "rt/resolve.h"
#include "rt/srv.h"

#define QUERY_NS       (5 * ZTI_SECOND)
#define GRACE_NS       ZTI_SECOND /* for AAAA when A has answered, and the other way */
#define MAX_QUERIES    256
#define MAX_ADDRS      32
#define MAX_PER_LOOKUP 8
#define MAX_SERVERS    4
#define NAME_SIZE      256

typedef struct lookup {
    struct query *query;
    struct dns_query *dns;
    uint16_t type, port;
    uint32_t count;
    ztrunk_addr addrs[MAX_PER_LOOKUP];
} lookup;

typedef struct query {
    ztrunk_resolver *resolver;
    struct query *next, *prev;
    zti_timer timer;
    void (*done)(void *opaque, int32_t error, const ztrunk_addr *addrs, uint32_t count);
    void *opaque;
    char host[NAME_SIZE];
    uint32_t transport, open, is_done;
    uint64_t deadline_ns;
    int32_t error;
    struct dns_query *srv_dns;
    zti_srv srv[ZTI_SRV_MAX];
    uint32_t srv_count, lookup_count, is_offered; /* offered: there were SRV records at all */
    lookup lookups[2 * ZTI_SRV_MAX];
    ztrunk_addr addrs[MAX_ADDRS];
    uint32_t count;
} query;

struct ztrunk_resolver {
    ztrunk_rt *rt;
    struct dnsc *dnsc; /* NULL: libre could not open its sockets */
    query *queries;
    uint32_t count;
};

/* ---- one query's end ---- */

static void query_free(query *q)
{
    ztrunk_resolver *r = q->resolver;

    mem_deref(q->srv_dns);
    for (uint32_t i = 0; i < q->lookup_count; i++) mem_deref(q->lookups[i].dns);
    zti_timer_end(&q->timer);
    if (q->prev != NULL)
        q->prev->next = q->next;
    else
        r->queries = q->next;
    if (q->next != NULL) q->next->prev = q->prev;
    r->count--;
    zti_free(r->rt->ctx, q);
}

static void finish_later(query *q, int32_t error)
{
    q->is_done = 1;
    q->error = error;
    ztrunk_rt_timer_set(&q->timer, 1);
}

static void add_addr(query *q, const ztrunk_addr *addr, uint16_t port)
{
    ztrunk_addr a = *addr;

    a.port = port;
    for (uint32_t i = 0; i < q->count; i++)
        if (ztrunk_addr_equal(&q->addrs[i], &a)) return;
    if (q->count < MAX_ADDRS) q->addrs[q->count++] = a;
}

static void gather(query *q)
{
    for (uint32_t i = 0; i < q->lookup_count; i++)
        for (uint32_t k = 0; k < q->lookups[i].count; k++)
            add_addr(q, &q->lookups[i].addrs[k], q->lookups[i].port);
}

static void on_due(void *opaque)
{
    query *q = opaque;
    void (*done)(void *, int32_t, const ztrunk_addr *, uint32_t) = q->done;
    void *done_opaque = q->opaque;
    ztrunk_addr addrs[MAX_ADDRS];
    uint32_t count;
    int32_t error = q->is_done ? q->error : ZTRUNK_E_EXPIRED;

    gather(q);
    count = q->count;
    memcpy(addrs, q->addrs, sizeof addrs);
    if (count > 0)
        error = ZTRUNK_OK;
    else if (error == ZTRUNK_OK)
        error = ZTRUNK_E_NOTFOUND;
    query_free(q);
    done(done_opaque, error, addrs, count);
}

/* ---- A and AAAA ---- */

static void take_address(lookup *l, const struct dnsrr *rr)
{
    ztrunk_addr a = {0};

    if (rr->type != l->type || rr->dnsclass != DNS_CLASS_IN) return;
    if (l->count == MAX_PER_LOOKUP) return;
    if (rr->type == DNS_TYPE_A) {
        uint32_t ip = htonl(rr->rdata.a.addr);

        a.family = 4;
        memcpy(a.ip, &ip, 4);
    } else {
        a.family = 6;
        memcpy(a.ip, rr->rdata.aaaa.addr, 16);
        zti_ip_unmap(&a);
    }
    l->addrs[l->count++] = a;
}

/* Names are not compared: the server answered this question, by way of its CNAMEs. */
static void on_address(int err, const struct dnshdr *hdr, struct list *answers, struct list *authl,
                       struct list *addl, void *opaque)
{
    lookup *l = opaque;
    query *q = l->query;

    (void)authl;
    (void)addl;
    if (err == 0 && hdr != NULL && hdr->rcode == DNS_RCODE_OK)
        for (struct le *le = list_head(answers); le != NULL; le = le->next)
            take_address(l, le->data);
    if (--q->open == 0)
        finish_later(q, ZTRUNK_OK);
    else if (l->count > 0)
        ztrunk_rt_timer_set(&q->timer, zti_time_min(q->deadline_ns,
                                                    zti_time_add(ztrunk_rt_now_ns(), GRACE_NS)));
}

static void look_up(query *q, const char *name, uint16_t port, uint16_t type)
{
    lookup *l = &q->lookups[q->lookup_count++];

    *l = (lookup){.query = q, .type = type, .port = port};
    if (dnsc_query(&l->dns, q->resolver->dnsc, name, type, DNS_CLASS_IN, true, on_address, l) == 0)
        q->open++;
}

static void look_up_all(query *q)
{
    for (uint32_t i = 0; i < q->srv_count; i++) {
        look_up(q, q->srv[i].target, q->srv[i].port, DNS_TYPE_A);
        look_up(q, q->srv[i].target, q->srv[i].port, DNS_TYPE_AAAA);
    }
    if (q->open == 0) finish_later(q, ZTRUNK_E_NOTFOUND);
}

static uint16_t default_port(uint32_t transport)
{
    return transport == ZTRUNK_NET_TLS ? 5061 : 5060;
}

static void look_up_host(query *q, uint16_t port)
{
    q->srv_count = 1;
    q->srv[0].port = port;
    memcpy(q->srv[0].target, q->host, sizeof q->host);
    look_up_all(q);
}

/* ---- SRV ---- */

static void take_srv(query *q, const struct dnsrr *rr)
{
    zti_srv *s = &q->srv[q->srv_count];
    size_t len;

    if (rr->type != DNS_TYPE_SRV || rr->dnsclass != DNS_CLASS_IN) return;
    q->is_offered = 1;
    len = rr->rdata.srv.target != NULL ? strlen(rr->rdata.srv.target) : 0;
    /* RFC 2782: the target "." says that there is no such service. */
    if (len == 0 || len >= sizeof s->target || q->srv_count == ZTI_SRV_MAX) return;
    *s = (zti_srv){.priority = rr->rdata.srv.pri, .weight = rr->rdata.srv.weight};
    s->port = rr->rdata.srv.port;
    memcpy(s->target, rr->rdata.srv.target, len + 1);
    q->srv_count++;
}

static void on_srv(int err, const struct dnshdr *hdr, struct list *answers, struct list *authl,
                   struct list *addl, void *opaque)
{
    query *q = opaque;

    (void)authl;
    (void)addl;
    if (err == 0 && hdr != NULL && hdr->rcode == DNS_RCODE_OK)
        for (struct le *le = list_head(answers); le != NULL; le = le->next) take_srv(q, le->data);
    if (!q->is_offered) {
        look_up_host(q, default_port(q->transport));
        return;
    }
    if (zti_srv_order(q->resolver->rt->ctx, q->srv, q->srv_count) != ZTRUNK_OK)
        finish_later(q, ZTRUNK_E_CRYPTO);
    else
        look_up_all(q);
}

static void ask_srv(query *q)
{
    static const char *const services[] = {[ZTRUNK_NET_UDP] = "_sip._udp.",
                                           [ZTRUNK_NET_TCP] = "_sip._tcp.",
                                           [ZTRUNK_NET_TLS] = "_sips._tcp."};
    char name[NAME_SIZE + 16];

    snprintf(name, sizeof name, "%s%s", services[q->transport], q->host);
    if (dnsc_query(&q->srv_dns, q->resolver->dnsc, name, DNS_TYPE_SRV, DNS_CLASS_IN, true, on_srv,
                   q) != 0)
        look_up_host(q, default_port(q->transport));
}

/* ---- the question ---- */

static uint32_t is_name(zti_str name)
{
    size_t label = 0;

    if (name.len == 0 || name.len > 253) return 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.p[i];

        label = c == '.' ? 0 : label + 1;
        if (label > 63 || (c == '.' && (i == 0 || name.p[i - 1] == '.'))) return 0;
        if (!zti_is_alnum(c) && c != '-' && c != '_' && c != '.') return 0;
    }
    return 1;
}

/* Without asking anybody: a numeric host, and what the machine's own file says. */
static uint32_t is_known(query *q, uint16_t port)
{
    zti_str host = zti_str_of(q->host);
    ztrunk_addr found[MAX_PER_LOOKUP];
    uint32_t count;

    if (port == 0) port = default_port(q->transport);
    count = zti_hosts_find("/etc/hosts", host, found, MAX_PER_LOOKUP);
    for (uint32_t i = 0; i < count; i++) add_addr(q, &found[i], port);
    return q->count > 0;
}

static int32_t query_new(ztrunk_resolver *r, zti_str host, query **out)
{
    query *q = zti_calloc(r->rt->ctx, sizeof *q);
    int32_t err;

    if (q == NULL) return ZTRUNK_E_NOMEM;
    err = zti_timer_init(r->rt, &q->timer, on_due, q);
    if (err != ZTRUNK_OK) {
        zti_free(r->rt->ctx, q);
        return err;
    }
    q->resolver = r;
    memcpy(q->host, host.p, host.len);
    q->next = r->queries;
    if (r->queries != NULL) r->queries->prev = q;
    r->queries = q;
    r->count++;
    *out = q;
    return ZTRUNK_OK;
}

static void start(query *q, const ztrunk_addr *numeric, uint16_t port)
{
    q->deadline_ns = zti_time_add(ztrunk_rt_now_ns(), QUERY_NS);
    ztrunk_rt_timer_set(&q->timer, q->deadline_ns);
    if (numeric != NULL) {
        add_addr(q, numeric, port != 0 ? port : default_port(q->transport));
        finish_later(q, ZTRUNK_OK);
        return;
    }
    if (is_known(q, port))
        finish_later(q, ZTRUNK_OK);
    else if (q->resolver->dnsc == NULL)
        finish_later(q, ZTRUNK_E_SYSTEM);
    else if (port == 0)
        ask_srv(q);
    else
        look_up_host(q, port);
}

int32_t ztrunk_resolver_query(ztrunk_resolver *r, const char *host, uint16_t port,
                              uint32_t transport,
                              void (*done)(void *opaque, int32_t error, const ztrunk_addr *addrs,
                                           uint32_t count),
                              void *opaque)
{
    zti_str name = zti_str_of(host);
    ztrunk_addr numeric;
    uint32_t is_numeric;
    query *q;
    int32_t err;

    if (r == NULL || host == NULL || done == NULL) return ZTRUNK_E_INVALID;
    if (transport < ZTRUNK_NET_UDP || transport > ZTRUNK_NET_TLS) return ZTRUNK_E_INVALID;
    is_numeric = ztrunk_addr_parse(host, name.len, &numeric) == ZTRUNK_OK && numeric.port == 0;
    if (name.len > 1 && name.p[name.len - 1] == '.') name.len--;
    if (!is_numeric && !is_name(name)) return ZTRUNK_E_INVALID;
    if (r->count >= MAX_QUERIES) return ZTRUNK_E_LIMIT;
    err = query_new(r, name, &q);
    if (err != ZTRUNK_OK) return err;
    q->transport = transport;
    q->done = done;
    q->opaque = opaque;
    start(q, is_numeric ? &numeric : NULL, port);
    return ZTRUNK_OK;
}

/* ---- the resolver ---- */

static int set_server(struct sa *sa, const ztrunk_addr *server)
{
    char text[64];
    ztrunk_addr ip = *server;
    size_t len;

    ip.port = 0;
    if (ztrunk_addr_format(&ip, text, sizeof text, &len) != ZTRUNK_OK) return -1;
    return sa_set_str(sa, text, server->port != 0 ? server->port : DNS_PORT);
}

static uint32_t find_servers(const ztrunk_addr *server, struct sa *servers)
{
    char domain[NAME_SIZE];
    uint32_t count = MAX_SERVERS;

    if (server != NULL && server->family != 0) return set_server(&servers[0], server) == 0;
    return dns_srv_get(domain, sizeof domain, servers, &count) == 0 ? count : 0;
}

int32_t ztrunk_resolver_new(ztrunk_rt *rt, const ztrunk_addr *server, ztrunk_resolver **out)
{
    struct sa servers[MAX_SERVERS];
    ztrunk_resolver *r;

    if (rt == NULL || out == NULL) return ZTRUNK_E_INVALID;
    r = zti_calloc(rt->ctx, sizeof *r);
    if (r == NULL) return ZTRUNK_E_NOMEM;
    r->rt = rt;
    /* Without DNS (no IPv6 in the kernel: libre wants both) numbers and /etc/hosts still work. */
    if (dnsc_alloc(&r->dnsc, NULL, servers, find_servers(server, servers)) != 0) r->dnsc = NULL;
    *out = r;
    return ZTRUNK_OK;
}

struct dnsc *zti_resolver_dnsc(ztrunk_resolver *r)
{
    return r->dnsc;
}

void ztrunk_resolver_free(ztrunk_resolver *r)
{
    if (r == NULL) return;
    while (r->queries != NULL) query_free(r->queries);
    mem_deref(r->dnsc);
    zti_free(r->rt->ctx, r);
}
