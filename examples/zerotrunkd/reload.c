/* SIGHUP: certificates, keys, anchors and policies anew; what is up stays up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "admit.h"
#include "nft.h"
#include "policy.h"

static void log_reload(struct daemon *d, const char *event, const struct config_report *report)
{
    struct log_line line;

    for (uint32_t i = 0; report != NULL && i < report->count; i++) {
        log_begin(&line, &d->log, LOG_ERROR, event, 0);
        log_word(&line, "file", d->file);
        log_number(&line, "line", report->errors[i].line);
        log_word(&line, "why", report->errors[i].text);
        log_end(&line);
    }
    if (report != NULL) return;
    log_begin(&line, &d->log, LOG_INFO, event, 0);
    log_word(&line, "file", d->file);
    log_end(&line);
}

void daemon_log_notes(struct daemon *d)
{
    const struct config_report *notes = &d->config->notes;
    struct log_line line;

    for (uint32_t i = 0; i < notes->count; i++) {
        log_begin(&line, &d->log, LOG_WARNING, "config.warning", 0);
        log_word(&line, "file", d->file);
        log_number(&line, "line", notes->errors[i].line);
        log_word(&line, "why", notes->errors[i].text);
        log_end(&line);
    }
}

/* A running node keeps its set of trunks. */
static void check_same_trunks(const struct daemon *d, const struct config *fresh,
                              struct config_report *report)
{
    for (uint32_t i = 0; i < d->trunk_count; i++)
        if (config_trunk_of(fresh, d->trunks[i].conf->name) == NULL)
            config_complain(report, 0, "trunks", d->trunks[i].conf->name,
                            "a running trunk cannot be removed by a reload; restart");
    if (fresh->trunk_count != d->trunk_count)
        config_complain(report, 0, "trunks", NULL,
                        "a reload can change trunks but not add any; restart");
}

static int32_t renew_tls(struct daemon *d, struct trunk *trunk, const struct config *fresh,
                         uint32_t s)
{
    const struct config_trunk *conf = config_trunk_of(fresh, trunk->conf->name);
    struct side *side = &trunk->side[s];
    ztrunk_tls_conf *made[2] = {NULL, NULL};
    int32_t err = ZTRUNK_OK;

    if (conf->side[s].transport != ZTRUNK_NET_TLS) return ZTRUNK_OK;
    err = trunk_make_tls(d, fresh, conf, s, made);
    if (err == ZTRUNK_OK) err = ztrunk_net_listener_conf(d->net, side->listener, made[0]);
    if (err != ZTRUNK_OK) {
        ztrunk_tls_conf_free(made[0]);
        ztrunk_tls_conf_free(made[1]);
        return err;
    }
    ztrunk_tls_conf_free(side->server);
    ztrunk_tls_conf_free(side->client);
    side->server = made[0];
    side->client = made[1];
    return ZTRUNK_OK;
}

static void adopt(struct daemon *d, struct config *fresh, struct policy *policy)
{
    struct config *old = d->config;

    for (uint32_t i = 0; i < d->trunk_count; i++) {
        struct trunk *trunk = &d->trunks[i];

        for (uint32_t s = CLOUD; s <= INSIDE; s++)
            if (renew_tls(d, trunk, fresh, s) != ZTRUNK_OK) log_reload(d, "reload.tls_kept", NULL);
    }
    d->config = fresh;
    for (uint32_t i = 0; i < d->trunk_count; i++) {
        d->trunks[i].conf = config_trunk_of(fresh, d->trunks[i].conf->name);
        trunk_adopt(d, &d->trunks[i]);
    }
    config_free(old);
    policy_adopt(d, policy);
    endpoint_recheck(d);
    admit_configure(d);
    trunk_guard(d);
    nft_adopt(d);
    log_reload(d, "reload.done", NULL);
    daemon_log_notes(d);
}

void daemon_reload(struct daemon *d)
{
    struct config_report *report = calloc(1, sizeof *report);
    struct config *fresh = NULL;
    struct policy *policy = NULL;

    if (report == NULL) return;
    fresh = config_load(d->ctx, d->file, ztrunk_rt_wall_s(), report);
    if (fresh != NULL) {
        config_check_reload(d->config, fresh, report);
        check_same_trunks(d, fresh, report);
    }
    if (fresh != NULL && report->count == 0) policy = policy_new(d, fresh);
    if (fresh != NULL && report->count == 0 && policy == NULL)
        config_complain(report, 0, "", NULL, "out of memory");
    if (fresh == NULL || report->count > 0) {
        log_reload(d, "reload.refused", report);
        config_free(fresh);
    } else {
        adopt(d, fresh, policy);
    }
    free(report);
}
