/* alarm.h - what an operator should know: raised once, told once, cleared when it is over.
 *
 * A key names what is wrong, such as "cert/local/sbc.example.com". The first raise of a key is
 * told, and each with another severity or step; the same again is nothing. Told is the line
 * alarm.raised or alarm.cleared of the log, and what the section alerts of the configuration sends
 * on. */
#ifndef ZEROTRUNKD_ALARM_H
#define ZEROTRUNKD_ALARM_H

#include <stddef.h>
#include <stdint.h>

struct daemon;

enum { ALARM_INFO = 0, ALARM_WARNING, ALARM_ERROR, ALARM_CRITICAL, ALARM_SEVERITIES };
enum { ALARM_NONE = ALARM_SEVERITIES }; /* of what is not raised */
enum {
    ALARM_MAX = 256, /* raised at once; one more is a line of the log and no alarm */
    ALARM_KEY = 128, /* with the NUL; a longer one is cut, and ends in the hash of the whole */
    ALARM_SUMMARY = 512,
    ALARM_DETAILS = 6,
    ALARM_NAME = 32,
    ALARM_VALUE = 160
};

struct alarm_detail { /* a name of a-z and _, none of key, alarm, severity, summary, why */
    const char *name, *value;
};

struct alarm { /* all of it is copied */
    const char *key, *event, *summary;
    uint32_t severity;
    uint32_t step; /* it has come so far, where one severity has more than one: 0 to 9 */
    uint32_t detail_count;
    struct alarm_detail details[ALARM_DETAILS];
};

void alarm_raise(struct daemon *d, const struct alarm *alarm);
/* Of a key that is not raised: nothing. */
void alarm_clear(struct daemon *d, const char *key, const char *summary);
/* Clears what was told before a restart and was not raised since. */
void alarm_settle(struct daemon *d);
/* How many of that severity are raised now. */
uint32_t alarm_count(const struct daemon *d, uint32_t severity);
const char *alarm_severity_text(uint32_t severity);
void alarm_end(struct daemon *d);

#endif
