/* Prometheus' text format. No label takes a value that a peer chooses. A counter is there before it
 * counts: Prometheus cannot see the first step of one that was not. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "alarm.h"
#include "alert.h"
#include "call.h"
#include "ocsp.h"
#include "proof.h"
#include "verdict.h"
#include "watch.h"

static const char *const side[] = {[CLOUD] = "cloud", [INSIDE] = "inside"};

struct page {
    char *body;
    size_t used, cap;
};

static void put(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct page *p, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(p->body + p->used, p->cap - p->used, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < p->cap - p->used) p->used += (size_t)n;
}

static void head(struct page *p, const char *name, const char *type, const char *help)
{
    put(p, "# HELP zerotrunk_%s %s\n# TYPE zerotrunk_%s %s\n", name, help, name, type);
}

static void put_calls(struct page *p, const struct daemon *d)
{
    head(p, "calls_active", "gauge", "Calls that are up or being set up.");
    for (uint32_t i = 0; i < d->trunk_count; i++)
        put(p, "zerotrunk_calls_active{trunk=\"%s\"} %u\n", d->trunks[i].conf->name,
            d->trunks[i].calls);
    head(p, "calls_total", "counter", "Calls by the side that called.");
    for (uint32_t s = 0; s < 2; s++)
        put(p, "zerotrunk_calls_total{from=\"%s\"} %llu\n", side[s],
            (unsigned long long)d->counts.calls[s]);
    head(p, "calls_failed_total", "counter", "Calls that were never answered.");
    for (uint32_t s = 0; s < 2; s++)
        put(p, "zerotrunk_calls_failed_total{from=\"%s\"} %llu\n", side[s],
            (unsigned long long)d->counts.failed[s]);
}

static void put_trunks(struct page *p, const struct daemon *d)
{
    head(p, "trunk_up", "gauge", "1 when the peer of that side answers OPTIONS.");
    for (uint32_t i = 0; i < d->trunk_count; i++)
        for (uint32_t s = 0; s < 2; s++)
            put(p, "zerotrunk_trunk_up{trunk=\"%s\",side=\"%s\"} %u\n", d->trunks[i].conf->name,
                side[s], d->trunks[i].side[s].is_up);
    head(p, "media_ports_free", "gauge", "Calls that the media ports of that side have room for.");
    for (uint32_t i = 0; i < d->trunk_count; i++)
        for (uint32_t s = 0; s < 2; s++)
            put(p, "zerotrunk_media_ports_free{trunk=\"%s\",side=\"%s\"} %u\n",
                d->trunks[i].conf->name, side[s],
                ztrunk_relay_ports_free(d->relay, d->trunks[i].side[s].range));
}

static void put_refusals(struct page *p, const struct daemon *d)
{
    const struct counts *c = &d->counts;

    head(p, "sdp_refused_total", "counter", "Session descriptions refused, by reason number.");
    for (uint32_t i = 1; i <= ZTRUNK_SDP_REFUSED_MISMATCH; i++)
        put(p, "zerotrunk_sdp_refused_total{reason=\"%u\"} %llu\n", i,
            (unsigned long long)c->refused[i]);
    head(p, "tls_refused_total", "counter", "TLS peers refused, by cause.");
    for (uint32_t i = 1; i <= ZTRUNK_TLS_CAUSE_NO_KEY; i++)
        put(p, "zerotrunk_tls_refused_total{cause=\"%s\"} %llu\n", ztrunk_tls_cause_name(i),
            (unsigned long long)c->tls_refused[i]);
    head(p, "gate_refused_total", "counter", "SIP messages that failed the gate.");
    put(p, "zerotrunk_gate_refused_total %llu\n", (unsigned long long)c->gate);
}

static void put_admission(struct page *p, const struct daemon *d)
{
    ztrunk_admission_info info = {.size = sizeof info};

    head(p, "admission_refused_total", "counter", "Connections and messages over a limit.");
    for (uint32_t i = 0; i < d->trunk_count; i++)
        for (uint32_t s = 0; s < 2; s++)
            for (uint32_t r = 1; r < ADMIT_REASONS; r++)
                put(p,
                    "zerotrunk_admission_refused_total{trunk=\"%s\",side=\"%s\","
                    "reason=\"%s\"} %llu\n",
                    d->trunks[i].conf->name, side[s], ztrunk_admission_reason_name(r),
                    (unsigned long long)d->trunks[i].side[s].refused[r]);
    if (ztrunk_admission_get_info(d->admission, &info) != ZTRUNK_OK) return;
    head(p, "blocks_total", "counter", "Blocks of addresses that abused.");
    put(p, "zerotrunk_blocks_total %llu\n", (unsigned long long)info.blocks);
    head(p, "admission_addresses", "gauge", "Addresses that are remembered.");
    put(p, "zerotrunk_admission_addresses %u\n", info.addresses);
}

/* Requests that asked for what is not ours. */
static void put_denials(struct page *p, const struct daemon *d)
{
    head(p, "request_uri_denied_total", "counter", "Requests that no Request-URI rule matched.");
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++) {
        const struct trunk *trunk = &d->trunks[i / 2];
        const uint64_t *denied = trunk->side[i % 2].uri_denied;

        for (uint32_t r = 1; r < URI_REASONS; r++)
            put(p,
                "zerotrunk_request_uri_denied_total{trunk=\"%s\",side=\"%s\",reason=\"%s\"} %llu\n",
                trunk->conf->name, side[i % 2], ztrunk_rule_reason_text(r),
                (unsigned long long)denied[r]);
    }
}

