#include "watch.h"
#include <stdio.h>
#include <stdlib.h>
#include "slurp.h"
#include "watch_alarm.h"
#include "watch_probe.h"

#define SECOND   UINT64_C(1000000000)
#define EVERY_NS (60 * SECOND)
/* After a reload both ends have a moment to settle. */
#define SOON_NS  SECOND

enum { MAX_PEM = 1024 * 1024 };

struct watch {
    ztrunk_watch *table;
    uint64_t own;
    uint64_t peers[CONFIG_MAX_TRUNKS][2]; /* 0: that side proves nothing */
    uint64_t look_ns, probe_ns;           /* UINT64_MAX: not planned */
    uint8_t chain[DAEMON_CHAIN];          /* used within one call */
};

/* ---- the views of our own ---- */

static void look_at_disk(struct daemon *d, int64_t wall_s)
{
    struct watch *w = d->watch;
    const char *why = NULL;
    size_t len = 0;
    uint8_t *pem = slurp(d->config->identity.certificate, MAX_PEM, &len, &why);

    /* Half a file is no news: whoever writes it has not finished, or the reload says what is wrong.
     */
    if (pem == NULL ||
        ztrunk_watch_show(w->table, w->own, ZTRUNK_VIEW_DISK, 0, pem, len, wall_s) != ZTRUNK_OK)
        (void)ztrunk_watch_hide(w->table, w->own, ZTRUNK_VIEW_DISK, wall_s);
    slurp_burn(pem, MAX_PEM);
}

/* Sides can have different ones after a rollback: the one that ends first counts. */
static const ztrunk_tls_conf *first_to_end(const struct daemon *d)
{
    const ztrunk_tls_conf *found = NULL;
    int64_t first_s = INT64_MAX;

    for (uint32_t i = 0; i < 2 * d->trunk_count; i++) {
        const ztrunk_tls_conf *conf = d->trunks[i / 2].side[i % 2].server;
        int64_t from_s, to_s;

        if (conf == NULL || ztrunk_tls_conf_validity(conf, &from_s, &to_s) != ZTRUNK_OK) continue;
        if (found != NULL && to_s >= first_s) continue;
        found = conf;
        first_s = to_s;
    }
    return found;
}

static void look_at_loaded(struct daemon *d, int64_t wall_s)
{
    const ztrunk_tls_conf *conf = first_to_end(d);
    struct watch *w = d->watch;
    size_t len = 0;

    if (conf == NULL || ztrunk_tls_conf_chain(conf, w->chain, sizeof w->chain, &len) != ZTRUNK_OK)
        return;
    (void)ztrunk_watch_show(w->table, w->own, ZTRUNK_VIEW_LOADED, 0, w->chain, len, wall_s);
}

static void tell_all(struct daemon *d)
{
    ztrunk_finding finding = {.size = sizeof finding};

    while (ztrunk_watch_next(d->watch->table, &finding) == ZTRUNK_OK)
        watch_alarm(d, d->watch->table, watch_is_peer(d, finding.subject), &finding);
}

static void look(struct daemon *d)
{
    int64_t wall_s = ztrunk_rt_wall_s();

    look_at_disk(d, wall_s);
    look_at_loaded(d, wall_s);
    (void)ztrunk_watch_expire(d->watch->table, wall_s);
    tell_all(d);
}

/* ---- on the wire ---- */

static void on_probed(struct daemon *d, const uint8_t *der, size_t len)
{
    struct watch *w = d->watch;
    int64_t wall_s = ztrunk_rt_wall_s();

    if (der == NULL ||
        ztrunk_watch_show(w->table, w->own, ZTRUNK_VIEW_WIRE, 0, der, len, wall_s) != ZTRUNK_OK)
        (void)ztrunk_watch_hide(w->table, w->own, ZTRUNK_VIEW_WIRE, wall_s);
    tell_all(d);
}

static uint32_t trust_of(const ztrunk_tls *tls, uint32_t cause)
{
    ztrunk_tls_info info = {.size = sizeof info};

    if (cause == ZTRUNK_TLS_CAUSE_UNTRUSTED) return ZTRUNK_WATCH_MISSING;
    if (cause != ZTRUNK_TLS_CAUSE_NONE) return ZTRUNK_WATCH_REFUSED;
    (void)ztrunk_tls_get_info(tls, &info);
    return info.is_trust_next ? ZTRUNK_WATCH_NEXT : ZTRUNK_WATCH_TRUSTED;
}

