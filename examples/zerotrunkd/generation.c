#include "generation.h"
#include <stdio.h>
#include <stdlib.h>
#include "alarm.h"
#include "leg.h"
#include "trust.h"
#include "watch.h"

#define SECOND     UINT64_C(1000000000)
/* Nothing came for so long: what the peer might be sending just now is not cut off. */
#define QUIET_NS   (5 * SECOND)
#define AGAIN_NS   (5 * SECOND)
/* In TLS 1.3 a connection is open before the peer has looked at our certificate. */
#define REFUSAL_NS SECOND

static uint32_t side_of(const struct side *side)
{
    return (uint32_t)(side - side->trunk->side);
}

static void use_current(struct daemon *d, struct side *side)
{
    ztrunk_tls_conf *old[2] = {side->server, side->client};

    (void)ztrunk_generations_get(side->tls, ZTRUNK_TLS_SERVER, &side->server);
    (void)ztrunk_generations_get(side->tls, ZTRUNK_TLS_CLIENT, &side->client);
    if (side->listener != 0) (void)ztrunk_net_listener_conf(d->net, side->listener, side->server);
    ztrunk_tls_conf_free(old[0]);
    ztrunk_tls_conf_free(old[1]);
}

int32_t generation_put(struct daemon *d, struct side *side, ztrunk_tls_conf *made[2])
{
    const ztrunk_generations_opts opts = {.size = sizeof opts,
                                          .refusals = d->config->identity.rollback};
    uint64_t number;
    int32_t err = ZTRUNK_OK;

    if (side->tls == NULL) err = ztrunk_generations_new(d->ctx, &opts, &side->tls);
    if (err == ZTRUNK_OK)
        err = ztrunk_generations_put(side->tls, made[0], made[1], ztrunk_rt_now_ns(), &number);
    if (err == ZTRUNK_OK) use_current(d, side);
    return err;
}

uint64_t generation_of(const struct daemon *d, uint64_t flow, const struct side *side)
{
    const ztrunk_tls *tls = ztrunk_net_flow_tls(d->net, flow);
    ztrunk_tls_info info = {.size = sizeof info};

    if (side->tls == NULL) return 0;
    if (tls != NULL && ztrunk_tls_get_info(tls, &info) == ZTRUNK_OK) return info.generation;
    return ztrunk_generations_current(side->tls);
}

static void log_side(struct daemon *d, uint32_t level, const char *event, const struct side *side,
                     const char *why)
{
    struct log_line line;

    log_begin(&line, &d->log, level, event, 0);
    log_word(&line, "trunk", side->trunk->conf->name);
    log_word(&line, "side", side_of(side) == CLOUD ? "cloud" : "inside");
    log_word(&line, "why", why);
    log_end(&line);
}

static void alarm_name(const struct side *side, char *key, size_t cap)
{
    snprintf(key, cap, "reload/rollback/%s/%s", side->trunk->conf->name,
             side_of(side) == CLOUD ? "cloud" : "inside");
}

static void tell_rollback(struct daemon *d, const struct side *side)
{
    const char *why = "the peer refuses our new certificate; the one before is shown again";
    char key[ALARM_KEY];
    const struct alarm alarm = {.key = key,
                                .event = "identity.rolled_back",
                                .summary = why,
                                .severity = ALARM_CRITICAL,
                                .detail_count = 1,
                                .details = {{"trunk", side->trunk->conf->name}}};

    log_side(d, LOG_ERROR, "identity.rolled_back", side, why);
    alarm_name(side, key, sizeof key);
    alarm_raise(d, &alarm);
}

static void judged(struct daemon *d, const struct bound_flow *bound, uint32_t cause)
{
    struct side *side = &bound->trunk->side[bound->side];
    uint32_t rolled_back = 0;

    if (bound->generation == 0 || side->tls == NULL) return;
    (void)ztrunk_generations_judged(side->tls, bound->generation, cause, ztrunk_rt_now_ns(),
                                    &rolled_back);
    if (!rolled_back) return;
    use_current(d, side);
    watch_renewed(d);
    tell_rollback(d, side);
}

void generation_heard(struct daemon *d, struct bound_flow *bound, const ztrunk_net_flow_info *info)
{
    bound->heard_ns = ztrunk_rt_now_ns();
    if (!info->is_outbound || bound->is_taken) return;
    bound->is_taken = 1;
    judged(d, bound, ZTRUNK_TLS_CAUSE_NONE);
}

