/* daemon.h - zerotrunkd's state: trunks, their sides, and what wires the engines together. */
#ifndef ZEROTRUNKD_DAEMON_H
#define ZEROTRUNKD_DAEMON_H

#include <zerotrunk/admission.h>
#include <zerotrunk/dialog.h>
#include <zerotrunk/generation.h>
#include <zerotrunk/priv.h>
#include <zerotrunk/relay.h>
#include <zerotrunk/rt.h>
#include <zerotrunk/sdp.h>
#include <zerotrunk/txn.h>
#include "brake.h"
#include "config.h"
#include "idmap.h"
#include "log.h"
#include "silence.h"

enum { DAEMON_WIRE = 70000 }; /* a whole message on its way out */
/* Certificates: a message of them fits one record, and an anchor comes behind it. */
enum { DAEMON_CHAIN = 32768 };
enum { ADMIT_REASONS = ZTRUNK_ADMIT_MESSAGE_RATE + 1, URI_REASONS = ZTRUNK_RULE_HEADER + 1 };
enum { /* on a new request */
       VERDICT_NONE = 0,
       VERDICT_ACCEPTED,
       VERDICT_WARNED,
       VERDICT_CHALLENGED,
       VERDICT_REFUSED,
       VERDICTS
};
enum { TOLL_REASONS = ZTRUNK_TOLL_FULL + 1 };

struct daemon;
struct call;
struct trunk;
struct perimeter;
struct verdicts;
struct hold;
struct ocsp;
struct proofs;
struct nft;
struct refresh;
struct sources;
struct alarm_table;
struct alert;
struct watch;
struct watch_probe;

struct side { /* one side of a running trunk */
    struct trunk *trunk;
    uint64_t listener;
    uint32_t range;                   /* of the relay */
    ztrunk_generations *tls;          /* NULL: a transport that proves nothing */
    ztrunk_tls_conf *server, *client; /* the current ones of tls */
    uint64_t flow;                    /* the connection to the peer that was used last */
    uint64_t next_flow, renew_ns;     /* what is to take its place; not tried again before */
    uint64_t next_open_ns;            /* since when it is open; 0: it is not */
    ztrunk_addr peers[CONFIG_MAX_ADDRS];
    uint32_t peer_count, next_peer;
    uint32_t is_up; /* the last OPTIONS was answered, or none is sent */
    uint64_t options_ns;
    char via[CONFIG_HOST + 32], contact[CONFIG_HOST + 64], host[CONFIG_HOST + 8];
    ztrunk_sdp_policy policy;
    uint64_t refused[ADMIT_REASONS]; /* connections and messages over a limit */
    struct brake refused_brakes[ADMIT_REASONS];
    uint64_t uri_denied[URI_REASONS]; /* requests for what is not ours */
    struct brake uri_brakes[URI_REASONS];
    uint64_t verdicts[VERDICTS]; /* on new requests */
    struct brake verdict_brakes[VERDICTS];
    uint64_t toll_denied[TOLL_REASONS]; /* calls from there that may not be made */
    struct brake toll_brakes[TOLL_REASONS];
};

struct toll_stub {       /* a call that counts against the limits of toll */
    struct trunk *trunk; /* NULL: none does */
    uint64_t id, deadline_ns;
};

struct trunk {
    struct daemon *daemon;
    const struct config_trunk *conf;
    struct side side[2];
    uint32_t calls;
    struct brake blocked_brake;
    ztrunk_toll *toll; /* NULL: it never had a section toll */
};

/* Of two deadlines; UINT64_MAX is none. */
static inline uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

struct bound_flow { /* who stands behind a connection or a datagram source */
    struct trunk *trunk;
    uint32_t side;
    ztrunk_admission_source source;
    uint32_t facts;            /* ZTRUNK_FACT_*, of the connection */
    uint64_t proof_ns;         /* reverse proof is asked for again then; 0: never was */
    uint64_t generation;       /* of the certificate that we showed; 0: not TLS */
    uint64_t old_ns, heard_ns; /* it drains since then, 0: it does not; a message came last */
    uint32_t pins, doubt;      /* what needs it; ZTRUNK_TLS_CAUSE_* why the peer starts no call */
    const char *doubt_why;     /* a loan */
    uint32_t is_taken;         /* ours: the peer has said something since it saw our certificate */
};

struct verdict {              /* on a new request of a cloud's */
    uint32_t outcome, status; /* status: of the answer that refuses it; 0: none does */
    uint32_t facts, missing;  /* ZTRUNK_FACT_* */
    uint32_t is_stale;        /* the peer knows the password, and needs a fresh nonce */
    const char *claim;        /* a loan: the host that is another's */
    size_t claim_len;
};

struct counts {
    uint64_t calls[2], failed[2]; /* by the side that called */
    uint64_t refused[16];         /* by ZTRUNK_SDP_REFUSED_* */
    uint64_t tls_refused[32];     /* by ZTRUNK_TLS_CAUSE_* */
    uint64_t gate, holes_opened, holes_closed;
    uint64_t takeovers;                /* of the privileged process by its spare */
    uint64_t rx[2], tx[2], dropped[2]; /* media packets of ended calls, by side */
    uint64_t media_verdicts[32];       /* by ZTRUNK_VERDICT_* */
};

