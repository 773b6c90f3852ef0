#include "daemon.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "admit.h"
#include "alarm.h"
#include "alert.h"
#include "call.h"
#include "leg.h"
#include "generation.h"
#include "hearing.h"
#include "nft.h"
#include "perimeter.h"
#include "policy.h"
#include "ocsp.h"
#include "proof.h"
#include "refresh.h"
#include "sources.h"
#include "toll.h"
#include "verdict.h"
#include "trust.h"
#include "watch.h"

#define SECOND        UINT64_C(1000000000)
#define LAST_WORDS_NS (2 * SECOND)

static void log_plain(struct daemon *d, uint32_t level, const char *event)
{
    struct log_line line;

    log_begin(&line, &d->log, level, event, 0);
    log_end(&line);
}

static void log_started(struct daemon *d)
{
    struct log_line line;
    const char *reason;
    uint32_t backend = ztrunk_relay_backend(d->relay, &reason);

    log_begin(&line, &d->log, LOG_INFO, "node.started", 0);
    log_word(&line, "media_backend", backend == ZTRUNK_RELAY_URING ? "io_uring" : "epoll");
    if (reason != NULL) log_word(&line, "why", reason);
    log_end(&line);
}

static void set_timer(struct daemon *d)
{
    uint64_t deadline = least(ztrunk_txns_deadline(d->txns), ztrunk_dialogs_deadline(d->dialogs));

    deadline = least(deadline, proof_deadline(d));
    deadline = least(deadline, ocsp_deadline(d));
    deadline = least(deadline, generation_deadline(d));
    deadline = least(deadline, trust_deadline(d));
    deadline = least(deadline, refresh_deadline(d));
    deadline = least(deadline, watch_deadline(d));
    for (uint32_t i = 0; i < d->trunk_count; i++)
        deadline = least(deadline, trunk_deadline(&d->trunks[i]));
    deadline = least(deadline, toll_deadline(d));
    deadline = least(deadline, hearing_deadline(d));
    deadline = least(deadline, alert_deadline(d));
    if (d->is_draining) deadline = least(deadline, d->drain_ns);
    if (d->leave_ns != 0) deadline = least(deadline, d->leave_ns);
    ztrunk_rt_timer_set(d->timer, deadline);
}

/* The far end of a call is still to be told, perhaps on a connection that is only being made. */
static uint32_t is_telling(const struct daemon *d)
{
    for (size_t i = 0; i < d->txn_of.size; i++) {
        const struct idmap_place *place = &d->txn_of.places[i];

        if (place->id != 0 && ((const struct pending *)place->value)->kind == PENDING_BYE) return 1;
    }
    return 0;
}

static void drained(struct daemon *d)
{
    uint64_t now_ns = ztrunk_rt_now_ns();

    if (!d->is_draining || d->call_count > 0 || d->is_done) return;
    if (d->leave_ns == 0) d->leave_ns = now_ns + LAST_WORDS_NS;
    if (now_ns < d->leave_ns && is_telling(d)) return;
    d->is_done = 1;
    log_plain(d, LOG_INFO, "drain.done");
    ztrunk_rt_stop(d->rt);
}

void daemon_pump(struct daemon *d)
{
    while (pump_engines(d)) continue;
    drained(d);
    set_timer(d);
}

static void end_all(struct daemon *d)
{
    struct call *next;

    for (struct call *call = d->calls; call != NULL; call = next) {
        next = call->next;
        if (!call->is_over) call_end(call, "the node was told to end");
    }
}

static void on_timer(void *opaque)
{
    struct daemon *d = opaque;
    uint64_t now_ns = ztrunk_rt_now_ns();

    (void)ztrunk_txns_expire(d->txns, now_ns);
    (void)ztrunk_dialogs_expire(d->dialogs, now_ns);
    proof_expire(d, now_ns);
    ocsp_expire(d, now_ns);
    refresh_expire(d, now_ns);
    watch_expire(d, now_ns);
    trust_expire(d, now_ns);
    generation_expire(d, now_ns);
    for (uint32_t i = 0; i < d->trunk_count; i++) trunk_expire(&d->trunks[i], now_ns);
    toll_expire(d, now_ns);
    hearing_expire(d, now_ns);
    alert_expire(d, now_ns);
    if (d->is_draining && now_ns >= d->drain_ns) {
        d->drain_ns = UINT64_MAX;
        end_all(d);
    }
    daemon_pump(d);
}

static void on_relay(void *opaque)
{
    daemon_pump(opaque);
}

