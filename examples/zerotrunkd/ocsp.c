#include "ocsp.h"
#include <stdlib.h>
#include "brake.h"
#include "hold.h"
#include "ocsp_cert.h"
#include "trust.h"

enum { MOST_HELD = 256 };

struct ocsp_flow {
    struct ocsp_cert *cert;
    struct hold *hold; /* NULL: judged, or ours: what we say waits for nobody */
    uint32_t is_in;    /* it was let in: what is said later is a matter of trust.h */
};

struct ocsp {
    struct ocsp_cert certs[OCSP_CERTS];
    struct idmap flows; /* flow -> struct ocsp_flow */
    uint32_t held;
    struct ocsp_counts counts;
    struct brake brake;
};

int32_t ocsp_start(struct daemon *d)
{
    d->ocsp = calloc(1, sizeof *d->ocsp);
    return d->ocsp != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

static void flow_free(struct ocsp *o, struct ocsp_flow *f)
{
    if (f == NULL) return;
    if (f->hold != NULL) o->held--;
    hold_free(f->hold);
    f->cert->users--;
    free(f);
}

void ocsp_end(struct daemon *d)
{
    struct ocsp *o = d->ocsp;

    if (o == NULL) return;
    for (size_t i = 0; i < o->flows.size; i++) flow_free(o, o->flows.places[i].value);
    idmap_free(&o->flows);
    for (uint32_t i = 0; i < OCSP_CERTS; i++) ocsp_cert_free(&o->certs[i]);
    free(o);
    d->ocsp = NULL;
}

void ocsp_closed(struct daemon *d, uint64_t flow)
{
    flow_free(d->ocsp, idmap_take(&d->ocsp->flows, flow));
}

static uint32_t mode_of(const struct bound_flow *bound)
{
    const struct config_side *conf = &bound->trunk->conf->side[bound->side];

    return conf->transport == ZTRUNK_NET_TLS ? conf->peer.ocsp : CONFIG_OCSP_OFF;
}

/* ---- the verdict on a connection ---- */

static uint32_t is_good(const struct ocsp_cert *cert)
{
    return cert->verdict == OCSP_IS_GOOD && cert->until_s >= ztrunk_rt_wall_s();
}

static uint32_t cause_of(const struct ocsp_flow *f, const struct bound_flow *bound,
                         const char **why)
{
    uint32_t mode = mode_of(bound);

    if (mode == CONFIG_OCSP_OFF) return ZTRUNK_TLS_CAUSE_NONE;
    if (f->cert->verdict == OCSP_IS_REVOKED) {
        *why = "the certificate was revoked";
        return ZTRUNK_TLS_CAUSE_REVOKED;
    }
    if (mode != CONFIG_OCSP_HARD || is_good(f->cert)) return ZTRUNK_TLS_CAUSE_NONE;
    *why = "nobody says that the certificate was not revoked";
    return ZTRUNK_TLS_CAUSE_CRL;
}

static void refuse(struct daemon *d, uint64_t flow, const struct bound_flow *bound, const char *why)
{
    ztrunk_net_flow_info info = {.size = sizeof info};
    struct log_line line;

    (void)ztrunk_net_flow(d->net, flow, &info);
    log_begin(&line, &d->log, LOG_WARNING, "ocsp.refused", 0);
    log_word(&line, "trunk", bound->trunk->conf->name);
    log_addr(&line, "remote", &info.remote);
    log_word(&line, "why", why);
    log_end(&line);
    d->ocsp->counts.refused++;
    (void)ztrunk_net_close(d->net, flow);
}

/* Gives what was held to the endpoint; a message may end the connection. */
static void release(struct daemon *d, uint64_t flow, struct ocsp_flow *f)
{
    struct hold *hold = f->hold;

    if (hold == NULL) return;
    f->hold = NULL;
    d->ocsp->held--;
    (void)ztrunk_net_quiet(d->net, flow, 0);
    endpoint_release(d, flow, hold, endpoint_hear);
}

/* There is a verdict on what it shows, or no more room to wait for one. 1: it goes on. */
static uint32_t conclude(struct daemon *d, uint64_t flow)
{
    struct ocsp_flow *f = idmap_get(&d->ocsp->flows, flow);
    const struct bound_flow *bound = idmap_get(&d->flows, flow);
    const char *why = NULL;
    uint32_t cause;

    if (f == NULL || bound == NULL) return 0;
    cause = cause_of(f, bound, &why);
    if (f->is_in) {
        if (cause != bound->doubt) trust_renewed(d);
        return 1;
    }
    if (cause != ZTRUNK_TLS_CAUSE_NONE) {
        refuse(d, flow, bound, why);
        return 0;
    }
    f->is_in = 1;
    release(d, flow, f);
    return 1;
}

uint32_t ocsp_doubt(const struct daemon *d, uint64_t flow, const struct bound_flow *bound,
                    const char **why)
{
    const struct ocsp_flow *f = idmap_get(&d->ocsp->flows, flow);

    return f != NULL && f->is_in ? cause_of(f, bound, why) : ZTRUNK_TLS_CAUSE_NONE;
}

/* A verdict changes the map: the flows are noted first. */
static void conclude_all(struct daemon *d, const struct ocsp_cert *cert)
{
    const struct idmap *flows = &d->ocsp->flows;
    uint64_t *ids = calloc(flows->count + 1, sizeof *ids);
    size_t count = 0;

    if (ids == NULL) return; /* at the next answer, or when its time is over */
    for (size_t i = 0; i < flows->size; i++) {
        const struct ocsp_flow *f = flows->places[i].value;

        if (flows->places[i].id != 0 && f->cert == cert) ids[count++] = flows->places[i].id;
    }
    for (size_t i = 0; i < count; i++) (void)conclude(d, ids[i]);
    free(ids);
}

static void answered(struct ocsp_cert *cert, uint32_t status, const char *why)
{
    static const char *const words[] = {"none", "good", "revoked", "unknown"};
    struct daemon *d = cert->owner;
    struct ocsp_counts *c = &d->ocsp->counts;
    uint64_t *const counts[] = {&c->failed, &c->good, &c->revoked, &c->unknown};
    uint32_t is_fine = status == ZTRUNK_OCSP_GOOD;
    uint64_t left_out = 0;
    struct log_line line;

    ++*counts[status];
    if (status != 0 || brake_allows(&d->ocsp->brake, ztrunk_rt_now_ns(), &left_out)) {
        log_begin(&line, &d->log, is_fine ? LOG_INFO : LOG_WARNING, "ocsp.answered", 0);
        log_word(&line, "status", words[status]);
        if (status == 0) log_word(&line, "why", why);
        if (left_out > 0) log_number(&line, "left_out", left_out);
        log_end(&line);
    }
    conclude_all(d, cert);
    daemon_pump(d);
}

/* ---- connections ---- */

static void start_hold(struct daemon *d, uint64_t flow, struct ocsp_flow *f)
{
    if (d->ocsp->held >= MOST_HELD || (f->hold = calloc(1, sizeof *f->hold)) == NULL) return;
    d->ocsp->held++;
    (void)ztrunk_net_quiet(d->net, flow, 1);
}

static void ask(struct daemon *d, struct ocsp_cert *cert)
{
    cert->owner = d;
    cert->answered = answered;
    ocsp_cert_ask(cert, d->ctx, d->rt, d->resolver);
}

/* One more connection shows the certificate. NULL: there is no room. */
static struct ocsp_flow *watch(struct daemon *d, uint64_t flow, const struct bound_flow *bound,
                               const ztrunk_tls *tls)
{
    uint32_t every_s = bound->trunk->conf->side[bound->side].peer.ocsp_seconds;
    struct ocsp_cert *cert = ocsp_cert_of(d->ocsp->certs, tls);
    struct ocsp_flow *f = cert != NULL ? calloc(1, sizeof *f) : NULL;

    if (f == NULL) return NULL;
    f->cert = cert;
    if (cert->users++ == 0 || every_s < cert->every_s) cert->every_s = every_s;
    if (idmap_put(&d->ocsp->flows, flow, f) == 0) return f;
    flow_free(d->ocsp, f);
    return NULL;
}

void ocsp_opened(struct daemon *d, uint64_t flow, const struct bound_flow *bound)
{
    const ztrunk_tls *tls = ztrunk_net_flow_tls(d->net, flow);
    ztrunk_net_flow_info info = {.size = sizeof info};
    struct ocsp_flow *f;
    size_t len;

    if (mode_of(bound) == CONFIG_OCSP_OFF || tls == NULL) return;
    /* Without a certificate there is none to be revoked. */
    if (ztrunk_tls_peer_cert(tls, NULL, 0, &len) != ZTRUNK_E_SPACE) return;
    if (ztrunk_net_flow(d->net, flow, &info) != ZTRUNK_OK) return;
    f = watch(d, flow, bound, tls);
    if (f == NULL) {
        if (mode_of(bound) == CONFIG_OCSP_HARD)
            refuse(d, flow, bound, "too many certificates are in use");
        return;
    }
    if (is_good(f->cert)) {
        f->is_in = 1;
        return;
    }
    if (f->cert->verdict != OCSP_ASKING && ztrunk_rt_now_ns() < f->cert->next_ns &&
        f->cert->next_ns != UINT64_MAX) {
        (void)conclude(d, flow);
        return;
    }
    if (!info.is_outbound) start_hold(d, flow, f);
    ask(d, f->cert);
}

uint32_t ocsp_takes(struct daemon *d, uint64_t flow, ztrunk_sip_msg *m)
{
    const struct ocsp_flow *f = idmap_get(&d->ocsp->flows, flow);

    if (f == NULL || f->hold == NULL) return 0;
    if (hold_add(f->hold, m) == 0) return 1;
    /* It says more than is kept before anybody has answered: as if nobody had. */
    if (conclude(d, flow)) return 0;
    ztrunk_sip_msg_free(m);
    return 1;
}

/* ---- time ---- */

uint64_t ocsp_deadline(const struct daemon *d)
{
    uint64_t deadline = UINT64_MAX;

    for (uint32_t i = 0; i < OCSP_CERTS; i++) {
        const struct ocsp_cert *cert = &d->ocsp->certs[i];

        if (cert->users > 0 && cert->next_ns < deadline) deadline = cert->next_ns;
    }
    return deadline;
}

void ocsp_expire(struct daemon *d, uint64_t now_ns)
{
    for (uint32_t i = 0; i < OCSP_CERTS; i++) {
        struct ocsp_cert *cert = &d->ocsp->certs[i];

        if (cert->users > 0 && cert->next_ns <= now_ns) ask(d, cert);
    }
}

void ocsp_get_counts(const struct daemon *d, struct ocsp_counts *counts)
{
    *counts = d->ocsp->counts;
}