struct daemon {
    ztrunk_ctx *ctx;
    struct config *config;
    const char *file;
    struct log log;
    ztrunk_rt *rt;
    ztrunk_net *net;
    ztrunk_priv *priv; /* NULL: this process never had the privilege */
    ztrunk_txns *txns;
    ztrunk_dialogs *dialogs;
    ztrunk_relay *relay;
    ztrunk_admission *admission;
    struct nft *nft; /* NULL: the kernel has no table of ours */
    struct proofs *proofs;
    struct ocsp *ocsp;
    struct refresh *refresh;
    struct watch *watch;
    struct watch_probe *probe;
    uint64_t tend_ns, judge_ns;   /* connections are looked at then: for draining; for trust */
    uint64_t clock_ns;            /* the clock on the wall is looked at then; */
    int64_t wall_ahead_s;         /* so far it was ahead of the one that only runs */
    struct toll_stub invite_toll; /* this one and the next: */
    uint64_t toll_ns;             /* no call has lasted too long before */
    uint64_t hear_ns;             /* calls are looked at then: are both parties heard? */
    uint64_t invite_admission; /* of the INVITE that is being dealt with, until a call takes it */
    ztrunk_resolver *resolver;
    ztrunk_http *http;
    ztrunk_rt_timer *timer;
    struct trunk *trunks;
    uint32_t trunk_count;
    struct silence silence;
    struct alarm_table *alarms; /* NULL: none was ever raised */
    struct alert *alert;        /* NULL: they are only logged */
    struct sources *sources;    /* these two are exchanged whole by a reload */
    struct perimeter *perimeter;
    struct verdicts *verdicts;
    uint32_t matched_rule;  /* of the request that is being dealt with; 0: none */
    struct verdict verdict; /* on it */
    struct idmap flows;     /* flow -> struct bound_flow */
    size_t flows_bound;     /* at so many, those that are gone are looked for */
    struct idmap txn_of;    /* client or server transaction -> struct pending (call.h) */
    struct idmap dialog_of; /* dialog -> struct leg */
    struct idmap relay_of;  /* relay call -> struct call */
    struct call *calls;
    uint64_t next_call;
    uint32_t call_count, max_txns, is_draining, is_done;
    uint64_t drain_ns, leave_ns; /* calls end then; the last BYEs have until then, 0: not yet */
    uint32_t is_lost;            /* it ends since nobody has its table */
    struct counts counts;
    uint8_t wire[DAEMON_WIRE];
};

/* Runs until SIGTERM or SIGINT has drained it; takes config, and priv, which may be NULL. The exit
 * code. */
int daemon_run(ztrunk_ctx *ctx, struct config *config, const char *file, ztrunk_priv *priv);
/* Moves what the engines have to say and to send, and sets the timer. */
void daemon_pump(struct daemon *d);
/* 1: they had something (pump.c). */
uint32_t pump_engines(struct daemon *d);
void daemon_reload(struct daemon *d);
/* Takes the files of the configuration in use anew. -1: report says what is wrong, nothing has
 * changed, and nothing was logged. */
int reload_files(struct daemon *d, struct config_report *report);
void reload_refuse(struct daemon *d, const struct config_report *report);
/* Writes what is odd in the configuration, if not wrong. */
void daemon_log_notes(struct daemon *d);

/* privileges (privileges.c) */
/* What needs them is bound by now. -1: something is left, and it was said on standard error. */
int privileges_drop(struct daemon *d);
/* The process that has them is another one now, as an event or an answer said. */
void privileges_taken_over(struct daemon *d);

/* transports (endpoint.c) */
extern const ztrunk_net_handler endpoint_handler;
int32_t endpoint_bind(struct daemon *d, uint64_t flow, struct trunk *trunk, uint32_t side);
/* A message of a peer whose certificate stands; then one of a peer who is proved. Both take m. */
typedef void endpoint_fn(struct daemon *d, struct bound_flow *bound, uint64_t flow,
                         ztrunk_sip_msg *m);
endpoint_fn endpoint_hear, endpoint_deliver;
/* What was held goes on in its order; a message may end the connection. Frees hold; NULL: nothing.
 */
void endpoint_release(struct daemon *d, uint64_t flow, struct hold *hold, endpoint_fn *next);
/* After a reload: ends what came from sources that are listed no more. Calls go on. */
void endpoint_recheck(struct daemon *d);

/* trunks (trunk.c) */
/* On failure *what is the key that stands in the way, errno says why, or is 0. */
int trunk_start(struct daemon *d, struct trunk *trunk, const char **what);
/* Tells the kernel which sources each listener knows. */
void trunk_guard(struct daemon *d);
/* A flow to the peer of that side: the one in use, or a new connection. */
int32_t trunk_flow(struct trunk *trunk, uint32_t side, uint64_t *flow);
uint32_t trunk_is_reliable(const struct trunk *trunk, uint32_t side);
/* May this address talk to this side at all? */
uint32_t trunk_admits(const struct trunk *trunk, uint32_t side, const ztrunk_addr *remote);
uint64_t trunk_deadline(const struct trunk *trunk);
void trunk_expire(struct trunk *trunk, uint64_t now_ns);
/* The answer to an OPTIONS of ours; status 0: none came. */
void trunk_options_answered(struct trunk *trunk, uint32_t side, uint32_t status);
void trunk_stop(struct trunk *trunk);
/* After a reload: names, policies and peers by the new configuration. */
void trunk_adopt(struct daemon *d, struct trunk *trunk);
/* Both roles, the server's first; on failure what there is stays in made. */
int32_t trunk_make_tls(struct daemon *d, const struct config *config,
                       const struct config_files *files, const struct config_trunk *conf,
                       uint32_t side, ztrunk_tls_conf *made[2]);
/* A new connection to the peer, bound; the one in use stays. */
int32_t trunk_connect(struct trunk *trunk, uint32_t side, uint64_t *flow);

size_t metrics_get(void *opaque, const char *path, char *body, size_t cap, const char **type);

#endif
