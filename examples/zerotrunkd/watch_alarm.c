#include "watch_alarm.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "alarm.h"

#define DAY_S INT64_C(86400)

enum { STAMP = 32, SERIAL = 41 };

struct about { /* a finding, put into words */
    const ztrunk_finding *finding;
    const char *name, *file; /* the subject; our certificate, or the peer's trust */
    uint32_t is_peer;
    char serials[ZTRUNK_VIEWS][SERIAL];
    char key[ALARM_KEY], stamp[STAMP], summary[ALARM_SUMMARY];
};

typedef void words_fn(struct about *a, struct alarm *alarm);

static void put_stamp(char stamp[STAMP], int64_t wall_s)
{
    time_t at = (time_t)wall_s;
    struct tm tm;

    gmtime_r(&at, &tm);
    strftime(stamp, STAMP, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* ---- in words, with what to do ---- */

static void add(struct alarm *alarm, const char *name, const char *value)
{
    alarm->details[alarm->detail_count++] = (struct alarm_detail){name, value};
}

static void words_of_end(struct about *a, struct alarm *alarm)
{
    static const uint32_t severities[] = {ALARM_INFO,     ALARM_WARNING,  ALARM_ERROR,
                                          ALARM_CRITICAL, ALARM_CRITICAL, ALARM_CRITICAL};
    const ztrunk_finding *f = a->finding;
    int64_t left_s = f->not_after_s - ztrunk_rt_wall_s();

    put_stamp(a->stamp, f->not_after_s);
    alarm->event = a->is_peer ? "peer.certificate_ends" : "certificate.ends";
    alarm->severity = severities[f->level];
    alarm->step = f->level;
    if (left_s < 0)
        snprintf(a->summary, sizeof a->summary, "the certificate of %s is over since %s; %s",
                 a->name, a->stamp, a->is_peer ? "its owner must renew it" : "renew it now");
    else
        snprintf(a->summary, sizeof a->summary,
                 "the certificate of %s ends in %" PRId64 " days and %" PRId64 " hours, at %s; %s",
                 a->name, left_s / DAY_S, left_s % DAY_S / 3600, a->stamp,
                 a->is_peer ? "tell its owner" : "renew it");
    add(alarm, "not_after", a->stamp);
    add(alarm, "certificate", f->text);
}

static void words_of_not_loaded(struct about *a, struct alarm *alarm)
{
    alarm->event = "certificate.not_loaded";
    alarm->severity = ALARM_ERROR;
    snprintf(
        a->summary, sizeof a->summary,
        "renewed but not reloaded: %s holds serial %s, in use is %s; reload, or see why it was "
        "refused",
        a->file, a->serials[ZTRUNK_VIEW_DISK], a->serials[ZTRUNK_VIEW_LOADED]);
    add(alarm, "on_disk", a->serials[ZTRUNK_VIEW_DISK]);
    add(alarm, "loaded", a->serials[ZTRUNK_VIEW_LOADED]);
}

static void words_of_not_shown(struct about *a, struct alarm *alarm)
{
    alarm->event = "certificate.not_shown";
    alarm->severity = ALARM_ERROR;
    snprintf(
        a->summary, sizeof a->summary,
        "loaded but not shown: a handshake with %s shows serial %s, loaded is %s; another node "
        "or a load balancer answers to that name",
        a->name, a->serials[ZTRUNK_VIEW_WIRE], a->serials[ZTRUNK_VIEW_LOADED]);
    add(alarm, "shown", a->serials[ZTRUNK_VIEW_WIRE]);
    add(alarm, "loaded", a->serials[ZTRUNK_VIEW_LOADED]);
}

static void words_of_issuer(struct about *a, struct alarm *alarm)
{
    const ztrunk_finding *f = a->finding;

    alarm->event = "peer.root_changed";
    alarm->severity = ALARM_WARNING;
    snprintf(a->summary, sizeof a->summary,
             "the certificate of %s has another root than before; if nobody announced it, ask",
             a->name);
    add(alarm, "root", f->text);
    add(alarm, "root_before", f->old);
}

static void words_of_usage(struct about *a, struct alarm *alarm)
{
    alarm->event = "peer.usage_changed";
    alarm->severity = ALARM_WARNING;
    snprintf(a->summary, sizeof a->summary,
             "the certificate of %s may be used for something else than before (extended key "
             "usage); under identity mutual one without clientAuth cannot call here",
             a->name);
}

static void words_of_root_next(struct about *a, struct alarm *alarm)
{
    alarm->event = "peer.root_next";
    alarm->severity = ALARM_WARNING;
    snprintf(a->summary, sizeof a->summary,
             "%s is let in by a root of trust_next alone; add that root to %s before trust_next is "
             "taken away",
             a->name, a->file);
    add(alarm, "root", a->finding->text);
}

static void words_of_root_missing(struct about *a, struct alarm *alarm)
{
    alarm->event = "peer.root_missing";
    alarm->severity = ALARM_CRITICAL;
    snprintf(a->summary, sizeof a->summary,
             "%s is refused: its chain leads to a root that %s does not hold; if it is announced, "
             "add it there",
             a->name, a->file);
    add(alarm, "root", a->finding->text);
}

static words_fn *const words[ZTRUNK_FINDINGS] = {words_of_end,         words_of_not_loaded,
                                                 words_of_not_shown,   words_of_issuer,
                                                 words_of_usage,       words_of_root_next,
                                                 words_of_root_missing};

/* ---- of which subject ---- */

static const char *file_of(const struct daemon *d, const char *name, uint32_t is_peer)
{
    for (uint32_t i = 0; i < 2 * d->trunk_count && is_peer; i++) {
        const struct config_trunk *conf = d->trunks[i / 2].conf;
        size_t len = strlen(conf->name);

        if (strncmp(name, conf->name, len) == 0 &&
            strcmp(name + len, i % 2 == CLOUD ? "/cloud" : "/inside") == 0)
            return conf->side[i % 2].peer.trust;
    }
    return d->config->identity.certificate;
}

static void look_at(const struct daemon *d, const ztrunk_watch *table, uint32_t is_peer,
                    const ztrunk_finding *finding, struct about *a)
{
    const char *kind = ztrunk_finding_name(finding->kind);

    *a = (struct about){.finding = finding, .name = ztrunk_watch_name(table, finding->subject)};
    a->is_peer = is_peer;
    a->file = file_of(d, a->name, a->is_peer);
    snprintf(a->key, sizeof a->key, "cert/%s/%s/%s", kind, a->is_peer ? "peer" : "local", a->name);
    for (uint32_t view = 0; view < ZTRUNK_VIEWS; view++) {
        ztrunk_watch_view info = {.size = sizeof info};

        if (ztrunk_watch_get_view(table, finding->subject, view, &info) == ZTRUNK_OK)
            memcpy(a->serials[view], info.serial, sizeof info.serial);
    }
}

static void log_issuer(struct daemon *d, const struct about *a)
{
    struct log_line line;

    log_begin(&line, &d->log, LOG_INFO, "peer.issuer_changed", 0);
    log_word(&line, "peer", a->name);
    log_word(&line, "issuer", a->finding->text);
    log_word(&line, "before", a->finding->old);
    log_end(&line);
}

/* CAs change their intermediates at will: that is worth a line, and wakes nobody. */
static uint32_t is_small(const ztrunk_finding *f)
{
    return f->kind == ZTRUNK_FINDING_ISSUER && f->level == 1;
}

void watch_alarm(struct daemon *d, const ztrunk_watch *table, uint32_t is_peer,
                 const ztrunk_finding *finding)
{
    struct about a;
    struct alarm alarm = {.severity = ALARM_WARNING};

    look_at(d, table, is_peer, finding, &a);
    if (is_small(finding)) log_issuer(d, &a);
    if (finding->level == 0 || is_small(finding)) {
        alarm_clear(d, a.key, "it is over");
        return;
    }
    alarm.key = a.key;
    alarm.summary = a.summary;
    words[finding->kind](&a, &alarm);
    alarm_raise(d, &alarm);
}