void generation_closed(struct daemon *d, const struct bound_flow *bound, uint32_t cause)
{
    if (cause == ZTRUNK_TLS_CAUSE_PEER_REFUSED && !bound->is_taken) judged(d, bound, cause);
}

/* ---- connections of ours: the new one first ---- */

static uint32_t is_old(const struct bound_flow *bound)
{
    const struct side *side = &bound->trunk->side[bound->side];

    return bound->generation != 0 && bound->generation != ztrunk_generations_current(side->tls);
}

static void renew(struct daemon *d, struct side *side, uint64_t now_ns)
{
    const struct bound_flow *bound = idmap_get(&d->flows, side->flow);
    ztrunk_net_flow_info info = {.size = sizeof info};

    if (bound == NULL || !is_old(bound) || now_ns < side->renew_ns) return;
    if (ztrunk_net_flow(d->net, side->flow, &info) != ZTRUNK_OK || !info.is_outbound) return;
    side->renew_ns = now_ns + AGAIN_NS;
    side->next_flow = side->next_open_ns = 0;
    if (trunk_connect(side->trunk, side_of(side), &side->next_flow) != ZTRUNK_OK)
        log_side(d, LOG_WARNING, "identity.not_shown", side, "the peer cannot be reached");
}

void generation_replaced(struct bound_flow *bound, uint64_t flow, uint32_t is_open)
{
    struct side *side = &bound->trunk->side[bound->side];

    if (side->next_flow != flow) return;
    if (!is_open) side->next_flow = 0;
    side->next_open_ns = is_open ? ztrunk_rt_now_ns() : 0;
    generation_wake(bound->trunk->daemon);
}

static void replace(struct daemon *d, struct side *side, uint64_t now_ns)
{
    if (side->next_open_ns == 0) return;
    if (now_ns < side->next_open_ns + REFUSAL_NS) {
        d->tend_ns = least(d->tend_ns, side->next_open_ns + REFUSAL_NS);
        return;
    }
    side->flow = side->next_flow;
    side->next_flow = side->next_open_ns = 0;
}

void generation_wake(struct daemon *d)
{
    d->tend_ns = 0;
}

void generation_swapped(struct daemon *d)
{
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++) {
        struct side *side = &d->trunks[i / 2].side[i % 2];
        char key[ALARM_KEY];

        side->renew_ns = 0;
        if (side->tls == NULL) continue;
        alarm_name(side, key, sizeof key);
        alarm_clear(d, key, "a new certificate is in use");
        renew(d, side, ztrunk_rt_now_ns());
    }
    generation_wake(d);
}

/* ---- draining ---- */

static void pin(struct daemon *d, uint64_t flow)
{
    struct bound_flow *bound = idmap_get(&d->flows, flow);

    if (bound != NULL) bound->pins++;
}

static uint64_t flow_of_dialog(const struct daemon *d, uint64_t dialog)
{
    ztrunk_dialog_info info = {.size = sizeof info};

    return ztrunk_dialogs_get_info(d->dialogs, dialog, &info) == ZTRUNK_OK ? info.flow : 0;
}

/* What a dialog or a transaction still needs. A settled INVITE waits for echoes only. */
static void count_pins(struct daemon *d)
{
    for (size_t i = 0; i < d->flows.size; i++)
        if (d->flows.places[i].id != 0) ((struct bound_flow *)d->flows.places[i].value)->pins = 0;
    for (size_t i = 0; i < d->dialog_of.size; i++)
        if (d->dialog_of.places[i].id != 0) pin(d, flow_of_dialog(d, d->dialog_of.places[i].id));
    for (size_t i = 0; i < d->txn_of.size; i++) {
        const struct pending *p = d->txn_of.places[i].value;

        if (d->txn_of.places[i].id == 0 || p->kind == PENDING_SETTLED) continue;
        pin(d, p->flow);
        pin(d, p->sent_flow);
    }
}

static uint32_t is_on(const uint64_t *flows, size_t count, uint64_t flow)
{
    for (size_t i = 0; i < count; i++)
        if (flows[i] == flow) return 1;
    return 0;
}

static uint32_t call_is_on(struct daemon *d, const struct call *call, const uint64_t *flows,
                           size_t count)
{
    for (uint32_t i = 0; i < 2; i++)
        if (call->legs[i].dialog != 0 &&
            is_on(flows, count, flow_of_dialog(d, call->legs[i].dialog)))
            return 1;
    return call->invite != NULL && (is_on(flows, count, call->invite->flow) ||
                                    is_on(flows, count, call->invite->sent_flow));
}

