/* SIGHUP: certificates, keys, anchors and policies anew; what is up stays up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "admit.h"
#include "alarm.h"
#include "generation.h"
#include "nft.h"
#include "policy.h"
#include "refresh.h"
#include "trust.h"
#include "watch.h"

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

/* ---- TLS: all sides are made before the first is swapped ---- */

struct made {
    ztrunk_tls_conf *conf[CONFIG_MAX_TRUNKS][2][2];
};

static void made_free(struct made *made)
{
    for (uint32_t i = 0; made != NULL && i < 4 * CONFIG_MAX_TRUNKS; i++)
        ztrunk_tls_conf_free(made->conf[i / 4][i / 2 % 2][i % 2]);
    free(made);
}

static struct made *make_all(struct daemon *d, const struct config *config,
                             const struct config_files *files)
{
    struct made *made = calloc(1, sizeof *made);

    for (uint32_t i = 0; made != NULL && i < 2 * d->trunk_count; i++) {
        const struct config_trunk *conf = config_trunk_of(config, d->trunks[i / 2].conf->name);

        if (conf->side[i % 2].transport != ZTRUNK_NET_TLS) continue;
        if (trunk_make_tls(d, config, files, conf, i % 2, made->conf[i / 2][i % 2]) == ZTRUNK_OK)
            continue;
        made_free(made);
        return NULL;
    }
    return made;
}

static void swap_all(struct daemon *d, struct made *made)
{
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++) {
        ztrunk_tls_conf **conf = made->conf[i / 2][i % 2];

        if (conf[0] == NULL) continue;
        if (generation_put(d, &d->trunks[i / 2].side[i % 2], conf) == ZTRUNK_OK)
            conf[0] = conf[1] = NULL;
        else
            log_reload(d, "reload.tls_kept", NULL);
    }
    made_free(made);
}

static void log_loaded(struct daemon *d)
{
    struct log_line line;

    log_begin(&line, &d->log, LOG_INFO, "identity.loaded", 0);
    log_word(&line, "serial", d->config->identity.leaf.serial);
    log_signed(&line, "not_after", d->config->identity.leaf.not_after_s);
    log_end(&line);
}

/* What is connected is judged by the new anchors and lists, and drains. */
static void after_swap(struct daemon *d)
{
    trust_renewed(d);
    generation_swapped(d);
    watch_renewed(d);
    log_loaded(d);
}

int reload_files(struct daemon *d, struct config_report *report)
{
    struct config_files *files = config_files_read(d->ctx, d->config, ztrunk_rt_wall_s(), report);
    struct made *made = files != NULL ? make_all(d, d->config, files) : NULL;

    if (files != NULL && made == NULL)
        config_complain(report, 0, "", NULL, "out of memory, or TLS refuses the files");
    if (made != NULL) {
        d->config->identity.leaf = files->leaf;
        swap_all(d, made);
        after_swap(d);
        log_reload(d, "reload.done", NULL);
        alarm_clear(d, "reload/config", "the files were taken");
    }
    config_files_free(files);
    return made != NULL ? 0 : -1;
}

void reload_refuse(struct daemon *d, const struct config_report *report)
{
    const struct alarm alarm = {.key = "reload/config",
                                .event = "reload.refused",
                                .summary = report->count > 0 ? report->errors[0].text : "",
                                .severity = ALARM_ERROR,
                                .detail_count = 1,
                                .details = {{"file", d->file}}};

    log_reload(d, "reload.refused", report);
    alarm_raise(d, &alarm);
}

/* ---- the configuration ---- */

static void adopt(struct daemon *d, struct config *fresh, struct policy *policy, struct made *made)
{
    struct config *old = d->config;

    d->config = fresh;
    for (uint32_t i = 0; i < d->trunk_count; i++)
        d->trunks[i].conf = config_trunk_of(fresh, d->trunks[i].conf->name);
    swap_all(d, made);
    for (uint32_t i = 0; i < d->trunk_count; i++) trunk_adopt(d, &d->trunks[i]);
    config_free(old);
    config_files_free(fresh->files);
    fresh->files = NULL;
    policy_adopt(d, policy);
    endpoint_recheck(d);
    admit_configure(d);
    trunk_guard(d);
    nft_adopt(d);
    (void)refresh_start(d);
    after_swap(d);
    log_reload(d, "reload.done", NULL);
    alarm_clear(d, "reload/config", "the configuration was taken");
    daemon_log_notes(d);
}

static void check_all(struct daemon *d, const struct config *fresh, struct config_report *report)
{
    config_check_reload(d->config, fresh, report);
    check_same_trunks(d, fresh, report);
}

void daemon_reload(struct daemon *d)
{
    struct config_report *report = calloc(1, sizeof *report);
    struct config *fresh = NULL;
    struct policy *policy = NULL;
    struct made *made = NULL;

    if (report == NULL) return;
    refresh_seen(d);
    fresh = config_load(d->ctx, d->file, ztrunk_rt_wall_s(), report);
    if (fresh != NULL) check_all(d, fresh, report);
    if (fresh != NULL && report->count == 0) made = make_all(d, fresh, fresh->files);
    if (made != NULL) policy = policy_new(d, fresh);
    if (fresh != NULL && report->count == 0 && policy == NULL)
        config_complain(report, 0, "", NULL, "out of memory, or TLS refuses the files");
    if (policy != NULL) {
        adopt(d, fresh, policy, made);
    } else {
        reload_refuse(d, report);
        made_free(made);
        config_free(fresh);
    }
    daemon_pump(d);
    free(report);
}
