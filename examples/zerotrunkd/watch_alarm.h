/* watch_alarm.h - what the watch finds, as alarms: in plain words, and with what to do. */
#ifndef ZEROTRUNKD_WATCH_ALARM_H
#define ZEROTRUNKD_WATCH_ALARM_H

#include <zerotrunk/watch.h>
#include "daemon.h"

void watch_alarm(struct daemon *d, const ztrunk_finding *finding);

#endif
