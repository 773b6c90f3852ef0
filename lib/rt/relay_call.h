/* relay_call.h - a relayed call: two legs. Made by the control thread, then the worker's alone,
 * but for the counters, which the control thread may read at any time. */
#ifndef ZTI_RT_RELAY_CALL_H
#define ZTI_RT_RELAY_CALL_H

#include <stdatomic.h>
#include <zerotrunk/relay.h>
#include <zerotrunk/srtp.h>
#include "rt/relay_port.h"
#include "rt/relay_rtp.h"

typedef struct zti_relay_call zti_relay_call;

typedef struct zti_relay_counters { /* written by the worker, relaxed */
    atomic_uint_fast64_t rx_packets, rx_bytes, tx_packets, tx_bytes, rx_rtcp, tx_rtcp;
    atomic_uint_fast64_t drop_denied, drop_auth, drop_replay, drop_malformed, drop_direction,
        drop_send, drop_no_key;
    atomic_uint_fast64_t lost, duplicate, last_rx_ns;
    atomic_uint jitter_us, last_ssrc, is_latched;
    atomic_uint_fast64_t latched_ip[2]; /* ip[16], as two words */
    atomic_uint latched_port;           /* family << 16 | port */
    atomic_uint_fast64_t rx_other_codec, recovered, reports;
    atomic_uint report_lost, report_sequence, report_jitter, srtp_cause;
} zti_relay_counters;

struct zti_relay_leg {
    zti_relay_call *call;
    uint32_t index, is_secure;
    zti_port_pair *ports;
    ztrunk_relay_leg spec; /* without the keys */
    uint32_t is_set;
    ztrunk_srtp *in, *out;
    ztrunk_srtp *in_before; /* the last key: a peer may lag behind its own new offer */
    uint64_t in_before_until_ns;
    uint64_t holes[2]; /* RTP, RTCP; 0: closed */
    uint32_t is_latched[2];
    ztrunk_addr latched[2];
    zti_rtp_seq seq;
    uint64_t watched_since_ns; /* 0: silence is not watched */
    zti_relay_counters counters;
};

struct zti_relay_call {
    ztrunk_ctx *ctx;
    uint64_t id;
    uint32_t worker, range[2];
    struct zti_relay_command *closing; /* waits here until the call is closed; or NULL */
    zti_relay_leg legs[2];
    ztrunk_srtp_trials *trials; /* the worker's; or NULL */
    uint32_t prefix_count[2];
    ztrunk_prefix prefixes[2][16];
    zti_relay_call *next, *previous; /* the worker's list */
    /* The control thread's: to tell whether a key has changed, and whether it is the one before. */
    uint32_t suite_in[2], suite_before[2], suite_out[2];
    uint8_t key_in[2][64], key_before[2][64], key_out[2][64];
};

/* The control thread's checked copy of what the caller asked for; E_NOMEM. */
int32_t zti_relay_call_new(ztrunk_ctx *ctx, const ztrunk_relay_call *spec, zti_relay_call **out);
/* Wipes the keys. The ports are not the call's. */
void zti_relay_call_free(zti_relay_call *call);
/* One writer: a plain add, visible to the reader some time. */
static inline void zti_relay_count(atomic_uint_fast64_t *counter, uint64_t by)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + by,
                          memory_order_relaxed);
}
void zti_relay_latch(zti_relay_leg *leg, uint32_t is_rtcp, const ztrunk_addr *from);
void zti_relay_unlatch(zti_relay_leg *leg, uint32_t is_rtcp);
void zti_relay_stats_read(const zti_relay_leg *leg, ztrunk_relay_stats *out);

#endif
