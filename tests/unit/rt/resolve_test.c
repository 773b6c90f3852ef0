#include "rt/loop.h"

#include <sys/epoll.h>
#include "rig.h"
#include "rt/hosts.h"

/* A name server on the test's own loop. It answers from the records, and is mute for others'. */
typedef struct record {
    const char *name;
    uint16_t type; /* 1 A, 5 CNAME, 28 AAAA, 33 SRV */
    uint16_t priority, weight, port;
    const char *data; /* address or name */
} record;

typedef struct message {
    uint8_t data[4096];
    size_t len;
} message;

static const record *records;
static size_t record_count;
static uint32_t questions, is_mute, is_broken;
static int server = -1;
static zti_watch server_watch;
static ztrunk_resolver *resolver;

static struct {
    uint32_t calls, count;
    int32_t error;
    ztrunk_addr addrs[32];
} got;

static void put16(message *m, uint32_t value)
{
    m->data[m->len++] = (uint8_t)(value >> 8);
    m->data[m->len++] = (uint8_t)value;
}

static void put_name(message *m, const char *name)
{
    while (*name != 0) {
        size_t len = strcspn(name, ".");

        m->data[m->len++] = (uint8_t)len;
        memcpy(m->data + m->len, name, len);
        m->len += len;
        name += len + (name[len] == '.');
    }
    m->data[m->len++] = 0;
}

static void put_record(message *m, const record *r)
{
    ztrunk_addr addr;
    size_t at;

    put_name(m, r->name);
    put16(m, r->type);
    put16(m, 1);
    put16(m, 0);
    put16(m, 60);
    at = m->len;
    put16(m, 0);
    if (r->type == 33) {
        put16(m, r->priority);
        put16(m, r->weight);
        put16(m, r->port);
    }
    if (r->type == 33 || r->type == 5)
        put_name(m, r->data);
    else {
        addr = rig_addr(r->data);
        memcpy(m->data + m->len, addr.ip, addr.family == 4 ? 4 : 16);
        m->len += addr.family == 4 ? 4 : 16;
    }
    m->data[at] = (uint8_t)((m->len - at - 2) >> 8);
    m->data[at + 1] = (uint8_t)(m->len - at - 2);
}

/* The question's name in text; gives the place behind it. */
static size_t read_name(const message *m, char *text)
{
    size_t at = 12, len = 0;

    while (m->data[at] != 0) {
        size_t label = m->data[at++];

        memcpy(text + len, m->data + at, label);
        len += label;
        at += label;
        text[len++] = '.';
    }
    text[len > 0 ? len - 1 : 0] = 0;
    return at + 1;
}

static void answer(message *m)
{
    char name[256];
    size_t end = read_name(m, name) + 4;
    uint16_t type = m->data[end - 3], count = 0;

    m->len = end;
    memcpy(m->data + 2, "\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00", 10);
    for (size_t i = 0; i < record_count; i++) {
        if (strcmp(records[i].name, name) != 0) continue;
        if (records[i].type != type && records[i].type != 5) continue;
        put_record(m, &records[i]);
        count++;
        if (records[i].type != 5) continue;
        for (size_t k = 0; k < record_count; k++)
            if (strcmp(records[k].name, records[i].data) == 0 && records[k].type == type) {
                put_record(m, &records[k]);
                count++;
            }
    }
    m->data[7] = (uint8_t)count;
    if (count == 0) m->data[3] |= 3; /* NXDOMAIN */
    if (is_broken) m->data[7] = 200;
}

static void on_question(void *opaque, uint32_t events)
{
    struct sockaddr_storage from;
    socklen_t from_len = sizeof from;
    message m;
    ssize_t n = recvfrom(server, m.data, sizeof m.data, 0, (struct sockaddr *)&from, &from_len);

    (void)opaque;
    (void)events;
    if (n < 17) return;
    questions++;
    if (is_mute) return;
    m.len = (size_t)n;
    answer(&m);
    ck_assert_int_eq(sendto(server, m.data, m.len, 0, (struct sockaddr *)&from, from_len),
                     (ssize_t)m.len);
}

static void done(void *opaque, int32_t error, const ztrunk_addr *addrs, uint32_t count)
{
    ck_assert_ptr_eq(opaque, &got);
    got.calls++;
    got.error = error;
    got.count = count;
    memcpy(got.addrs, addrs, count * sizeof *addrs);
    ztrunk_rt_stop(rt);
}

static void up(const record *table, size_t count)
{
    ztrunk_addr addr = rig_loopback();

    rig_new();
    memset(&got, 0, sizeof got);
    records = table;
    record_count = count;
    questions = is_mute = is_broken = 0;
    ck_assert_int_eq(zti_sock_bind(SOCK_DGRAM, &addr, &server), ZTRUNK_OK);
    ck_assert_int_eq(zti_sock_local(server, &addr), ZTRUNK_OK);
    server_watch = (zti_watch){.fd = -1, .fn = on_question};
    ck_assert_int_eq(zti_watch_set(rt, &server_watch, server, EPOLLIN), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_resolver_new(rt, &addr, &resolver), ZTRUNK_OK);
}

