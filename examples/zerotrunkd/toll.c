#include "toll.h"
#include <stdlib.h>
#include <string.h>
#include "admit.h"
#include "call.h"

struct toll_plan {
    ztrunk_toll_list *lists[CONFIG_MAX_TRUNKS];
    ztrunk_toll *tolls[CONFIG_MAX_TRUNKS]; /* of trunks that have none yet */
};

static int32_t plan_trunk(struct daemon *d, const struct config_trunk *conf, struct toll_plan *plan,
                          uint32_t nth)
{
    const ztrunk_toll_opts opts = {.size = sizeof opts, .max_calls = conf->max_calls};
    int32_t err = config_make_toll(d->ctx, conf, NULL, &plan->lists[nth]);

    if (err != ZTRUNK_OK || conf->toll.line == 0 || d->trunks[nth].toll != NULL) return err;
    return ztrunk_toll_new(d->ctx, &opts, &plan->tolls[nth]);
}

struct toll_plan *toll_plan_new(struct daemon *d, const struct config *config)
{
    struct toll_plan *plan = calloc(1, sizeof *plan);

    for (uint32_t i = 0; plan != NULL && i < d->trunk_count; i++) {
        const struct config_trunk *conf = config_trunk_of(config, d->trunks[i].conf->name);

        if (conf == NULL || plan_trunk(d, conf, plan, i) == ZTRUNK_OK) continue;
        toll_plan_free(plan);
        return NULL;
    }
    return plan;
}

void toll_plan_adopt(struct daemon *d, struct toll_plan *plan)
{
    for (uint32_t i = 0; i < d->trunk_count; i++) {
        struct trunk *trunk = &d->trunks[i];

        if (trunk->toll == NULL) trunk->toll = plan->tolls[i];
        plan->tolls[i] = NULL;
        if (plan->lists[i] == NULL) continue;
        (void)ztrunk_toll_set_limits(trunk->toll, &trunk->conf->toll.limits);
        (void)ztrunk_toll_set_list(trunk->toll, plan->lists[i]);
        plan->lists[i] = NULL;
    }
    toll_plan_free(plan);
}

void toll_plan_free(struct toll_plan *plan)
{
    if (plan == NULL) return;
    for (uint32_t i = 0; i < CONFIG_MAX_TRUNKS; i++) {
        ztrunk_toll_list_free(plan->lists[i]);
        ztrunk_toll_free(plan->tolls[i]);
    }
    free(plan);
}

struct text {
    const char *at;
    size_t len;
};

static struct text user_of_uri(const char *uri, size_t len)
{
    ztrunk_sip_uri u = {.size = sizeof u};

    if (ztrunk_sip_uri_parse(uri, len, &u) != ZTRUNK_OK) return (struct text){"", 0};
    /* A phone-context stands behind the number, and makes it another. */
    if (u.scheme == ZTRUNK_URI_TEL) return (struct text){uri + u.user.at, len - u.user.at};
    return (struct text){uri + u.user.at, u.user.len};
}

/* As the peer asserts it: whom the From names, it may leave to its users (RFC 3325). */
static struct text caller_of(const ztrunk_sip_msg *m)
{
    static const char *const headers[] = {"P-Asserted-Identity", "From"};
    struct text caller = {"", 0};

    for (size_t i = 0; i < 2 && caller.len == 0; i++) {
        ztrunk_sip_name_addr na = {.size = sizeof na};
        const char *text;
        size_t len;

        if (ztrunk_sip_msg_value(m, headers[i], 0, &text, &len) != ZTRUNK_OK) continue;
        if (ztrunk_sip_name_addr_parse(text, len, &na) != ZTRUNK_OK) continue;
        caller = user_of_uri(text + na.uri.at, na.uri.len);
    }
    return caller.len > 0 ? caller : (struct text){"nobody", 6};
}

static void log_denied(const struct bound_flow *from, const ztrunk_addr *remote, struct text caller,
                       struct text number, const ztrunk_toll_info *info, uint32_t status)
{
    struct trunk *trunk = from->trunk;
    struct brake *brake = &trunk->side[from->side].toll_brakes[info->reason];
    uint64_t left_out = 0;
    struct log_line line;

    if (!brake_allows(brake, ztrunk_rt_now_ns(), &left_out)) return;
    log_begin(&line, &trunk->daemon->log, LOG_WARNING, "toll.denied", 0);
    log_word(&line, "trunk", trunk->conf->name);
    log_word(&line, "side", from->side == CLOUD ? "cloud" : "inside");
    log_addr(&line, "remote", remote);
    log_number(&line, "status", status);
    log_word(&line, "why", ztrunk_toll_reason_text(info->reason));
    log_text(&line, "number", number.at, number.len);
    log_number(&line, "digits", info->digits);
    log_text(&line, "caller", caller.at, caller.len);
    if (left_out > 0) log_number(&line, "left_out", left_out);
    log_end(&line);
}

