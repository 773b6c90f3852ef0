#include "trust.h"
#include <stdlib.h>
#include "call.h"
#include "generation.h"
#include "watch.h"
#include "ocsp.h"

#define SECOND    UINT64_C(1000000000)
#define EVERY_NS  (60 * SECOND)
/* Farther than that nobody has to look: the minute comes first. */
#define HORIZON_S 60

/* The clock on the wall is compared with the one that only runs, this often. */
#define CLOCK_NS (5 * SECOND)
#define JUMP_S   2

/* When its certificate has just ended, by the clock on the wall as it goes now. */
static uint64_t end_of(const ztrunk_tls *tls, uint64_t now_ns)
{
    ztrunk_tls_info info = {.size = sizeof info};
    int64_t left;

    if (ztrunk_tls_get_info(tls, &info) != ZTRUNK_OK || info.peer_not_after_s == 0)
        return UINT64_MAX;
    left = info.peer_not_after_s - ztrunk_rt_wall_s();
    return left >= 0 && left < HORIZON_S ? now_ns + ((uint64_t)left + 1) * SECOND : UINT64_MAX;
}

void trust_opened(struct daemon *d, uint64_t flow)
{
    const ztrunk_tls *tls = ztrunk_net_flow_tls(d->net, flow);

    if (tls != NULL) d->judge_ns = least(d->judge_ns, end_of(tls, ztrunk_rt_now_ns()));
}

uint32_t trust_is_of_time(uint32_t cause)
{
    return cause == ZTRUNK_TLS_CAUSE_EXPIRED || cause == ZTRUNK_TLS_CAUSE_NOT_YET_VALID ||
           cause == ZTRUNK_TLS_CAUSE_CRL;
}

static uint32_t policy_of(const struct config_peer *peer, uint32_t cause)
{
    if (cause == ZTRUNK_TLS_CAUSE_CRL) return CONFIG_END_DRAIN;
    return trust_is_of_time(cause) ? peer->expired : peer->revoked;
}

static void log_doubt(struct daemon *d, const struct bound_flow *bound, uint64_t flow,
                      uint32_t policy)
{
    ztrunk_net_flow_info info = {.size = sizeof info};
    struct log_line line;

    (void)ztrunk_net_flow(d->net, flow, &info);
    log_begin(&line, &d->log, LOG_ERROR, "peer.distrusted", 0);
    log_word(&line, "trunk", bound->trunk->conf->name);
    log_word(&line, "side", bound->side == CLOUD ? "cloud" : "inside");
    log_addr(&line, "remote", &info.remote);
    log_word(&line, "cause", ztrunk_tls_cause_name(bound->doubt));
    log_word(&line, "why", bound->doubt_why);
    log_word(&line, "policy", policy == CONFIG_END_CLOSE ? "close" : "drain");
    log_end(&line);
}

/* What its chain, the lists and its issuer say of it by now. -1: nothing. */
static int doubt_of(struct daemon *d, const struct bound_flow *bound, uint64_t flow,
                    const ztrunk_tls *tls, uint32_t *cause, const char **why)
{
    const struct side *side = &bound->trunk->side[bound->side];
    ztrunk_net_flow_info info = {.size = sizeof info};

    if (side->tls == NULL || ztrunk_net_flow(d->net, flow, &info) != ZTRUNK_OK) return -1;
    if (ztrunk_tls_judge(tls, info.is_outbound ? side->client : side->server, ztrunk_rt_wall_s(),
                         cause) != ZTRUNK_OK)
        return -1;
    *why = ztrunk_tls_cause_text(*cause);
    if (*cause == ZTRUNK_TLS_CAUSE_NONE) *cause = ocsp_doubt(d, flow, bound, why);
    return 0;
}

/* 1: it ends now. */
static uint32_t judge(struct daemon *d, struct bound_flow *bound, uint64_t flow, uint64_t now_ns)
{
    struct side *side = &bound->trunk->side[bound->side];
    const ztrunk_tls *tls = ztrunk_net_flow_tls(d->net, flow);
    uint32_t cause = ZTRUNK_TLS_CAUSE_NONE, is_new, policy;

    if (tls == NULL || doubt_of(d, bound, flow, tls, &cause, &bound->doubt_why) != 0) return 0;
    d->judge_ns = least(d->judge_ns, end_of(tls, now_ns));
    policy = policy_of(&bound->trunk->conf->side[bound->side].peer, cause);
    is_new = cause != bound->doubt;
    bound->doubt = cause;
    if (cause == ZTRUNK_TLS_CAUSE_NONE) return 0;
    if (is_new) log_doubt(d, bound, flow, policy);
    if (side->flow == flow) side->flow = 0;
    generation_wake(d);
    return policy == CONFIG_END_CLOSE;
}

static void judge_all(struct daemon *d, uint64_t now_ns)
{
    uint64_t *gone = calloc(d->flows.count + 1, sizeof *gone);
    size_t count = 0;

    for (size_t i = 0; i < d->flows.size && gone != NULL; i++) {
        const struct idmap_place *place = &d->flows.places[i];

        if (place->id != 0 && judge(d, place->value, place->id, now_ns)) gone[count++] = place->id;
    }
    generation_end_calls(d, gone, count, "the peer is trusted no more");
    for (size_t i = 0; i < count; i++) (void)ztrunk_net_close(d->net, gone[i]);
    free(gone);
}

void trust_renewed(struct daemon *d)
{
    d->judge_ns = 0;
}

uint32_t trust_refuses(struct daemon *d, const struct bound_flow *bound, uint64_t txn,
                       const ztrunk_sip_msg *m)
{
    ztrunk_sip_info info = {.size = sizeof info};

    if (bound->doubt == 0 || ztrunk_sip_msg_info(m, &info) != ZTRUNK_OK) return 0;
    if (info.method != ZTRUNK_SIP_INVITE || info.has_to_tag) return 0;
    call_log_refused(d, bound->trunk, m, 503, bound->doubt_why);
    build_reply(d, txn, m, 503, NULL, NULL, NULL);
    return 1;
}

/* Somebody has set the clock: what was valid may have ended, or be valid again. */
static void watch_clock(struct daemon *d, uint64_t now_ns)
{
    int64_t ahead_s = ztrunk_rt_wall_s() - (int64_t)(now_ns / SECOND);
    int64_t jump_s = ahead_s - d->wall_ahead_s;
    struct log_line line;

    d->clock_ns = now_ns + CLOCK_NS;
    d->wall_ahead_s = ahead_s;
    if (d->judge_ns == 0 || (jump_s <= JUMP_S && jump_s >= -JUMP_S)) return;
    log_begin(&line, &d->log, LOG_WARNING, "clock.jumped", 0);
    log_signed(&line, "seconds", jump_s);
    log_end(&line);
    d->judge_ns = 0;
    watch_wake(d);
}

uint64_t trust_deadline(const struct daemon *d)
{
    return least(d->judge_ns, d->clock_ns);
}

void trust_expire(struct daemon *d, uint64_t now_ns)
{
    if (now_ns >= d->clock_ns) watch_clock(d, now_ns);
    if (now_ns < d->judge_ns) return;
    d->judge_ns = now_ns + EVERY_NS;
    judge_all(d, now_ns);
}