/* The first asks for a drain, the second ends the calls now. */
static void on_end_signal(void *opaque, int signum)
{
    struct daemon *d = opaque;
    struct log_line line;

    (void)signum;
    log_begin(&line, &d->log, LOG_INFO, "drain.start", 0);
    log_number(&line, "calls", d->call_count);
    log_end(&line);
    d->drain_ns = d->is_draining ? 0 : ztrunk_rt_now_ns() + d->config->drain_seconds * SECOND;
    d->is_draining = 1;
    daemon_pump(d);
}

static void on_reload_signal(void *opaque, int signum)
{
    (void)signum;
    daemon_reload(opaque);
}

static uint64_t media_timeout(const struct config *config)
{
    uint32_t seconds = 0;

    for (uint32_t i = 0; i < config->trunk_count; i++)
        if (config->trunks[i].media_timeout_seconds > seconds)
            seconds = config->trunks[i].media_timeout_seconds;
    return seconds * SECOND;
}

/* At least what the tables hold by default; they take memory only as they fill. */
enum { SPARE_DIALOGS = 10000, SPARE_TXNS = 20000 };

static uint32_t all_calls(const struct config *config)
{
    uint64_t calls = 0;

    for (uint32_t i = 0; i < config->trunk_count; i++) calls += config->trunks[i].max_calls;
    return calls < 400000 ? (uint32_t)calls : 400000;
}

static int start_engines(struct daemon *d)
{
    const uint32_t calls = all_calls(d->config);
    /* Two dialogs a call, and as many again for forks; INVITE and BYE of both legs, and those of
     * the calls before, which linger for 32 s. */
    const ztrunk_dialogs_opts dialogs = {.size = sizeof dialogs, .max = SPARE_DIALOGS + 4 * calls};
    const ztrunk_txns_opts txns = {.size = sizeof txns,
                                   .max = SPARE_TXNS + 8 * calls,
                                   .timer_c_ns = d->config->answer_seconds * SECOND};
    const ztrunk_relay_opts relay = {.size = sizeof relay,
                                     .workers = d->config->media_workers,
                                     .backend = d->config->media_backend,
                                     .idle_ns = media_timeout(d->config)};
    ztrunk_net_handler handler = endpoint_handler;

    handler.opaque = d;
    d->max_txns = txns.max;
    if (ztrunk_rt_new(d->ctx, &d->rt) != ZTRUNK_OK ||
        ztrunk_rt_on_signal(d->rt, SIGTERM, on_end_signal, d) != ZTRUNK_OK ||
        ztrunk_rt_on_signal(d->rt, SIGINT, on_end_signal, d) != ZTRUNK_OK ||
        ztrunk_rt_on_signal(d->rt, SIGHUP, on_reload_signal, d) != ZTRUNK_OK ||
        ztrunk_txns_new(d->ctx, &txns, &d->txns) != ZTRUNK_OK ||
        ztrunk_dialogs_new(d->ctx, &dialogs, &d->dialogs) != ZTRUNK_OK ||
        ztrunk_relay_new(d->ctx, &relay, &d->relay) != ZTRUNK_OK || admit_start(d) != ZTRUNK_OK ||
        proof_start(d) != ZTRUNK_OK || ocsp_start(d) != ZTRUNK_OK ||
        ztrunk_net_new(d->rt, NULL, &handler, &d->net) != ZTRUNK_OK ||
        ztrunk_rt_timer_new(d->rt, on_timer, d, &d->timer) != ZTRUNK_OK)
        return -1;
    (void)ztrunk_resolver_new(d->rt, NULL, &d->resolver);
    return ztrunk_rt_on_readable(d->rt, ztrunk_relay_fd(d->relay), on_relay, d) == ZTRUNK_OK ? 0
                                                                                             : -1;
}

static void explain_start(const struct daemon *d, const struct trunk *trunk, const char *what)
{
    int error = errno;
    struct rlimit files = {0, 0};

    fprintf(stderr, "%s:%u: trunk %s cannot start: %s: %s", d->file, trunk->conf->line,
            trunk->conf->name, what,
            error != 0 ? strerror(error) : "its TLS configuration was refused");
    if (error == EMFILE && getrlimit(RLIMIT_NOFILE, &files) == 0)
        fprintf(stderr,
                "; each media port takes a descriptor and %llu are allowed: make media_ports "
                "smaller, or the limit larger (LimitNOFILE= of the unit, ulimit -Hn)",
                (unsigned long long)files.rlim_max);
    fputc('\n', stderr);
}