static void put_verdicts(struct page *p, const struct daemon *d)
{
    head(p, "identity_verdicts_total", "counter", "New requests of clouds, by verdict.");
    for (uint32_t i = 0; i < d->trunk_count; i++)
        for (uint32_t v = VERDICT_ACCEPTED; v < VERDICTS; v++)
            put(p, "zerotrunk_identity_verdicts_total{trunk=\"%s\",verdict=\"%s\"} %llu\n",
                d->trunks[i].conf->name, verdict_text(v),
                (unsigned long long)d->trunks[i].side[CLOUD].verdicts[v]);
}

static void put_toll(struct page *p, const struct daemon *d)
{
    head(p, "toll_denied_total", "counter", "Calls that may not be made, by reason.");
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++)
        for (uint32_t r = 1; r < TOLL_REASONS; r++)
            if (d->trunks[i / 2].toll != NULL)
                put(p, "zerotrunk_toll_denied_total{trunk=\"%s\",side=\"%s\",reason=\"%s\"} %llu\n",
                    d->trunks[i / 2].conf->name, side[i % 2], ztrunk_toll_reason_text(r),
                    (unsigned long long)d->trunks[i / 2].side[i % 2].toll_denied[r]);
    head(p, "toll_calls_active", "gauge", "Calls that count against the limits of toll.");
    for (uint32_t i = 0; i < d->trunk_count; i++) {
        ztrunk_toll_info info = {.size = sizeof info};

        if (ztrunk_toll_get_info(d->trunks[i].toll, &info) == ZTRUNK_OK)
            put(p, "zerotrunk_toll_calls_active{trunk=\"%s\"} %u\n", d->trunks[i].conf->name,
                info.calls);
    }
}

static void put_media(struct page *p, const struct daemon *d)
{
    const struct counts *c = &d->counts;
    uint64_t sum[3][2];

    for (uint32_t s = 0; s < 2; s++) {
        sum[0][s] = c->rx[s];
        sum[1][s] = c->tx[s];
        sum[2][s] = c->dropped[s];
    }
    for (const struct call *call = d->calls; call != NULL; call = call->next)
        for (uint32_t s = 0; s < 2 && !call->is_over; s++) {
            ztrunk_relay_stats st = {.size = sizeof st};

            if (ztrunk_relay_stats_of(d->relay, call->relay, s, &st) != ZTRUNK_OK) continue;
            sum[0][s] += st.rx_packets;
            sum[1][s] += st.tx_packets;
            sum[2][s] += media_drops(&st);
        }
    head(p, "media_packets_total", "counter", "RTP packets relayed, by side and direction.");
    for (uint32_t s = 0; s < 2; s++)
        put(p,
            "zerotrunk_media_packets_total{side=\"%s\",direction=\"in\"} %llu\n"
            "zerotrunk_media_packets_total{side=\"%s\",direction=\"out\"} %llu\n",
            side[s], (unsigned long long)sum[0][s], side[s], (unsigned long long)sum[1][s]);
    head(p, "media_dropped_total", "counter", "Packets dropped before they crossed.");
    for (uint32_t s = 0; s < 2; s++)
        put(p, "zerotrunk_media_dropped_total{side=\"%s\"} %llu\n", side[s],
            (unsigned long long)sum[2][s]);
    head(p, "pinholes_open", "gauge", "Holes that are open now.");
    put(p, "zerotrunk_pinholes_open %llu\n",
        (unsigned long long)(c->holes_opened - c->holes_closed));
}