static void down(void)
{
    ztrunk_resolver_free(resolver);
    zti_watch_end(rt, &server_watch);
    close(server);
    rig_free();
}

static void ask(const char *host, uint16_t port, uint32_t transport)
{
    ck_assert_int_eq(ztrunk_resolver_query(resolver, host, port, transport, done, &got), ZTRUNK_OK);
    ck_assert_uint_eq(got.calls, 0);
    rig_run();
    ck_assert_uint_eq(got.calls, 1);
}

static void check_addr(uint32_t nth, const char *text)
{
    ztrunk_addr want = rig_addr(text);

    ck_assert_uint_lt(nth, got.count);
    ck_assert_msg(ztrunk_addr_equal(&got.addrs[nth], &want), "%u: not %s", nth, text);
}

/* ---- hostile first ---- */

START_TEST(what_is_no_name_is_refused)
{
    char longest[256];
    static const char *const names[] = {"",    ".",   "a..b",         ".a",   "a b", "a\nb",
                                        "a/b", "a@b", "1.2.3.4:5060", "[::1", "a%b", "\xc3\xa4"};

    up(NULL, 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_msg(ztrunk_resolver_query(resolver, names[i], 0, ZTRUNK_NET_TLS, done, &got) ==
                          ZTRUNK_E_INVALID,
                      "%s", names[i]);
    memset(longest, 'a', sizeof longest);
    longest[64] = 0;
    ck_assert_int_eq(ztrunk_resolver_query(resolver, longest, 0, ZTRUNK_NET_TLS, done, &got),
                     ZTRUNK_E_INVALID);
    for (size_t i = 0; i < 254; i++) longest[i] = i % 64 == 63 ? '.' : 'a';
    longest[254] = 0;
    ck_assert_int_eq(ztrunk_resolver_query(resolver, longest, 0, ZTRUNK_NET_TLS, done, &got),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_resolver_query(resolver, "a", 0, 0, done, &got), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_resolver_query(resolver, "a", 0, 4, done, &got), ZTRUNK_E_INVALID);
    rig_run_for(3 * MS);
    ck_assert_uint_eq(got.calls + questions, 0);
    down();
}
END_TEST

START_TEST(a_broken_answer_is_no_address)
{
    static const record table[] = {{"pbx.test", 1, 0, 0, 0, "192.0.2.1"}};

    up(table, 1);
    is_broken = 1;
    ask("pbx.test", 5060, ZTRUNK_NET_UDP);
    ck_assert_int_eq(got.error, ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(got.count, 0);
    down();
}
END_TEST

START_TEST(a_cname_loop_ends)
{
    static const record table[] = {{"a.test", 5, 0, 0, 0, "b.test"},
                                   {"b.test", 5, 0, 0, 0, "a.test"}};

    up(table, 2);
    ask("a.test", 5060, ZTRUNK_NET_TCP);
    ck_assert_int_eq(got.error, ZTRUNK_E_NOTFOUND);
    down();
}
END_TEST

START_TEST(a_mute_server_is_given_up_on_the_monotonic_clock)
{
    uint64_t begin;

    up(NULL, 0);
    is_mute = 1;
    begin = ztrunk_rt_now_ns();
    ask("mute.test", 0, ZTRUNK_NET_TLS);
    ck_assert_int_eq(got.error, ZTRUNK_E_EXPIRED);
    ck_assert_uint_ge(ztrunk_rt_now_ns() - begin, 5000 * MS);
    ck_assert_uint_gt(questions, 1);
    down();
}
END_TEST

START_TEST(the_257th_open_query_is_refused)
{
    up(NULL, 0);
    for (int i = 0; i < 256; i++)
        ck_assert_int_eq(ztrunk_resolver_query(resolver, "192.0.2.1", 5060, 1, done, &got), 0);
    ck_assert_int_eq(ztrunk_resolver_query(resolver, "192.0.2.1", 5060, 1, done, &got),
                     ZTRUNK_E_LIMIT);
    down();
    ck_assert_uint_eq(got.calls, 0);
}
END_TEST

static void free_in_done(void *opaque, int32_t error, const ztrunk_addr *addrs, uint32_t count)
{
    ztrunk_resolver_free(resolver);
    resolver = NULL;
    done(opaque, error, addrs, count);
}

START_TEST(it_may_be_freed_from_within_an_answer)
{
    static const record table[] = {{"pbx.test", 1, 0, 0, 0, "192.0.2.1"}};

    up(table, 1);
    ck_assert_int_eq(ztrunk_resolver_query(resolver, "mute.test", 0, 3, done, &got), 0);
    ck_assert_int_eq(ztrunk_resolver_query(resolver, "pbx.test", 5060, 3, free_in_done, &got), 0);
    rig_run();
    ck_assert_uint_eq(got.calls, 1);
    down();
}
END_TEST

START_TEST(a_target_of_nothing_means_no_such_service)
{
    static const record table[] = {{"_sips._tcp.no.test", 33, 0, 0, 0, ""},
                                   {"no.test", 1, 0, 0, 0, "192.0.2.1"}};

    up(table, 2);
    ask("no.test", 0, ZTRUNK_NET_TLS);
    ck_assert_int_eq(got.error, ZTRUNK_E_NOTFOUND);
    down();
}
END_TEST

/* ---- what it is for ---- */

START_TEST(a_number_needs_no_server)
{
    up(NULL, 0);
    ask("192.0.2.9", 0, ZTRUNK_NET_TLS);
    check_addr(0, "192.0.2.9:5061");
    got.calls = 0;
    ask("2001:db8::9", 0, ZTRUNK_NET_UDP);
    check_addr(0, "[2001:db8::9]:5060");
    got.calls = 0;
    ask("[2001:db8::9]", 5070, ZTRUNK_NET_UDP);
    check_addr(0, "[2001:db8::9]:5070");
    ck_assert_uint_eq(questions, 0);
    down();
}
END_TEST

START_TEST(the_hosts_file_is_asked_first)
{
    ztrunk_addr found[8];

    /* A bare root has no such file. */
    if (zti_hosts_find("/etc/hosts", ZTI_STR("localhost"), found, 8) == 0) return;
    up(NULL, 0);
    ask("localhost", 5062, ZTRUNK_NET_TCP);
    found[0].port = 5062;
    ck_assert(ztrunk_addr_equal(&got.addrs[0], &found[0]));
    ck_assert_uint_eq(questions, 0);
    down();
}
END_TEST

START_TEST(srv_targets_come_in_order_with_their_ports)
{
    static const record table[] = {{"_sips._tcp.trunk.test", 33, 20, 0, 5062, "b.test"},
                                   {"_sips._tcp.trunk.test", 33, 10, 0, 5061, "a.test"},
                                   {"a.test", 28, 0, 0, 0, "2001:db8::a"},
                                   {"a.test", 1, 0, 0, 0, "192.0.2.10"},
                                   {"b.test", 1, 0, 0, 0, "192.0.2.20"},
                                   {"b.test", 1, 0, 0, 0, "192.0.2.21"},
                                   {"trunk.test", 1, 0, 0, 0, "192.0.2.99"}};

    up(table, 7);
    ask("trunk.test.", 0, ZTRUNK_NET_TLS);
    ck_assert_int_eq(got.error, ZTRUNK_OK);
    ck_assert_uint_eq(got.count, 4);
    check_addr(0, "192.0.2.10:5061");
    check_addr(1, "[2001:db8::a]:5061");
    check_addr(2, "192.0.2.20:5062");
    check_addr(3, "192.0.2.21:5062");
    down();
}
END_TEST

START_TEST(without_srv_the_name_itself_is_looked_up)
{
    static const record table[] = {{"pbx.test", 5, 0, 0, 0, "real.test"},
                                   {"real.test", 1, 0, 0, 0, "192.0.2.1"},
                                   {"_sips._tcp.pbx.test", 33, 0, 0, 5061, "wrong.test"}};

    up(table, 3);
    ask("pbx.test", 0, ZTRUNK_NET_TCP);
    ck_assert_uint_eq(got.count, 1);
    check_addr(0, "192.0.2.1:5060");
    got.calls = 0;
    ask("pbx.test", 5099, ZTRUNK_NET_TLS);
    ck_assert_uint_eq(got.count, 1);
    check_addr(0, "192.0.2.1:5099");
    down();
}
END_TEST

START_TEST(more_than_8_targets_and_32_addresses_are_cut)
{
    static record table[9 + 9 * 10];
    static char names[9][16], addrs[90][16];

    for (int i = 0; i < 9; i++) {
        snprintf(names[i], sizeof names[i], "t%d.test", i);
        table[i] = (record){"_sip._udp.many.test", 33, 0, 0, 5060, names[i]};
        for (int k = 0; k < 10; k++) {
            snprintf(addrs[i * 10 + k], sizeof addrs[0], "192.0.%d.%d", i, k);
            table[9 + i * 10 + k] = (record){names[i], 1, 0, 0, 0, addrs[i * 10 + k]};
        }
    }
    up(table, 99);
    ask("many.test", 0, ZTRUNK_NET_UDP);
    ck_assert_uint_eq(got.count, 32);
    ck_assert_uint_eq(questions, 1 + 2 * 8);
    down();
}
END_TEST

UNIT_MAIN("rt/resolve", what_is_no_name_is_refused, a_broken_answer_is_no_address,
          a_cname_loop_ends, a_mute_server_is_given_up_on_the_monotonic_clock,
          the_257th_open_query_is_refused, it_may_be_freed_from_within_an_answer,
          a_target_of_nothing_means_no_such_service, a_number_needs_no_server,
          the_hosts_file_is_asked_first, srv_targets_come_in_order_with_their_ports,
          without_srv_the_name_itself_is_looked_up, more_than_8_targets_and_32_addresses_are_cut)
