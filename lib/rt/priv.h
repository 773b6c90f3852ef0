/* priv.h - between a program and its privileged process: one datagram of a SOCK_SEQPACKET pair a
 * message, the descriptor beside it. A long list goes in several: the first says how many prefixes
 * there will be, the last is answered. */
#ifndef ZTI_RT_PRIV_H
#define ZTI_RT_PRIV_H

#include <zerotrunk/priv.h>

enum { ZTI_PRIV_PREFIXES = 1024 }; /* in one message */
enum { ZTI_PRIV_MAX_PORTS = 256 };
/* No table of anybody else's is in reach of a program in a stranger's hands. */
#define ZTI_PRIV_TABLE "zerotrunk"

enum { /* what a list is for; MORE: it goes on */
       ZTI_PRIV_SOURCES = 1,
       ZTI_PRIV_MORE = 2,
       ZTI_PRIV_CLEAR = 3,
       ZTI_PRIV_PORTS = 4, /* from here on of the table: see priv_table.h */
       ZTI_PRIV_SIGNALLING = 5,
       ZTI_PRIV_MEDIA = 6,
       ZTI_PRIV_START = 7,
       ZTI_PRIV_HOLES = 8,
       ZTI_PRIV_BLOCK = 9,
       ZTI_PRIV_REMOVE = 10,
       ZTI_PRIV_NAME = 11
};

typedef struct zti_priv_request {
    uint32_t kind;
    uint32_t total; /* prefixes of the list */
    uint32_t count; /* of this message */
    uint32_t epoch; /* of the process that it is meant for: any other drops it */
    ztrunk_prefix prefixes[ZTI_PRIV_PREFIXES];
} zti_priv_request;

typedef struct zti_priv_reply { /* the first says hello */
    int32_t error, error_number;
    uint64_t caps;
} zti_priv_reply;

/* fd -1: none goes with it. E_SYSTEM, E_CLOSED. */
int32_t zti_priv_send(int sock, const zti_priv_request *request, int fd);
/* *fd -1: none came. E_CLOSED: the other end is; E_MALFORMED: no request. */
int32_t zti_priv_receive(int sock, zti_priv_request *request, int *fd);

/* Sends a list and waits for the answer to it. fd -1: none goes with it. */
int32_t zti_priv_ask(ztrunk_priv *p, uint32_t kind, int fd, const ztrunk_prefix *prefixes,
                     uint32_t count);
/* Error of the notice that a spare has taken over: error_number is its pid, caps its epoch. */
enum { ZTI_PRIV_TAKEN_OVER = 1 };

/* As zti_priv_ask, but without waiting for a process that is slow: what was sent will be done.
 * E_LIMIT: it is behind, and this was not sent. E_STATE: another one serves, and has no table. */
int32_t zti_priv_tell(ztrunk_priv *p, uint32_t kind, const ztrunk_prefix *prefixes, uint32_t count);
/* The process's life, or its spare's: requests from sock until its end. The exit code. */
int zti_priv_live(int sock);
/* Keeps what a filter needs, lets all else go; *caps: what it kept. E_SYSTEM. */
int32_t zti_priv_confine(int *sock, const ztrunk_priv_opts *opts, uint64_t *caps);
uint32_t zti_priv_is_alone(void); /* 1: this process has one thread */

#endif