static void put_media_verdicts(struct page *p, const struct daemon *d)
{
    const struct counts *c = &d->counts;

    head(p, "media_verdicts_total", "counter", "Parties that were not heard, by verdict.");
    for (uint32_t i = 1; i < sizeof c->media_verdicts / sizeof c->media_verdicts[0]; i++)
        if (c->media_verdicts[i] > 0)
            put(p, "zerotrunk_media_verdicts_total{code=\"%s\"} %llu\n", ztrunk_verdict_name(i),
                (unsigned long long)c->media_verdicts[i]);
}

static void put_firewall(struct page *p, const struct daemon *d)
{
    head(p, "privileged_takeovers_total", "counter",
         "Privileged processes that were killed and replaced by their spare.");
    put(p, "zerotrunk_privileged_takeovers_total %llu\n", (unsigned long long)d->counts.takeovers);
    if (d->config->firewall == CONFIG_FIREWALL_NONE) return;
    head(p, "firewall_up", "gauge", "1 while a process of ours has the table in the kernel.");
    put(p, "zerotrunk_firewall_up %u\n", d->nft != NULL);
}

static void put_proofs(struct page *p, const struct daemon *d)
{
    struct proof_counts c;

    proof_get_counts(d, &c);
    head(p, "proofs_valid", "gauge", "Addresses that have proved a peer's name.");
    put(p, "zerotrunk_proofs_valid %llu\n", (unsigned long long)c.proved);
    head(p, "probes_failed_total", "counter", "Addresses asked back that did not prove it.");
    put(p, "zerotrunk_probes_failed_total %llu\n", (unsigned long long)c.probes_failed);
    head(p, "identity_judged_total", "counter", "Connections without all that was required.");
    put(p,
        "zerotrunk_identity_judged_total{verdict=\"refused\"} %llu\n"
        "zerotrunk_identity_judged_total{verdict=\"warned\"} %llu\n",
        (unsigned long long)c.refused, (unsigned long long)c.warned);
    head(p, "connections_held", "gauge", "Connections that wait for reverse proof.");
    put(p, "zerotrunk_connections_held %u\n", c.held);
}

static void put_ocsp(struct page *p, const struct daemon *d)
{
    struct ocsp_counts c;

    ocsp_get_counts(d, &c);
    head(p, "ocsp_answers_total", "counter", "What was said of peers' certificates.");
    put(p,
        "zerotrunk_ocsp_answers_total{status=\"good\"} %llu\n"
        "zerotrunk_ocsp_answers_total{status=\"revoked\"} %llu\n"
        "zerotrunk_ocsp_answers_total{status=\"unknown\"} %llu\n"
        "zerotrunk_ocsp_answers_total{status=\"none\"} %llu\n",
        (unsigned long long)c.good, (unsigned long long)c.revoked, (unsigned long long)c.unknown,
        (unsigned long long)c.failed);
    head(p, "ocsp_refused_total", "counter", "Connections that were not let in for it.");
    put(p, "zerotrunk_ocsp_refused_total %llu\n", (unsigned long long)c.refused);
}

static void put_time(struct page *p, const struct daemon *d, uint64_t id, uint32_t is_end)
{
    const ztrunk_watch *table = watch_table(d);

    for (uint32_t view = 0; view < ZTRUNK_VIEWS; view++) {
        ztrunk_watch_view info = {.size = sizeof info};

        if (ztrunk_watch_get_view(table, id, view, &info) != ZTRUNK_OK) continue;
        put(p, "zerotrunk_cert_not_%s_seconds{role=\"%s\",view=\"%s\",name=\"%s\"} %lld\n",
            is_end ? "after" : "before", watch_is_peer(d, id) ? "peer" : "local",
            ztrunk_view_name(view), ztrunk_watch_name(table, id),
            (long long)(is_end ? info.chain_not_after_s : info.not_before_s));
    }
}

