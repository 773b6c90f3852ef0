/* alert_record.h - one alarm's change as a record of the spool: two lines.
 *
 * The first is the event of PagerDuty's Events API v2 without its routing_key: a program that
 * delivers it puts the key behind the first brace and needs to understand no JSON. The second is
 * the same for people: "trigger critical KEY SUMMARY". */
#ifndef ZEROTRUNKD_ALERT_RECORD_H
#define ZEROTRUNKD_ALERT_RECORD_H

#include <time.h>
#include "alarm_table.h"
#include "spool.h"

enum { ALERT_RECORD = 16384, ALERT_DEDUP = 255 };

/* "zerotrunk/FQDN/KEY", at most 255 bytes; what is cut of a longer one ends in a hash. */
void alert_dedup_write(const char *fqdn, const char *key, char out[ALERT_DEDUP + 1]);
/* The text in buf; 0, or -1 when it does not fit. */
int alert_record_write(const struct alarm_entry *entry, const char *fqdn,
                       const struct timespec *now, char buf[ALERT_RECORD],
                       struct spool_record *record);

#endif