static uint32_t is_asked_for(struct daemon *d, const struct bound_flow *from,
                             const ztrunk_sip_msg *m, struct text number)
{
    const struct config_toll *toll = &from->trunk->conf->toll;
    const char *why;

    if (!(toll->directions >> from->side & 1)) return 0;
    if (config_toll_exempts(toll, number.at, number.len)) return 0;
    /* What comes to nothing anyway is no call of anybody's. */
    return call_is_forbidden(d, from->trunk, m, &why) == 0;
}

/* Nothing tells who is denied how much is missing: the prefixes are none of his business. */
static void deny(struct daemon *d, struct bound_flow *from, uint64_t flow,
                 const ztrunk_addr *remote, ztrunk_sip_msg *m, struct text caller,
                 struct text number)
{
    struct trunk *trunk = from->trunk;
    ztrunk_toll_info info = {.size = sizeof info};
    uint32_t status;

    (void)ztrunk_toll_get_info(trunk->toll, &info);
    status = trunk->conf->toll.deny == CONFIG_SILENT ? 0 : info.status;
    trunk->side[from->side].toll_denied[info.reason]++;
    log_denied(from, remote, caller, number, &info, status);
    admit_offend(d, from, ZTRUNK_OFFENCE_DENIED);
    if (status != 0)
        (void)ztrunk_txns_refuse(d->txns, flow, remote, m, status, status == 503 ? 10 : 0);
}

uint32_t toll_passes(struct daemon *d, struct bound_flow *from, uint64_t flow,
                     const ztrunk_addr *remote, ztrunk_sip_msg *m)
{
    ztrunk_sip_info info = {.size = sizeof info};
    struct text caller, number;
    const char *uri;
    size_t len;

    if (from->trunk->conf->toll.line == 0) return 1;
    if (ztrunk_sip_msg_info(m, &info) != ZTRUNK_OK || !info.is_request) return 1;
    /* The CANCEL of a call that was dropped would get 481, and tell that somebody is here. */
    if (info.method == ZTRUNK_SIP_CANCEL && from->trunk->conf->toll.deny == CONFIG_SILENT)
        return ztrunk_txns_knows(d->txns, flow, m);
    if (!admit_is_new_call(d)) return 1;
    if (ztrunk_sip_msg_uri(m, &uri, &len) != ZTRUNK_OK) return 1;
    number = user_of_uri(uri, len);
    if (!is_asked_for(d, from, m, number)) return 1;
    caller = caller_of(m);
    if (ztrunk_toll_begin(from->trunk->toll, ztrunk_rt_now_ns(), ztrunk_rt_wall_s(), caller.at,
                          caller.len, number.at, number.len, &d->invite_toll.id,
                          &d->invite_toll.deadline_ns) == ZTRUNK_OK) {
        d->invite_toll.trunk = from->trunk;
        return 1;
    }
    deny(d, from, flow, remote, m, caller, number);
    return 0;
}

void toll_take(struct call *call)
{
    struct daemon *d = call->daemon;

    call->toll = d->invite_toll;
    d->invite_toll = (struct toll_stub){NULL, 0, 0};
    if (call->toll.trunk != NULL && call->toll.deadline_ns < d->toll_ns)
        d->toll_ns = call->toll.deadline_ns;
}

static void end_stub(struct toll_stub *stub)
{
    if (stub->trunk != NULL) (void)ztrunk_toll_end(stub->trunk->toll, stub->id);
    stub->trunk = NULL;
}

void toll_settle(struct daemon *d)
{
    end_stub(&d->invite_toll);
}

void toll_call_over(struct call *call)
{
    end_stub(&call->toll);
}

uint64_t toll_deadline(const struct daemon *d)
{
    return d->toll_ns;
}

void toll_expire(struct daemon *d, uint64_t now_ns)
{
    struct call *next;

    if (now_ns < d->toll_ns) return;
    d->toll_ns = UINT64_MAX;
    for (struct call *call = d->calls; call != NULL; call = next) {
        next = call->next;
        if (call->toll.trunk == NULL) continue;
        if (now_ns >= call->toll.deadline_ns) {
            call->bye_reason = "Q.850;cause=31;text=\"this call has lasted as long as it may\"";
            call_end(call, "max_call_seconds are over");
        } else if (call->toll.deadline_ns < d->toll_ns) {
            d->toll_ns = call->toll.deadline_ns;
        }
    }
}
