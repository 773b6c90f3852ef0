/* event.h - what the daemon logs: one row for each event, for those who map logs to schemas. */
#ifndef ZEROTRUNKD_EVENT_H
#define ZEROTRUNKD_EVENT_H

#include <stddef.h>
#include <stdint.h>

/* Classes of OCSF 1.3 whose required attributes an event of ours has, and their activities. */
enum {
    OCSF_BASE = 0,
    OCSF_FINDING = 2004,  /* Detection Finding */
    OCSF_NETWORK = 4001,  /* Network Activity; without an address a base event */
    OCSF_LIFECYCLE = 6002 /* Application Lifecycle */
};
enum { OCSF_CREATE = 1, OCSF_CLOSE_FINDING = 3 };
enum { OCSF_OPEN = 1, OCSF_CLOSE = 2, OCSF_FAIL = 4, OCSF_REFUSE = 5, OCSF_TRAFFIC = 6 };
enum { OCSF_START = 3, OCSF_STOP = 4, OCSF_OTHER = 99 };

struct event {
    const char *name;
    uint32_t signature; /* of CEF; never used again for another event */
    const char *title;
    uint32_t ocsf_class, ocsf_activity;
};

/* In the order of their names. */
extern const struct event event_table[];
extern const size_t event_count;

/* An event of that name; of one that is not in the table, signature 0 and the title "event". */
const struct event *event_of(const char *name);

#endif
