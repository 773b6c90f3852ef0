/* alarm_table.h - the alarms that are raised, by their keys. */
#ifndef ZEROTRUNKD_ALARM_TABLE_H
#define ZEROTRUNKD_ALARM_TABLE_H

#include "alarm.h"

struct alarm_entry {
    char key[ALARM_KEY]; /* empty: the place is free */
    char event[ALARM_NAME], summary[ALARM_SUMMARY];
    uint32_t severity; /* ALARM_NONE: cleared, which is still to be told */
    uint32_t step;
    uint32_t told; /* what the receivers know, or will from the spool; ALARM_NONE: nothing */
    uint32_t told_step;
    uint32_t is_unsure; /* told before a restart; it is not known yet whether it still holds */
    uint32_t detail_count;
    char names[ALARM_DETAILS][ALARM_NAME], values[ALARM_DETAILS][ALARM_VALUE];
};

struct alarm_table {
    struct alarm_entry entries[ALARM_MAX];
};

/* Keys come from our own configuration: the hash needs no secret. */
uint64_t alarm_hash(const char *text);
/* The key as it is kept: printable ASCII without spaces, and never longer than its room. */
void alarm_key_write(const char *key, char out[ALARM_KEY]);
/* The entry of a key that alarm_key_write wrote; NULL: there is none. */
struct alarm_entry *alarm_table_find(struct alarm_table *table, const char *key);
/* A free entry under that key; NULL: the table is full. */
struct alarm_entry *alarm_table_take(struct alarm_table *table, const char *key);
/* A free entry whose receivers know that severity and step of it from before a restart. */
struct alarm_entry *alarm_table_recall(struct alarm_table *table, const char *key,
                                       const char *event, uint32_t told, uint32_t told_step);
/* 1: the receivers know, or will from the spool, what it is now. */
uint32_t alarm_entry_is_told(const struct alarm_entry *entry);
void alarm_entry_set(struct alarm_entry *entry, const struct alarm *alarm);

#endif
