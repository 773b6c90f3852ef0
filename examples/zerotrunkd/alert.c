#include "alert.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "alarm_table.h"
#include "alert_record.h"
#include "alert_run.h"
#include "daemon.h"

#define SECOND UINT64_C(1000000000)

/* The command works for RUN seconds at most, and is ended at LIMIT. */
enum { RETRY_SECONDS = 2, QUICK_SECONDS = 10, MAX_FAILURES = 6 };
enum { RUN_SECONDS = 50, LIMIT_SECONDS = 90, AGAIN = 75 /* EX_TEMPFAIL */ };

struct alert {
    struct spool spool;
    struct alert_run run;
    uint64_t retry_ns, settle_ns, run_ns, limit_ns; /* UINT64_MAX: not planned */
    uint64_t spooled, failed;
    uint32_t failures;              /* of the command, one after the other */
    uint32_t is_failing, is_wanted; /* the spool took nothing; the command has more to do */
    int last_status;
    char state[SPOOL_STATE]; /* used within one call */
};

/* ---- state ---- */

static size_t write_state(struct alert *a, const struct alarm_table *table,
                          const struct alarm_entry *changed)
{
    size_t used = 0;

    for (uint32_t i = 0; i < ALARM_MAX; i++) {
        const struct alarm_entry *entry = &table->entries[i];
        uint32_t told = entry == changed ? entry->severity : entry->told;
        uint32_t step = entry == changed ? entry->step : entry->told_step;

        if (entry->key[0] == 0 || told == ALARM_NONE) continue;
        used += (size_t)snprintf(a->state + used, sizeof a->state - used, "%u.%u %s %s\n", told,
                                 step, entry->event, entry->key);
    }
    return used;
}

/* "SEVERITY.STEP EVENT KEY", of one digit each: what stands before the event. */
enum { HEAD = 4 };

static uint32_t is_head(const char *line, size_t len)
{
    return len > HEAD && line[0] >= '0' && line[0] < '0' + ALARM_SEVERITIES && line[1] == '.' &&
           line[2] >= '0' && line[2] <= '9' && line[3] == ' ';
}

static void read_line(struct alarm_table *table, const char *line, size_t len)
{
    const char *key = is_head(line, len) ? memchr(line + HEAD, ' ', len - HEAD) : NULL;
    char event[ALARM_NAME], name[ALARM_KEY];
    struct alarm_entry *entry;
    uint32_t told, step;

    if (key == NULL) return;
    if (key == line + HEAD || (size_t)(key - line - HEAD) >= sizeof event) return;
    if (line + len == key + 1 || (size_t)(line + len - key - 1) >= sizeof name) return;
    told = (uint32_t)(line[0] - '0');
    step = (uint32_t)(line[2] - '0');
    snprintf(event, sizeof event, "%.*s", (int)(key - line - HEAD), line + HEAD);
    snprintf(name, sizeof name, "%.*s", (int)(line + len - key - 1), key + 1);
    entry = alarm_table_find(table, name);
    if (entry != NULL) {
        entry->told = told;
        entry->told_step = step;
        return;
    }
    (void)alarm_table_recall(table, name, event, told, step);
}

static void read_state(const char *state, struct alarm_table *table)
{
    const char *end;

    for (const char *line = state; (end = strchr(line, '\n')) != NULL; line = end + 1)
        read_line(table, line, (size_t)(end - line));
}

/* ---- the spool ---- */

static void log_spool(struct daemon *d, const char *event, const char *why)
{
    struct log_line line;

    log_begin(&line, &d->log, why != NULL ? LOG_ERROR : LOG_INFO, event, 0);
    log_word(&line, "spool", d->config->alerts.spool);
    if (why != NULL) log_word(&line, "why", why);
    log_end(&line);
}

