#include "record.h"
#include <stdio.h>
#include <string.h>
#include "call.h"
#include "quality.h"

static const char *const side_names[] = {[CLOUD] = "cloud", [INSIDE] = "inside"};

static void copy(char *to, size_t cap, const char *from, size_t len)
{
    if (len > cap - 1) len = cap - 1;
    memcpy(to, from, len);
    to[len] = 0;
}

/* The name that a certificate proved; without one nothing did. */
static void name_peer(struct call *call, uint32_t side, uint64_t flow)
{
    const ztrunk_tls *tls = ztrunk_net_flow_tls(call->daemon->net, flow);
    char name[CONFIG_HOST + 8];
    size_t len;

    if (tls == NULL || ztrunk_tls_peer_name(tls, 0, name, sizeof name, &len) != ZTRUNK_OK) return;
    copy(call->peers[side], sizeof call->peers[side], name, len);
}

static void read_from(struct call *call, const ztrunk_sip_msg *invite)
{
    ztrunk_sip_name_addr from = {.size = sizeof from};
    const char *text;
    size_t len;

    if (ztrunk_sip_msg_header(invite, "From", 0, &text, &len) != ZTRUNK_OK ||
        ztrunk_sip_name_addr_parse(text, len, &from) != ZTRUNK_OK)
        return;
    copy(call->caller, sizeof call->caller, text + from.uri.at, from.uri.len);
}

void record_parties(struct call *call, const ztrunk_sip_msg *invite, uint64_t flow)
{
    const char *text;
    size_t len;

    read_from(call, invite);
    if (ztrunk_sip_msg_uri(invite, &text, &len) == ZTRUNK_OK)
        copy(call->callee, sizeof call->callee, text, len);
    name_peer(call, call->from, flow);
}

void record_answered(struct call *call, uint32_t side, uint64_t flow)
{
    name_peer(call, side, flow);
}

static void side_key(char key[32], uint32_t side, const char *what)
{
    snprintf(key, 32, "%s_%s", side_names[side], what);
}

static void put_word(struct log_line *line, uint32_t side, const char *what, const char *value)
{
    char key[32];

    side_key(key, side, what);
    log_word(line, key, value);
}

static void put_number(struct log_line *line, uint32_t side, const char *what, uint64_t value)
{
    char key[32];

    side_key(key, side, what);
    log_number(line, key, value);
}

static void put_addr(struct log_line *line, uint32_t side, const char *what,
                     const ztrunk_addr *addr)
{
    char key[32];

    side_key(key, side, what);
    log_addr(line, key, addr);
}

static void put_hundredths(struct log_line *line, uint32_t side, const char *what, uint64_t value)
{
    char text[32];

    snprintf(text, sizeof text, "%llu.%02llu", (unsigned long long)value / 100,
             (unsigned long long)value % 100);
    put_word(line, side, what, text);
}

static void put_refused(struct log_line *line, uint32_t side, const ztrunk_relay_stats *st)
{
    put_number(line, side, "dropped", media_drops(st));
    put_number(line, side, "dropped_auth", st->drop_auth);
    put_number(line, side, "dropped_replay", st->drop_replay);
    put_number(line, side, "dropped_source", st->drop_denied);
    put_number(line, side, "other_codec", st->rx_other_codec);
    put_number(line, side, "recovered", st->recovered);
}

/* What came from that side, and what its RTCP says of what we sent it. */
static void put_quality(struct log_line *line, uint32_t side, const char *codec,
                        const ztrunk_relay_stats *st)
{
    uint64_t all = st->rx_packets + st->lost;
    uint32_t mos = quality_mos(codec, st->rx_packets, st->lost, st->jitter_us);

    put_number(line, side, "lost", st->lost);
    put_number(line, side, "duplicate", st->duplicate);
    put_hundredths(line, side, "loss_percent", all > 0 ? st->lost * 10000 / all : 0);
    put_number(line, side, "jitter_us", st->jitter_us);
    if (mos > 0) put_hundredths(line, side, "mos", mos);
    if (st->reports == 0) return;
    put_hundredths(line, side, "reports_loss_percent", (uint64_t)st->report_lost * 10000 / 256);
}

static void put_side(struct log_line *line, const struct call *call, uint32_t side)
{
    const struct agreed *a = &call->media[side].agreed;
    ztrunk_relay_stats st = {.size = sizeof st};

    if (call->peers[side][0] != 0) put_word(line, side, "peer", call->peers[side]);
    if (!a->is_set ||
        ztrunk_relay_stats_of(call->daemon->relay, call->relay, side, &st) != ZTRUNK_OK)
        return;
    put_addr(line, side, "theirs", &a->theirs);
    put_addr(line, side, "ours", &a->ours);
    if (st.is_latched) put_addr(line, side, "seen", &st.latched);
    put_word(line, side, "suite_in", ztrunk_suite_name(a->suite_in));
    put_word(line, side, "suite_out", ztrunk_suite_name(a->suite_out));
    put_word(line, side, "codec", a->codec);
    put_number(line, side, "rx", st.rx_packets);
    put_number(line, side, "tx", st.tx_packets);
    put_quality(line, side, a->codec, &st);
    put_refused(line, side, &st);
}

/* In the form of RFC 3326, with a protocol of our own. */
static void put_verdict(struct log_line *line, const struct call *call)
{
    const ztrunk_verdict_finding *v = &call->verdict_worst;
    char reason[256];

    log_word(line, "verdict", ztrunk_verdict_name(v->code));
    if (v->code == ZTRUNK_VERDICT_NONE) return;
    log_word(line, "verdict_side", side_names[v->leg]);
    log_number(line, "verdicts", call->verdict_count);
    snprintf(reason, sizeof reason, "zerotrunk;cause=%u;text=\"%s\"", v->code, v->sentence);
    log_word(line, "reason", reason);
    log_word(line, "evidence", v->evidence);
}

void record_write(const struct call *call, const char *why)
{
    uint64_t now_ns = ztrunk_rt_now_ns();
    uint64_t answered_ns = call->is_answered ? call->answered_ns : now_ns;
    struct log_line line;

    log_begin(&line, &call->daemon->log, LOG_INFO, "call.record", call->id);
    log_word(&line, "trunk", call->trunk->conf->name);
    log_word(&line, "from", side_names[call->from]);
    log_word(&line, "caller", call->caller);
    log_word(&line, "callee", call->callee);
    log_number(&line, "status", call->status);
    log_word(&line, "why", why);
    log_number(&line, "setup_ms", (answered_ns - call->started_ns) / 1000000);
    log_number(&line, "duration_ms", (now_ns - answered_ns) / 1000000);
    put_side(&line, call, CLOUD);
    put_side(&line, call, INSIDE);
    put_verdict(&line, call);
    log_end(&line);
}
