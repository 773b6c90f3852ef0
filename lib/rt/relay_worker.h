/* relay_worker.h - one thread that carries the media of its calls. */
#ifndef ZTI_RT_RELAY_WORKER_H
#define ZTI_RT_RELAY_WORKER_H

#include <pthread.h>
#include <semaphore.h>
#include "base/map.h"
#include "rt/relay_call.h"
#include "rt/relay_events.h"
#include "rt/relay_io.h"

enum { ZTI_RELAY_ADD = 1, ZTI_RELAY_SET = 2, ZTI_RELAY_CLOSE = 3 };

typedef struct zti_relay_command {
    uint32_t kind, leg;
    zti_relay_call *call;
    ztrunk_relay_leg spec;    /* SET: without keys */
    uint32_t new_in, new_out; /* SET: in and out below replace what is there */
    uint32_t is_back;         /* SET: the key before is the key again, with all that it has seen */
    ztrunk_srtp *in, *out;
    struct zti_relay_command *next;
} zti_relay_command;

typedef struct zti_relay_worker {
    ztrunk_ctx *ctx;
    const ztrunk_relay_opts *opts;
    zti_relay_events *events;
    pthread_t thread;
    sem_t has_started;
    int32_t start_error;
    uint32_t is_running;
    atomic_uint is_stopping, has_commands;
    int wake_fd;
    const zti_relay_backend *backend;
    zti_relay_io *io;
    const char *reason; /* why the backend is not the fast one; NULL */
    ztrunk_pinholes *holes;
    ztrunk_srtp_trials *trials; /* of why packets are refused, for all its calls */
    zti_map by_hole;            /* hole id -> leg */
    zti_relay_call *calls;
    pthread_mutex_t lock; /* of the queue */
    zti_relay_command *first, **last;
    uint32_t call_count; /* the control thread's */
} zti_relay_worker;

/* All but its thread. opts and events must outlive the worker. E_NOMEM, E_SYSTEM. */
int32_t zti_relay_worker_init(zti_relay_worker *w, ztrunk_ctx *ctx, const ztrunk_relay_opts *opts,
                              zti_relay_events *events);
/* Its thread, when it has none yet. E_SYSTEM. */
int32_t zti_relay_worker_start(zti_relay_worker *w);
/* Hands a command over; it is the worker's to free, made by zti_calloc of the worker's ctx. */
void zti_relay_worker_tell(zti_relay_worker *w, zti_relay_command *command);
/* Ends the thread and frees the calls that are left. */
void zti_relay_worker_end(zti_relay_worker *w);

#endif
