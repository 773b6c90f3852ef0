#include "alert_record.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "utf8.h"

struct text {
    char *at;
    size_t used;
    uint32_t is_cut;
};

static void put(struct text *t, const char *text, size_t len)
{
    if (t->is_cut || t->used + len >= ALERT_RECORD) {
        t->is_cut = 1;
        return;
    }
    memcpy(t->at + t->used, text, len);
    t->used += len;
}

static void put_word(struct text *t, const char *word)
{
    put(t, word, strlen(word));
}

static void put_value(struct text *t, const char *value)
{
    struct utf8 in = {(const uint8_t *)value, strlen(value)};
    char out[16];

    while (in.left > 0) put(t, out, utf8_escape(utf8_next(&in), out));
}

static void put_field(struct text *t, const char *before, const char *name, const char *value)
{
    put_word(t, before);
    put_word(t, "\"");
    put_value(t, name);
    put_word(t, "\":\"");
    put_value(t, value);
    put_word(t, "\"");
}

void alert_dedup_write(const char *fqdn, const char *key, char out[ALERT_DEDUP + 1])
{
    char whole[ALERT_DEDUP + ALARM_KEY + 64];
    int n = snprintf(whole, sizeof whole, "zerotrunk/%s/%s", fqdn, key);

    snprintf(out, ALERT_DEDUP + 1, "%.*s", ALERT_DEDUP, whole);
    if (n > ALERT_DEDUP) snprintf(out + ALERT_DEDUP - 16, 17, "%016" PRIx64, alarm_hash(whole));
}

static void put_payload(struct text *t, const struct alarm_entry *entry, const char *fqdn,
                        const struct timespec *now)
{
    uint32_t severity = entry->severity != ALARM_NONE ? entry->severity : entry->told;
    char group[ALARM_KEY], stamp[32], whole[48];
    struct tm tm;

    snprintf(group, sizeof group, "%.*s", (int)strcspn(entry->key, "/"), entry->key);
    gmtime_r(&now->tv_sec, &tm);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(whole, sizeof whole, "%s.%03ldZ", stamp, now->tv_nsec / 1000000);
    put_field(t, ",\"payload\":{", "summary", entry->summary[0] != 0 ? entry->summary : "none");
    put_field(t, ",", "source", fqdn);
    put_field(t, ",", "severity", alarm_severity_text(severity));
    put_field(t, ",", "timestamp", whole);
    put_field(t, ",", "component", "zerotrunkd");
    put_field(t, ",", "group", group);
    put_field(t, ",", "class", entry->event);
    put_field(t, ",\"custom_details\":{", "key", entry->key);
    for (uint32_t i = 0; i < entry->detail_count; i++)
        put_field(t, ",", entry->names[i], entry->values[i]);
    put_word(t, "}}}\n");
}

static void put_line(struct text *t, const struct alarm_entry *entry, const char *action)
{
    uint32_t severity = entry->severity != ALARM_NONE ? entry->severity : entry->told;

    put_word(t, action);
    put_word(t, " ");
    put_word(t, alarm_severity_text(severity));
    put_word(t, " ");
    put_word(t, entry->key);
    put_word(t, " ");
    put_value(t, entry->summary);
    put_word(t, "\n");
}

int alert_record_write(const struct alarm_entry *entry, const char *fqdn,
                       const struct timespec *now, char buf[ALERT_RECORD],
                       struct spool_record *record)
{
    const char *action = entry->severity != ALARM_NONE ? "trigger" : "resolve";
    char dedup[ALERT_DEDUP + 1];
    struct text t = {buf, 0, 0};

    alert_dedup_write(fqdn, entry->key, dedup);
    put_field(&t, "{", "event_action", action);
    put_field(&t, ",", "dedup_key", dedup);
    put_field(&t, ",", "client", "zerotrunkd");
    put_payload(&t, entry, fqdn, now);
    put_line(&t, entry, action);
    record->kind = entry->severity != ALARM_NONE ? SPOOL_TRIGGER : SPOOL_RESOLVE;
    record->id = alarm_hash(entry->key);
    record->text = buf;
    record->len = t.used;
    return t.is_cut ? -1 : 0;
}