static int start_trunks(struct daemon *d)
{
    d->trunks = calloc(d->config->trunk_count, sizeof *d->trunks);
    if (d->trunks == NULL) return -1;
    for (uint32_t i = 0; i < d->config->trunk_count; i++) {
        struct trunk *trunk = &d->trunks[d->trunk_count++];
        const char *what = "";

        trunk->daemon = d;
        trunk->conf = &d->config->trunks[i];
        errno = 0;
        if (trunk_start(d, trunk, &what) == 0) continue;
        explain_start(d, trunk, what);
        return -1;
    }
    return 0;
}

static int start(struct daemon *d)
{
    struct policy *policy;

    if (log_open(&d->log, d->config->log_file, d->config->log_format, d->config->fqdn) != 0) {
        fprintf(stderr, "%s: log.file \"%s\": %s\n", d->file, d->config->log_file, strerror(errno));
        return -1;
    }
    errno = 0;
    if (start_engines(d) != 0) {
        fprintf(stderr, "zerotrunkd: cannot start: %s\n", strerror(errno));
        return -1;
    }
    if (start_trunks(d) != 0 || refresh_start(d) != 0 || watch_start(d) != 0) return -1;
    config_files_free(d->config->files);
    d->config->files = NULL;
    policy = policy_new(d, d->config);
    if (policy == NULL) {
        fprintf(stderr, "zerotrunkd: cannot start: out of memory\n");
        return -1;
    }
    policy_adopt(d, policy);
    admit_configure(d);
    trunk_guard(d);
    for (uint32_t i = 0; i < d->trunk_count; i++) silence_trunk(d, &d->trunks[i]);
    if (d->config->metrics.family != 0 &&
        ztrunk_http_new(d->rt, &d->config->metrics, metrics_get, d, &d->http) != ZTRUNK_OK) {
        fprintf(stderr, "%s: node.metrics cannot be served: %s\n", d->file, strerror(errno));
        return -1;
    }
    if (nft_start(d) != 0) return -1;
    if (privileges_drop(d) != 0) return -1;
    log_started(d);
    if (alert_start(d) != 0) {
        fprintf(stderr, "zerotrunkd: cannot start: out of memory\n");
        return -1;
    }
    daemon_log_notes(d);
    set_timer(d);
    return 0;
}

static void free_maps(struct daemon *d)
{
    for (size_t i = 0; i < d->flows.size; i++) free(d->flows.places[i].value);
    while (d->calls != NULL) call_free(d->calls);
    idmap_free(&d->flows);
    idmap_free(&d->txn_of);
    idmap_free(&d->dialog_of);
    idmap_free(&d->relay_of);
}

static void stop(struct daemon *d)
{
    alert_end(d);
    refresh_end(d);
    watch_end(d);
    ztrunk_http_free(d->http);
    ztrunk_resolver_free(d->resolver);
    ztrunk_net_free(d->net);
    ztrunk_txns_free(d->txns);
    ztrunk_dialogs_free(d->dialogs);
    if (d->rt != NULL && d->relay != NULL)
        (void)ztrunk_rt_on_readable(d->rt, ztrunk_relay_fd(d->relay), NULL, NULL);
    ztrunk_relay_free(d->relay);
    nft_end(d);
    if (d->rt != NULL && ztrunk_priv_fd(d->priv) >= 0)
        (void)ztrunk_rt_on_readable(d->rt, ztrunk_priv_fd(d->priv), NULL, NULL);
    ztrunk_priv_free(d->priv);
    ztrunk_rt_timer_free(d->timer);
    ztrunk_rt_free(d->rt);
    ztrunk_admission_free(d->admission);
    proof_end(d);
    ocsp_end(d);
    for (uint32_t i = 0; i < d->trunk_count; i++) trunk_stop(&d->trunks[i]);
    sources_free(d->sources);
    perimeter_free(d->perimeter);
    verdicts_free(d->verdicts);
    silence_end(&d->silence);
    alarm_end(d);
    free(d->trunks);
    log_close(&d->log);
}

int daemon_run(ztrunk_ctx *ctx, struct config *config, const char *file, ztrunk_priv *priv)
{
    struct daemon *d = calloc(1, sizeof *d);
    int code = EXIT_FAILURE;

    if (d == NULL) {
        ztrunk_priv_free(priv);
        config_free(config);
        return code;
    }
    d->ctx = ctx;
    d->config = config;
    d->file = file;
    d->toll_ns = d->tend_ns = d->hear_ns = UINT64_MAX;
    d->priv = priv;
    if (start(d) == 0 && ztrunk_rt_run(d->rt) == ZTRUNK_OK) code = EXIT_SUCCESS;
    if (d->is_lost) code = EXIT_FAILURE;
    pending_free_all(d);
    free_maps(d);
    stop(d);
    config_free(d->config);
    free(d);
    return code;
}
