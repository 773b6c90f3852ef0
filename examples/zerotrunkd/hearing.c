#include "hearing.h"
#include "call.h"

#define LOOK_NS UINT64_C(500000000)

static ztrunk_verdict_leg facts_of(const struct call *call, uint32_t side)
{
    const struct agreed *a = &call->media[side].agreed;
    ztrunk_relay_stats st = {.size = sizeof st};
    ztrunk_verdict_leg f = {.size = sizeof f};

    if (ztrunk_relay_stats_of(call->daemon->relay, call->relay, side, &st) != ZTRUNK_OK) return f;
    f.send = a->is_set && a->send;
    f.receive = a->is_set && a->receive;
    f.has_dtx = a->has_dtx;
    f.waits_for_ice = a->has_ice && st.rx_packets == 0;
    f.srtp_cause = st.srtp_cause;
    f.ours_is_private = a->ours_is_private;
    f.theirs_is_private = a->theirs_is_private;
    f.rx_packets = st.rx_packets;
    f.rx_rtcp = st.rx_rtcp;
    f.rx_other_codec = st.rx_other_codec;
    f.tx_packets = st.tx_packets;
    f.drop_denied = st.drop_denied;
    f.drop_auth = st.drop_auth;
    f.drop_replay = st.drop_replay;
    f.drop_malformed = st.drop_malformed;
    f.drop_no_key = st.drop_no_key;
    f.drop_send = st.drop_send;
    f.last_rx_ns = st.last_rx_ns;
    f.reports = st.reports;
    f.report_lost = st.report_lost;
    f.report_sequence = st.report_sequence;
    f.ours = a->ours;
    f.theirs = a->theirs;
    f.seen = st.latched;
    return f;
}

static void log_verdict(struct call *call, const ztrunk_verdict_finding *f)
{
    struct counts *c = &call->daemon->counts;
    struct log_line line;

    if (f->code < sizeof c->media_verdicts / sizeof c->media_verdicts[0])
        c->media_verdicts[f->code]++;
    log_begin(&line, &call->daemon->log, LOG_WARNING, "media.verdict", call->id);
    log_word(&line, "trunk", call->trunk->conf->name);
    log_word(&line, "side", f->leg == CLOUD ? "cloud" : "inside");
    log_word(&line, "code", ztrunk_verdict_name(f->code));
    log_word(&line, "what", f->sentence);
    log_word(&line, "evidence", f->evidence);
    log_word(&line, "advice", f->advice);
    log_number(&line, "after_ms", (ztrunk_rt_now_ns() - f->since_ns) / 1000000);
    log_end(&line);
}

static void log_over(const struct call *call)
{
    struct log_line line;

    log_begin(&line, &call->daemon->log, LOG_INFO, "media.heard", call->id);
    log_word(&line, "trunk", call->trunk->conf->name);
    log_word(&line, "side", call->verdict_side == CLOUD ? "cloud" : "inside");
    log_word(&line, "code", ztrunk_verdict_name(call->verdict_now));
    log_end(&line);
}

/* The one that stands in the record is the first: what comes later follows from it, or from what
 * was done about it, but for one that is more specific. */
static void take(struct call *call, const ztrunk_verdict_finding *f)
{
    if (f->code == ZTRUNK_VERDICT_NONE && call->verdict_now != ZTRUNK_VERDICT_NONE) log_over(call);
    call->verdict_now = f->code;
    if (!f->is_new) return;
    call->verdict_count++;
    call->verdict_side = f->leg;
    if (call->verdict_worst.code == ZTRUNK_VERDICT_NONE || f->code < call->verdict_worst.code)
        call->verdict_worst = *f;
    log_verdict(call, f);
}

static void look(struct call *call, uint64_t now_ns)
{
    ztrunk_verdict_call facts = {.size = sizeof facts, .is_answered = call->is_answered};
    ztrunk_verdict_leg legs[2] = {facts_of(call, CLOUD), facts_of(call, INSIDE)};
    ztrunk_verdict_finding finding = {.size = sizeof finding};

    facts.is_negotiating = call->invite != NULL;
    if (ztrunk_verdict_judge(call->verdict, now_ns, &facts, &legs[CLOUD], &legs[INSIDE],
                             &finding) == ZTRUNK_OK)
        take(call, &finding);
}

void hearing_start(struct call *call)
{
    static const ztrunk_verdict_opts opts = {
        .size = sizeof opts, .names = {[CLOUD] = "the cloud", [INSIDE] = "the inside"}};
    uint64_t now_ns = ztrunk_rt_now_ns();

    if (call->verdict != NULL) return;
    /* Without memory the call goes on, and nobody says how it is. */
    if (ztrunk_verdict_new(call->daemon->ctx, &opts, &call->verdict) != ZTRUNK_OK) return;
    look(call, now_ns);
    call->daemon->hear_ns = least(call->daemon->hear_ns, now_ns + LOOK_NS);
}

void hearing_end(struct call *call)
{
    if (call->verdict == NULL) return;
    look(call, ztrunk_rt_now_ns());
    ztrunk_verdict_free(call->verdict);
    call->verdict = NULL;
}

uint64_t hearing_deadline(const struct daemon *d)
{
    return d->hear_ns;
}

void hearing_expire(struct daemon *d, uint64_t now_ns)
{
    if (now_ns < d->hear_ns) return;
    d->hear_ns = UINT64_MAX;
    for (struct call *call = d->calls; call != NULL; call = call->next) {
        if (call->verdict == NULL || call->is_over) continue;
        look(call, now_ns);
        d->hear_ns = now_ns + LOOK_NS;
    }
}
