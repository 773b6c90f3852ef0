#include "alarm.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "alarm_table.h"
#include "alert.h"
#include "daemon.h"

const char *alarm_severity_text(uint32_t severity)
{
    static const char *const texts[] = {"info", "warning", "error", "critical"};

    return severity < ALARM_SEVERITIES ? texts[severity] : "critical";
}

static uint32_t level_of(uint32_t severity)
{
    if (severity == ALARM_INFO) return LOG_INFO;
    return severity == ALARM_WARNING ? LOG_WARNING : LOG_ERROR;
}

static void log_raised(struct daemon *d, const char *key, const struct alarm *alarm,
                       uint32_t is_kept)
{
    struct log_line line;

    log_begin(&line, &d->log, level_of(alarm->severity), "alarm.raised", 0);
    log_word(&line, "key", key);
    log_word(&line, "alarm", alarm->event);
    log_word(&line, "severity", alarm_severity_text(alarm->severity));
    log_word(&line, "summary", alarm->summary);
    for (uint32_t i = 0; i < alarm->detail_count && i < ALARM_DETAILS; i++)
        log_word(&line, alarm->details[i].name, alarm->details[i].value);
    if (!is_kept) log_word(&line, "why", "too many alarms are raised; this one is only logged");
    log_end(&line);
}

static void log_cleared(struct daemon *d, const struct alarm_entry *entry, const char *summary)
{
    struct log_line line;

    log_begin(&line, &d->log, LOG_INFO, "alarm.cleared", 0);
    log_word(&line, "key", entry->key);
    log_word(&line, "alarm", entry->event);
    log_word(&line, "summary", summary);
    log_end(&line);
}

void alarm_raise(struct daemon *d, const struct alarm *alarm)
{
    struct alarm_entry *entry = NULL;
    char key[ALARM_KEY];

    alarm_key_write(alarm->key, key);
    if (d->alarms == NULL) d->alarms = calloc(1, sizeof *d->alarms);
    if (d->alarms != NULL) entry = alarm_table_find(d->alarms, key);
    if (entry != NULL && entry->severity == alarm->severity && entry->step == alarm->step &&
        !entry->is_unsure)
        return;
    if (entry == NULL && d->alarms != NULL) entry = alarm_table_take(d->alarms, key);
    log_raised(d, key, alarm, entry != NULL);
    if (entry == NULL) return;
    alarm_entry_set(entry, alarm);
    alert_push(d);
}

static void clear(struct daemon *d, struct alarm_entry *entry, const char *summary)
{
    log_cleared(d, entry, summary);
    entry->severity = ALARM_NONE;
    entry->step = 0;
    entry->is_unsure = 0;
    snprintf(entry->summary, sizeof entry->summary, "%s", summary);
}

void alarm_clear(struct daemon *d, const char *key, const char *summary)
{
    struct alarm_entry *entry;
    char kept[ALARM_KEY];

    if (d->alarms == NULL) return;
    alarm_key_write(key, kept);
    entry = alarm_table_find(d->alarms, kept);
    if (entry == NULL || entry->severity == ALARM_NONE) return;
    clear(d, entry, summary);
    alert_push(d);
}

void alarm_settle(struct daemon *d)
{
    for (uint32_t i = 0; d->alarms != NULL && i < ALARM_MAX; i++)
        if (d->alarms->entries[i].key[0] != 0 && d->alarms->entries[i].is_unsure)
            clear(d, &d->alarms->entries[i], "not seen again since a restart");
    alert_push(d);
}

uint32_t alarm_count(const struct daemon *d, uint32_t severity)
{
    uint32_t count = 0;

    for (uint32_t i = 0; d->alarms != NULL && i < ALARM_MAX; i++) {
        const struct alarm_entry *entry = &d->alarms->entries[i];

        count += entry->key[0] != 0 && entry->severity == severity && !entry->is_unsure;
    }
    return count;
}

void alarm_end(struct daemon *d)
{
    free(d->alarms);
    d->alarms = NULL;
}
