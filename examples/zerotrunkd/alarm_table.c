#include "alarm_table.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HASH_TEXT = 16 };

uint64_t alarm_hash(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    for (; *text != 0; text++) hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return hash;
}

void alarm_key_write(const char *key, char out[ALARM_KEY])
{
    size_t used = 0;

    for (const char *p = key; *p != 0 && used < ALARM_KEY - 1; p++)
        out[used++] = *p > ' ' && *p <= '~' && *p != '"' && *p != '\\' ? *p : '_';
    if (used == 0) out[used++] = '_'; /* the empty key is that of a free place */
    out[used] = 0;
    if (strlen(key) < ALARM_KEY) return;
    snprintf(out + ALARM_KEY - 1 - HASH_TEXT, HASH_TEXT + 1, "%016" PRIx64, alarm_hash(key));
}

struct alarm_entry *alarm_table_find(struct alarm_table *table, const char *key)
{
    for (uint32_t i = 0; i < ALARM_MAX; i++)
        if (strcmp(table->entries[i].key, key) == 0) return &table->entries[i];
    return NULL;
}

struct alarm_entry *alarm_table_take(struct alarm_table *table, const char *key)
{
    struct alarm_entry *entry = alarm_table_find(table, "");

    if (entry == NULL) return NULL;
    memset(entry, 0, sizeof *entry);
    snprintf(entry->key, sizeof entry->key, "%s", key);
    entry->severity = entry->told = ALARM_NONE;
    return entry;
}

struct alarm_entry *alarm_table_recall(struct alarm_table *table, const char *key,
                                       const char *event, uint32_t told, uint32_t told_step)
{
    struct alarm_entry *entry = alarm_table_take(table, key);

    if (entry == NULL) return NULL;
    entry->severity = entry->told = told;
    entry->step = entry->told_step = told_step;
    entry->is_unsure = 1;
    snprintf(entry->event, sizeof entry->event, "%s", event);
    return entry;
}

uint32_t alarm_entry_is_told(const struct alarm_entry *entry)
{
    return entry->told == entry->severity && entry->told_step == entry->step;
}

void alarm_entry_set(struct alarm_entry *entry, const struct alarm *alarm)
{
    uint32_t count = alarm->detail_count < ALARM_DETAILS ? alarm->detail_count : ALARM_DETAILS;

    entry->severity = alarm->severity;
    entry->step = alarm->step;
    entry->is_unsure = 0;
    snprintf(entry->event, sizeof entry->event, "%s", alarm->event);
    snprintf(entry->summary, sizeof entry->summary, "%s", alarm->summary);
    for (uint32_t i = 0; i < count; i++) {
        snprintf(entry->names[i], sizeof entry->names[i], "%s", alarm->details[i].name);
        snprintf(entry->values[i], sizeof entry->values[i], "%s", alarm->details[i].value);
    }
    entry->detail_count = count;
}