void generation_end_calls(struct daemon *d, const uint64_t *flows, size_t count, const char *why)
{
    struct call *next;

    for (struct call *call = d->calls; call != NULL && count > 0; call = next) {
        next = call->next;
        if (!call->is_over && call_is_on(d, call, flows, count)) call_end(call, why);
    }
    /* The BYEs leave before the connection does. */
    while (pump_engines(d)) continue;
}

enum { KEEP, DRAINED, LATE };

static uint32_t is_lost(const struct bound_flow *bound)
{
    return bound->doubt != 0 && !trust_is_of_time(bound->doubt);
}

static uint64_t limit_of(const struct daemon *d, const struct bound_flow *bound)
{
    if (is_lost(bound)) return bound->old_ns + d->config->drain_seconds * SECOND;
    if (d->config->identity.drain_seconds == 0) return UINT64_MAX;
    return bound->old_ns + d->config->identity.drain_seconds * SECOND;
}

static uint32_t fate_of(struct daemon *d, uint64_t flow, struct bound_flow *bound, uint64_t now_ns)
{
    const struct side *side = &bound->trunk->side[bound->side];
    ztrunk_net_flow_info info = {.size = sizeof info};

    if (bound->doubt == 0 && !is_old(bound)) {
        bound->old_ns = 0;
        return KEEP;
    }
    if (bound->old_ns == 0) bound->old_ns = now_ns;
    d->tend_ns = least(d->tend_ns, now_ns + SECOND);
    if (ztrunk_net_flow(d->net, flow, &info) != ZTRUNK_OK) return KEEP;
    if (now_ns >= limit_of(d, bound)) return LATE;
    /* Ours stays until there is another in its place. */
    if (bound->pins > 0 || (info.is_outbound && side->flow == flow)) return KEEP;
    return bound->doubt != 0 || now_ns >= bound->heard_ns + QUIET_NS ? DRAINED : KEEP;
}

static void end_flow(struct daemon *d, uint64_t flow)
{
    const struct bound_flow *bound = idmap_get(&d->flows, flow);
    ztrunk_net_flow_info info = {.size = sizeof info};
    struct log_line line;

    if (bound == NULL || ztrunk_net_flow(d->net, flow, &info) != ZTRUNK_OK) return;
    log_begin(&line, &d->log, LOG_INFO, "flow.drained", 0);
    log_word(&line, "trunk", bound->trunk->conf->name);
    log_addr(&line, "remote", &info.remote);
    log_word(&line, "why", bound->pins > 0 ? "its time was over" : "no dialog needs it");
    log_end(&line);
    (void)ztrunk_net_close(d->net, flow);
}

/* A map that is walked may not change: what is to end is noted first. */
static void sweep(struct daemon *d, uint64_t now_ns)
{
    uint64_t *gone = calloc(d->flows.count + 1, sizeof *gone);
    uint64_t *late = calloc(d->flows.count + 1, sizeof *late);
    size_t gone_count = 0, late_count = 0;

    for (size_t i = 0; i < d->flows.size && gone != NULL && late != NULL; i++) {
        const struct idmap_place *place = &d->flows.places[i];
        struct bound_flow *bound = place->value;
        uint32_t fate = place->id != 0 ? fate_of(d, place->id, bound, now_ns) : KEEP;

        if (fate == DRAINED) gone[gone_count++] = place->id;
        if (fate == LATE && !is_lost(bound)) gone[gone_count++] = place->id;
        if (fate == LATE && is_lost(bound)) late[late_count++] = place->id;
    }
    for (size_t i = 0; i < gone_count; i++) end_flow(d, gone[i]);
    generation_end_calls(d, late, late_count, "the peer is trusted no more");
    for (size_t i = 0; i < late_count; i++) end_flow(d, late[i]);
    free(gone);
    free(late);
}

uint64_t generation_deadline(const struct daemon *d)
{
    return d->tend_ns;
}

void generation_expire(struct daemon *d, uint64_t now_ns)
{
    if (now_ns < d->tend_ns) return;
    d->tend_ns = UINT64_MAX;
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++) {
        struct side *side = &d->trunks[i / 2].side[i % 2];

        replace(d, side, now_ns);
        if (side->tls != NULL && side->next_flow == 0) renew(d, side, now_ns);
    }
    count_pins(d);
    sweep(d, now_ns);
}