void watch_peer(struct daemon *d, const struct bound_flow *bound, const ztrunk_tls *tls,
                uint32_t cause)
{
    const struct side *side = &bound->trunk->side[bound->side];
    struct watch *w = d->watch;
    uint64_t id = w->peers[bound->trunk - d->trunks][bound->side];
    size_t len = 0;

    /* A handshake that was under way during a reload was judged by the anchors before. */
    if (id == 0 || bound->generation != ztrunk_generations_current(side->tls)) return;
    if (ztrunk_tls_peer_path(tls, w->chain, sizeof w->chain, &len) != ZTRUNK_OK) return;
    (void)ztrunk_watch_show(w->table, id, ZTRUNK_VIEW_WIRE, trust_of(tls, cause), w->chain, len,
                            ztrunk_rt_wall_s());
    tell_all(d);
}

/* ---- life ---- */

static int32_t add_peers(struct daemon *d)
{
    struct watch *w = d->watch;
    int32_t err = ZTRUNK_OK;

    for (uint32_t i = 0; i < 2 * d->trunk_count && err == ZTRUNK_OK; i++) {
        const struct trunk *trunk = &d->trunks[i / 2];
        char name[128];

        if (trunk->side[i % 2].tls == NULL) continue;
        snprintf(name, sizeof name, "%s/%s", trunk->conf->name,
                 i % 2 == CLOUD ? "cloud" : "inside");
        err = ztrunk_watch_add(w->table, ZTRUNK_WATCH_PEER, name, &w->peers[i / 2][i % 2]);
    }
    return err;
}

int watch_start(struct daemon *d)
{
    d->watch = calloc(1, sizeof *d->watch);
    if (d->watch == NULL || ztrunk_watch_new(d->ctx, NULL, &d->watch->table) != ZTRUNK_OK ||
        ztrunk_watch_add(d->watch->table, ZTRUNK_WATCH_OWN, d->config->fqdn, &d->watch->own) !=
            ZTRUNK_OK ||
        add_peers(d) != ZTRUNK_OK || watch_probe_start(d) != 0)
        return -1;
    watch_renewed(d);
    return 0;
}

void watch_end(struct daemon *d)
{
    watch_probe_end(d);
    if (d->watch == NULL) return;
    ztrunk_watch_free(d->watch->table);
    free(d->watch);
    d->watch = NULL;
}

void watch_renewed(struct daemon *d)
{
    struct watch *w = d->watch;

    if (w == NULL) return;
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++)
        (void)ztrunk_watch_anchors_changed(w->table, w->peers[i / 2][i % 2], ztrunk_rt_wall_s());
    w->look_ns = 0;
    w->probe_ns =
        d->config->identity.probe != CONFIG_PROBE_OFF ? ztrunk_rt_now_ns() + SOON_NS : UINT64_MAX;
    if (w->probe_ns == UINT64_MAX)
        (void)ztrunk_watch_hide(w->table, w->own, ZTRUNK_VIEW_WIRE, ztrunk_rt_wall_s());
}

void watch_wake(struct daemon *d)
{
    d->watch->look_ns = 0;
}

uint64_t watch_deadline(const struct daemon *d)
{
    return least(d->watch->look_ns, least(d->watch->probe_ns, watch_probe_deadline(d)));
}

void watch_expire(struct daemon *d, uint64_t now_ns)
{
    struct watch *w = d->watch;

    watch_probe_expire(d, now_ns);
    if (now_ns >= w->look_ns) {
        w->look_ns = now_ns + EVERY_NS;
        look(d);
    }
    if (now_ns < w->probe_ns) return;
    w->probe_ns = now_ns + SOON_NS;
    if (watch_probe_run(d, on_probed) == 0)
        w->probe_ns = now_ns + d->config->identity.probe_seconds * SECOND;
}

int watch_subject(const struct daemon *d, uint32_t nth, uint64_t *id)
{
    const struct watch *w = d->watch;

    *id = w->own;
    if (nth == 0) return 0;
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++) {
        if (w->peers[i / 2][i % 2] == 0 || --nth > 0) continue;
        *id = w->peers[i / 2][i % 2];
        return 0;
    }
    return -1;
}

uint32_t watch_is_peer(const struct daemon *d, uint64_t id)
{
    return id != d->watch->own;
}

const ztrunk_watch *watch_table(const struct daemon *d)
{
    return d->watch->table;
}
