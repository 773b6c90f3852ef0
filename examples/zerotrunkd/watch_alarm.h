/* watch_alarm.h - what the watch finds, as alarms: in plain words, and with what to do. */
#ifndef ZEROTRUNKD_WATCH_ALARM_H
#define ZEROTRUNKD_WATCH_ALARM_H

#include <zerotrunk/watch.h>
#include "daemon.h"

/* is_peer: the finding is about a peer's certificate, not ours. */
void watch_alarm(struct daemon *d, const ztrunk_watch *table, uint32_t is_peer,
                 const ztrunk_finding *finding);

#endif