static int open_spool(struct daemon *d)
{
    struct alert *a = d->alert;

    if (a->spool.dir >= 0) return 0;
    if (d->alarms == NULL) d->alarms = calloc(1, sizeof *d->alarms);
    if (d->alarms == NULL) return -1;
    if (spool_open(&a->spool, d->config->alerts.spool, a->state, sizeof a->state) != 0) return -1;
    read_state(a->state, d->alarms);
    a->settle_ns = ztrunk_rt_now_ns() + d->config->alerts.settle_seconds * SECOND;
    return 0;
}

static void failed(struct daemon *d)
{
    struct alert *a = d->alert;

    if (!a->is_failing) log_spool(d, "alert.spool_failed", strerror(errno));
    a->is_failing = 1;
    a->retry_ns = ztrunk_rt_now_ns() + RETRY_SECONDS * SECOND;
}

static int tell(struct daemon *d, struct alarm_entry *entry)
{
    struct alert *a = d->alert;
    char text[ALERT_RECORD];
    struct spool_record record;
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (alert_record_write(entry, d->config->fqdn, &now, text, &record) != 0) return 0;
    if (spool_put(&a->spool, &record, a->state, write_state(a, d->alarms, entry),
                  (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec) != 0)
        return -1;
    a->spooled++;
    a->is_wanted = 1;
    return 0;
}

/* An alarm that nobody knows of and that is over leaves no trace. */
static int push_entry(struct daemon *d, struct alarm_entry *entry)
{
    if (entry->key[0] == 0) return 0;
    if (d->alert != NULL && !alarm_entry_is_told(entry) && tell(d, entry) != 0) return -1;
    entry->told = entry->severity;
    entry->told_step = entry->step;
    if (entry->severity == ALARM_NONE) entry->key[0] = 0;
    return 0;
}

/* ---- the command ---- */

static void log_command(struct daemon *d, int status)
{
    struct log_line line;

    log_begin(&line, &d->log, LOG_WARNING, "alert.command_failed", 0);
    log_word(&line, "command", d->config->alerts.command);
    log_signed(&line, "status", status);
    if (status == AGAIN) log_word(&line, "why", "a receiver did not take what is in the spool");
    log_end(&line);
}

/* One that works for long tries by itself; one that fails at once is asked less and less. */
static void count_failures(struct alert *a, int status, uint64_t now_ns)
{
    uint32_t is_quick = a->limit_ns == UINT64_MAX ||
                        now_ns + (LIMIT_SECONDS - QUICK_SECONDS) * SECOND < a->limit_ns;

    a->failed += status != 0;
    if (status == 0 || !is_quick)
        a->failures = 0;
    else if (a->failures < MAX_FAILURES)
        a->failures++;
}

static void ended(struct daemon *d, int status)
{
    struct alert *a = d->alert;

    uint64_t now_ns = ztrunk_rt_now_ns(), wait_ns;

    count_failures(a, status, now_ns);
    wait_ns = status != 0 ? ((uint64_t)RETRY_SECONDS << a->failures) * SECOND : 0;
    if (status != 0 && status != a->last_status) log_command(d, status);
    a->last_status = status;
    a->limit_ns = UINT64_MAX;
    if (status != 0) a->is_wanted = 1;
    if (a->is_wanted) a->run_ns = now_ns + wait_ns;
}

static void on_ended(void *opaque)
{
    struct daemon *d = opaque;
    int fd = d->alert->run.fd, status = 0;

    (void)ztrunk_rt_on_readable(d->rt, fd, NULL, NULL);
    if (!alert_run_ended(&d->alert->run, &status)) return;
    ended(d, status);
    daemon_pump(d);
}

static void kill_command(struct daemon *d)
{
    struct alert *a = d->alert;

    if (a->run.pid == 0) return;
    (void)ztrunk_rt_on_readable(d->rt, a->run.fd, NULL, NULL);
    alert_run_kill(&a->run);
}

static void run_command(struct daemon *d)
{
    struct alert *a = d->alert;
    const struct config_alerts *conf = &d->config->alerts;
    const char *argv[ALERT_RUN_ARGS + 1] = {conf->command, "-s", conf->spool, "-t", NULL};
    char seconds[16];

    a->run_ns = UINT64_MAX;
    if (conf->command[0] == 0 || a->run.pid != 0) return;
    snprintf(seconds, sizeof seconds, "%u", (unsigned)RUN_SECONDS);
    argv[4] = seconds;
    if (conf->receivers[0] != 0) argv[5] = "-c";
    if (conf->receivers[0] != 0) argv[6] = conf->receivers;
    a->is_wanted = 0;
    if (alert_run_start(&a->run, argv) == 0 &&
        ztrunk_rt_on_readable(d->rt, a->run.fd, on_ended, d) == ZTRUNK_OK) {
        a->limit_ns = ztrunk_rt_now_ns() + LIMIT_SECONDS * SECOND;
        return;
    }
    alert_run_kill(&a->run);
    ended(d, 127);
}

/* ---- from outside ---- */

void alert_push(struct daemon *d)
{
    struct alert *a = d->alert;
    int err = 0;

    if (a != NULL) {
        a->retry_ns = UINT64_MAX;
        err = open_spool(d);
    }
    for (uint32_t i = 0; err == 0 && d->alarms != NULL && i < ALARM_MAX; i++)
        err = push_entry(d, &d->alarms->entries[i]);
    if (a == NULL) return;
    if (err != 0) {
        failed(d);
    } else if (a->is_failing) {
        log_spool(d, "alert.spool_back", NULL);
        a->is_failing = 0;
    }
    if (a->is_wanted && a->run.pid == 0 && a->run_ns == UINT64_MAX) a->run_ns = 0;
}

int alert_start(struct daemon *d)
{
    struct alert *a;

    if (d->config->alerts.spool[0] == 0) return 0;
    a = calloc(1, sizeof *a);
    if (a == NULL) return -1;
    a->spool.dir = a->run.fd = -1;
    a->spool.max_records = d->config->alerts.max_records;
    a->retry_ns = a->settle_ns = a->run_ns = a->limit_ns = UINT64_MAX;
    a->is_wanted = 1; /* for what an earlier run left */
    d->alert = a;
    alert_push(d);
    return 0;
}

uint64_t alert_deadline(const struct daemon *d)
{
    const struct alert *a = d->alert;

    if (a == NULL) return UINT64_MAX;
    return least(least(a->retry_ns, a->settle_ns), least(a->run_ns, a->limit_ns));
}

void alert_expire(struct daemon *d, uint64_t now_ns)
{
    struct alert *a = d->alert;

    if (a == NULL) return;
    if (now_ns >= a->retry_ns) alert_push(d);
    if (now_ns >= a->settle_ns) {
        a->settle_ns = UINT64_MAX;
        alarm_settle(d);
    }
    if (now_ns >= a->limit_ns) {
        kill_command(d);
        ended(d, 128 + 9);
    }
    if (now_ns >= a->run_ns) run_command(d);
}

void alert_get_counts(const struct daemon *d, struct alert_counts *counts)
{
    const struct alert *a = d->alert;

    memset(counts, 0, sizeof *counts);
    if (a == NULL) return;
    counts->spooled = a->spooled;
    counts->dropped = a->spool.dropped;
    counts->failed = a->failed;
    counts->in_spool = spool_count(&a->spool);
    for (uint32_t i = 0; d->alarms != NULL && i < ALARM_MAX; i++)
        counts->waiting +=
            d->alarms->entries[i].key[0] != 0 && !alarm_entry_is_told(&d->alarms->entries[i]);
}

void alert_end(struct daemon *d)
{
    if (d->alert == NULL) return;
    kill_command(d);
    spool_close(&d->alert->spool);
    free(d->alert);
    d->alert = NULL;
}
