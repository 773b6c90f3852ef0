/* alert.h - alarms on their way out: into the spool, from which a program of its own delivers.
 *
 * What is to be told is the difference between what an alarm is and what its receivers know. While
 * the disk is full it waits in memory; alarms that came and went meanwhile are told to nobody. */
#ifndef ZEROTRUNKD_ALERT_H
#define ZEROTRUNKD_ALERT_H

#include <stdint.h>

struct daemon;

struct alert_counts {
    uint64_t spooled, dropped,
        failed;                 /* records; dropped: moot ones; failed: runs of the command */
    uint32_t waiting, in_spool; /* alarms that are not on the disk; records there */
};

/* Nothing without alerts.spool. A spool that cannot be used now may be later: 0, or -1 without
 * memory. Call it without privileges. */
int alert_start(struct daemon *d);
/* Tells what is not told; at once, and without waiting for anybody. */
void alert_push(struct daemon *d);
uint64_t alert_deadline(const struct daemon *d);
void alert_expire(struct daemon *d, uint64_t now_ns);
void alert_get_counts(const struct daemon *d, struct alert_counts *counts);
void alert_end(struct daemon *d);

#endif
