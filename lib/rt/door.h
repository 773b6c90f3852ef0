/* door.h - where a connection to a TLS listener stands until its ClientHello is there: in a slot
 * that was made beforehand, with nothing read, nothing sent and nothing allocated for it. */
#ifndef ZTI_RT_DOOR_H
#define ZTI_RT_DOOR_H

#include "rt/door_source.h"
#include "rt/loop.h"

struct zti_conn;
struct zti_listener;

typedef struct zti_knock {
    ztrunk_net *net;
    struct zti_listener *listener; /* while it stands */
    uint64_t listener_id, tag, accepted_ns;
    ztrunk_addr local, remote;
    zti_source *source;
    zti_watch watch;
    int fd;
    size_t size;       /* of the record with its ClientHello; 0: not known yet */
    uint32_t is_ready; /* all of that has come; a place in the handshake threads has not */
    int32_t error;     /* how it ended, to be told */
    uint32_t cause;
    const char *text;
    struct zti_knock *newer, *older;
} zti_knock;

typedef struct zti_knocks { /* by age */
    zti_knock *oldest, *newest;
} zti_knocks;

typedef struct zti_door {
    zti_knock *slots;
    zti_knocks standing, ended; /* ended: on_close is due */
    zti_knock *first_free;      /* by older */
    uint32_t count;             /* standing and ended */
    zti_timer timer;
} zti_door;

/* Before the first TLS listener. E_NOMEM. */
int32_t zti_door_init(ztrunk_net *net);
void zti_door_free(ztrunk_net *net); /* when its listeners have ended */
/* Is there a place for one more of source (NULL: it holds nothing yet)? */
uint32_t zti_door_has_room(const ztrunk_net *net, const zti_source *source);
/* When it has room. Takes fd, and one connection of source. */
void zti_door_take(struct zti_listener *l, int fd, const ztrunk_addr *remote, zti_source *source,
                   uint64_t tag);
/* Ends those of l; they are told of later. */
void zti_door_unlisten(ztrunk_net *net, const struct zti_listener *l);
void zti_door_tell(ztrunk_net *net); /* on_close for those that ended */
/* c, inbound, is no longer half-open: a place in the handshake threads is free. */
void zti_door_done(struct zti_conn *c);

#endif