static void put_findings(struct page *p, const struct daemon *d, uint64_t id)
{
    const ztrunk_watch *table = watch_table(d);
    uint32_t is_peer = watch_is_peer(d, id);

    for (uint32_t kind = 0; kind < ZTRUNK_FINDINGS; kind++) {
        uint32_t is_own_kind =
            kind == ZTRUNK_FINDING_NOT_LOADED || kind == ZTRUNK_FINDING_NOT_SHOWN;
        uint32_t level = 0;

        if (kind != ZTRUNK_FINDING_EXPIRY && is_own_kind == is_peer) continue;
        (void)ztrunk_watch_level(table, id, kind, &level);
        put(p, "zerotrunk_cert_finding{role=\"%s\",name=\"%s\",finding=\"%s\"} %u\n",
            is_peer ? "peer" : "local", ztrunk_watch_name(table, id), ztrunk_finding_name(kind),
            level);
    }
}

static void put_certificates(struct page *p, const struct daemon *d)
{
    uint64_t id;

    head(p, "cert_not_after_seconds", "gauge", "Earliest end on the chain, Unix time.");
    for (uint32_t n = 0; watch_subject(d, n, &id) == 0; n++) put_time(p, d, id, 1);
    head(p, "cert_not_before_seconds", "gauge", "Beginning of the certificate, Unix time.");
    for (uint32_t n = 0; watch_subject(d, n, &id) == 0; n++) put_time(p, d, id, 0);
    head(p, "cert_finding", "gauge", "What the watch has found; 0: nothing.");
    for (uint32_t n = 0; watch_subject(d, n, &id) == 0; n++) put_findings(p, d, id);
}

static void put_alarms(struct page *p, const struct daemon *d)
{
    head(p, "alarms_active", "gauge", "Alarms that are raised now, by severity.");
    for (uint32_t s = 0; s < ALARM_SEVERITIES; s++)
        put(p, "zerotrunk_alarms_active{severity=\"%s\"} %u\n", alarm_severity_text(s),
            alarm_count(d, s));
}

static void put_alerts(struct page *p, const struct daemon *d)
{
    struct alert_counts c;

    alert_get_counts(d, &c);
    head(p, "alerts_waiting", "gauge", "Alarms that the spool did not take yet.");
    put(p, "zerotrunk_alerts_waiting %u\n", c.waiting);
    head(p, "alerts_in_spool", "gauge", "Records that no delivery program has taken.");
    put(p, "zerotrunk_alerts_in_spool %u\n", c.in_spool);
    head(p, "alerts_spooled_total", "counter", "Records written to the spool.");
    put(p, "zerotrunk_alerts_spooled_total %llu\n", (unsigned long long)c.spooled);
    head(p, "alerts_dropped_total", "counter", "Records dropped, moot by a later one.");
    put(p, "zerotrunk_alerts_dropped_total %llu\n", (unsigned long long)c.dropped);
    head(p, "alerts_command_failed_total", "counter", "Runs of alerts.command that failed.");
    put(p, "zerotrunk_alerts_command_failed_total %llu\n", (unsigned long long)c.failed);
}

size_t metrics_get(void *opaque, const char *path, char *body, size_t cap, const char **type)
{
    const struct daemon *d = opaque;
    struct page p = {body, 0, cap};

    if (strcmp(path, "/metrics") != 0) return 0;
    *type = "text/plain; version=0.0.4";
    put_calls(&p, d);
    put_trunks(&p, d);
    put_refusals(&p, d);
    put_admission(&p, d);
    put_denials(&p, d);
    put_verdicts(&p, d);
    put_toll(&p, d);
    put_media(&p, d);
    put_media_verdicts(&p, d);
    put_firewall(&p, d);
    put_proofs(&p, d);
    put_ocsp(&p, d);
    put_certificates(&p, d);
    put_alarms(&p, d);
    put_alerts(&p, d);
    head(&p, "log_lines_dropped_total", "counter", "Log lines that the sink did not take.");
    put(&p, "zerotrunk_log_lines_dropped_total %llu\n", (unsigned long long)d->log.dropped);
    return p.used;
}
