/* What the two sides of a call tell each other about media, each in its own terms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "call.h"

enum { SDP_MAX = 65536 };

static const char sdp_type[] = "application/sdp";
static const char outside_prefixes[] = "a media address outside the trunk's media_prefixes";

uint32_t media_has_sdp(const ztrunk_sip_msg *m)
{
    const uint8_t *sdp;
    size_t len;

    return ztrunk_sip_msg_part(m, sdp_type, &sdp, &len) == ZTRUNK_OK;
}

uint32_t media_refuses_body(const ztrunk_sip_msg *m)
{
    const uint8_t *body;
    size_t len = 0;

    (void)ztrunk_sip_msg_body(m, &body, &len);
    if (len == 0) return 0;
    switch (ztrunk_sip_msg_part(m, sdp_type, &body, &len)) {
    case ZTRUNK_OK:
        return 0;
    case ZTRUNK_E_NOTFOUND:
        return 415;
    default:
        return 400;
    }
}

static uint32_t is_secure(const struct call *call, uint32_t side)
{
    return call->trunk->conf->side[side].media == CONFIG_MEDIA_SRTP;
}

int media_start(struct call *call)
{
    ztrunk_relay_call spec = {.size = sizeof spec, .tag = call->id};
    ztrunk_addr local[2];

    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        const struct config_side *conf = &call->trunk->conf->side[s];

        /* An empty list denies all; to the relay it would mean any source. */
        if (conf->media_from.count == 0) return -1;
        spec.range[s] = call->trunk->side[s].range;
        spec.secure[s] = is_secure(call, s);
        spec.prefix_count[s] = conf->media_from.count;
        config_side_filter(conf, &conf->media_from, spec.prefixes[s]);
    }
    if (ztrunk_relay_open(call->daemon->relay, &spec, &call->relay, local) != ZTRUNK_OK) return -1;
    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        call->media[s].leg.size = sizeof call->media[s].leg;
        call->media[s].leg.rtp = call->trunk->conf->side[s].address;
        call->media[s].leg.rtp.port = local[s].port;
        call->media[s].origin.size = sizeof call->media[s].origin;
    }
    return 0;
}

static void keep(ztrunk_sdp **place, ztrunk_sdp *sdp)
{
    ztrunk_sdp_free(*place);
    *place = sdp;
}

static void refuse(ztrunk_sdp_verdict *verdict, uint32_t reason, uint32_t status, const char *text)
{
    verdict->reason = reason;
    verdict->status = status;
    verdict->warning = 399;
    snprintf(verdict->text, sizeof verdict->text, "%s", text);
}

static uint8_t *encode(const ztrunk_sdp *sdp, size_t *len)
{
    uint8_t *text = malloc(SDP_MAX);

    if (text != NULL && ztrunk_sdp_encode(sdp, text, SDP_MAX, len) == ZTRUNK_OK) return text;
    free(text);
    return NULL;
}

/* The keys that we offer on a side: fresh ones, or the one that was agreed on before. */
static int32_t offer_keys(struct call *call, uint32_t side)
{
    const struct config_suites *suites = &call->trunk->conf->side[side].suites;
    struct media *m = &call->media[side];
    int32_t err = ZTRUNK_OK;

    m->offered_count = 0;
    if (!is_secure(call, side)) return ZTRUNK_OK;
    if (m->is_fixed) {
        m->offered[m->offered_count++] = m->local;
        return ZTRUNK_OK;
    }
    for (uint32_t i = 0; i < suites->count && err == ZTRUNK_OK; i++) {
        m->offered[i].size = sizeof m->offered[i];
        err = ztrunk_sdp_new_crypto(call->daemon->ctx, suites->items[i], i + 1, &m->offered[i]);
        m->offered_count = i + 1;
    }
    return err;
}

static int32_t read_remote_key(struct call *call, uint32_t side, uint32_t nth)
{
    struct media *m = &call->media[side];

    if (!is_secure(call, side)) return ZTRUNK_OK;
    m->remote.size = sizeof m->remote;
    return ztrunk_sdp_get_crypto(m->theirs, m->media, nth, &m->remote);
}

/* The relay would refuse it as well, but only when the other side has rung and answered. */
static uint32_t is_reachable(const struct call *call, uint32_t side, const ztrunk_sdp *sdp,
                             uint32_t nth)
{
    const struct config_prefixes *prefixes = &call->trunk->conf->side[side].media_from;
    ztrunk_sdp_media media = {.size = sizeof media};

    if (ztrunk_sdp_get_media(sdp, nth, &media) != ZTRUNK_OK) return 0;
    if (media.is_held) return 1;
    return config_covers(prefixes, &media.rtp) && config_covers(prefixes, &media.rtcp);
}

int32_t media_judge_offer(struct call *call, uint32_t from, const ztrunk_sip_msg *msg,
                          ztrunk_sdp_verdict *verdict)
{
    struct media *m = &call->media[from];
    ztrunk_sdp *sdp = NULL;
    const uint8_t *body;
    size_t body_len;
    int32_t err;

    *verdict = (ztrunk_sdp_verdict){.size = sizeof *verdict};
    if (ztrunk_sip_msg_part(msg, sdp_type, &body, &body_len) != ZTRUNK_OK) return ZTRUNK_E_NOTFOUND;
    err = ztrunk_sdp_read_offer(call->daemon->ctx, body, body_len, &call->trunk->side[from].policy,
                                verdict, &sdp);
    if (err != ZTRUNK_OK) refuse(verdict, ZTRUNK_SDP_REFUSED_MALFORMED, 500, "no memory");
    if (verdict->reason == ZTRUNK_SDP_OK && !is_reachable(call, from, sdp, verdict->media))
        refuse(verdict, ZTRUNK_SDP_REFUSED_ADDRESS, 488, outside_prefixes);
    if (verdict->reason != ZTRUNK_SDP_OK) {
        ztrunk_sdp_free(sdp);
        return ZTRUNK_E_DENIED;
    }
    keep(&m->theirs, sdp);
    m->media = verdict->media;
    return read_remote_key(call, from, verdict->crypto);
}

uint8_t *media_pass_offer(struct call *call, uint32_t from, size_t *len,
                          ztrunk_sdp_verdict *verdict)
{
    struct media *m = &call->media[from], *other = &call->media[1 - from];
    ztrunk_sdp *sdp = NULL;
    int32_t err = offer_keys(call, 1 - from);

    if (err == ZTRUNK_OK)
        err = ztrunk_sdp_make_offer(m->theirs, m->media, &call->trunk->side[1 - from].policy,
                                    &other->leg, other->offered, other->offered_count,
                                    &other->origin, &sdp);
    if (err != ZTRUNK_OK) {
        refuse(verdict, ZTRUNK_SDP_REFUSED_CODEC, 488, "no codec that both sides allow");
        return NULL;
    }
    keep(&other->ours, sdp);
    return encode(sdp, len);
}

uint8_t *media_offer(struct call *call, uint32_t from, const ztrunk_sip_msg *msg, size_t *len,
                     ztrunk_sdp_verdict *verdict)
{
    if (media_judge_offer(call, from, msg, verdict) != ZTRUNK_OK) return NULL;
    return media_pass_offer(call, from, len, verdict);
}

/* Which of our offered keys the answer took. */
static int32_t settle_offered(struct call *call, uint32_t side)
{
    struct media *m = &call->media[side];

    if (!is_secure(call, side)) return ZTRUNK_OK;
    for (uint32_t i = 0; i < m->offered_count; i++) {
        if (m->offered[i].tag != m->remote.tag) continue;
        m->local = m->offered[i];
        m->is_fixed = 1;
        return ZTRUNK_OK;
    }
    return ZTRUNK_E_NOTFOUND;
}

/* Our key for the answer to a side's offer: it stays while tag and suite stay. */
static int32_t answer_key(struct call *call, uint32_t side)
{
    struct media *m = &call->media[side];
    ztrunk_sdp_crypto fresh = {.size = sizeof fresh};
    int32_t err;

    if (!is_secure(call, side)) return ZTRUNK_OK;
    if (m->is_fixed && m->local.suite == m->remote.suite) {
        m->local.tag = m->remote.tag;
        return ZTRUNK_OK;
    }
    err = ztrunk_sdp_new_crypto(call->daemon->ctx, m->remote.suite, m->remote.tag, &fresh);
    if (err != ZTRUNK_OK) return err;
    fresh.is_draft_name = m->remote.is_draft_name;
    fresh.mki_len = m->remote.mki_len;
    fresh.mki = m->remote.mki;
    m->local = fresh;
    m->is_fixed = 1;
    return ZTRUNK_OK;
}

/* The crypto lines of theirs that were not chosen: a peer may use one by mistake. */
static void other_lines(const struct media *m, ztrunk_relay_leg *spec)
{
    const uint32_t room = sizeof spec->line_suites / sizeof spec->line_suites[0];
    ztrunk_sdp_crypto line = {.size = sizeof line};
    uint32_t used = 0;

    for (uint32_t i = 0; used < room; i++) {
        int32_t err = ztrunk_sdp_get_crypto(m->theirs, m->media, i, &line);

        if (err == ZTRUNK_E_NOTFOUND) break;
        if (err != ZTRUNK_OK || line.suite == ZTRUNK_SUITE_NONE || line.tag == m->remote.tag)
            continue;
        spec->line_suites[used] = line.suite;
        memcpy(spec->line_keys[used++], line.key, sizeof line.key);
    }
    explicit_bzero(&line, sizeof line);
}

static int32_t set_leg(struct call *call, uint32_t side)
{
    struct media *m = &call->media[side];
    ztrunk_sdp_media media = {.size = sizeof media};
    ztrunk_relay_leg spec = {.size = sizeof spec};
    int32_t err = ztrunk_sdp_get_media(m->theirs, m->media, &media);

    if (err != ZTRUNK_OK) return err;
    spec.send = media.direction == ZTRUNK_SDP_SENDRECV || media.direction == ZTRUNK_SDP_RECVONLY;
    spec.receive = media.direction == ZTRUNK_SDP_SENDRECV || media.direction == ZTRUNK_SDP_SENDONLY;
    agreed_read(&m->agreed, m->theirs, m->ours, m->media);
    memcpy(spec.payload_types, m->agreed.payload_types, sizeof spec.payload_types);
    if (!media.is_held) {
        spec.rtp = media.rtp;
        spec.rtcp = media.rtcp;
    }
    if (is_secure(call, side)) {
        spec.suite_in = m->remote.suite;
        spec.suite_out = m->local.suite;
        memcpy(spec.key_in, m->remote.key, sizeof spec.key_in);
        memcpy(spec.key_out, m->local.key, sizeof spec.key_out);
        spec.mki_in = m->remote.mki;
        spec.mki_in_len = m->remote.mki_len;
        spec.mki_out = m->local.mki;
        spec.mki_out_len = m->local.mki_len;
        m->agreed.suite_in = spec.suite_in;
        m->agreed.suite_out = spec.suite_out;
        other_lines(m, &spec);
    }
    err = ztrunk_relay_set_leg(call->daemon->relay, call->relay, side, &spec);
    explicit_bzero(&spec, sizeof spec);
    return err;
}

static void log_agreed(struct call *call)
{
    struct log_line line;

    log_begin(&line, &call->daemon->log, LOG_INFO, "media.agreed", call->id);
    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        ztrunk_sdp_media media = {.size = sizeof media};

        (void)ztrunk_sdp_get_media(call->media[s].theirs, call->media[s].media, &media);
        log_addr(&line, s == CLOUD ? "cloud_theirs" : "inside_theirs", &media.rtp);
        log_addr(&line, s == CLOUD ? "cloud_ours" : "inside_ours", &call->media[s].leg.rtp);
        log_word(&line, s == CLOUD ? "cloud_suite" : "inside_suite",
                 is_secure(call, s) ? ztrunk_suite_name(call->media[s].remote.suite) : "none");
    }
    log_end(&line);
}

static int32_t answer_other(struct call *call, uint32_t from)
{
    struct media *m = &call->media[from], *other = &call->media[1 - from];
    ztrunk_sdp *sdp = NULL;
    int32_t err = answer_key(call, 1 - from);

    if (err == ZTRUNK_OK)
        err = ztrunk_sdp_make_answer(other->theirs, other->media, m->theirs, m->media,
                                     &call->trunk->side[1 - from].policy, &other->leg,
                                     is_secure(call, 1 - from) ? &other->local : NULL,
                                     &other->origin, &sdp);
    if (err != ZTRUNK_OK) return err;
    keep(&other->ours, sdp);
    err = set_leg(call, from);
    if (err == ZTRUNK_OK) err = set_leg(call, 1 - from);
    return err;
}

uint8_t *media_answer(struct call *call, uint32_t from, const ztrunk_sip_msg *msg, size_t *len,
                      ztrunk_sdp_verdict *verdict)
{
    struct media *m = &call->media[from];
    ztrunk_sdp *sdp = NULL;
    const uint8_t *body;
    size_t body_len;
    int32_t err;

    *verdict = (ztrunk_sdp_verdict){.size = sizeof *verdict};
    if (m->ours == NULL || call->media[1 - from].theirs == NULL) return NULL;
    if (ztrunk_sip_msg_part(msg, sdp_type, &body, &body_len) != ZTRUNK_OK) return NULL;
    err = ztrunk_sdp_read_answer(call->daemon->ctx, body, body_len, m->ours,
                                 &call->trunk->side[from].policy, verdict, &sdp);
    if (err != ZTRUNK_OK) refuse(verdict, ZTRUNK_SDP_REFUSED_MALFORMED, 500, "no memory");
    if (verdict->reason != ZTRUNK_SDP_OK) return NULL;
    keep(&m->theirs, sdp);
    m->media = verdict->media;
    err = read_remote_key(call, from, verdict->crypto);
    if (err == ZTRUNK_OK) err = settle_offered(call, from);
    if (err == ZTRUNK_OK) err = answer_other(call, from);
    if (err != ZTRUNK_OK) {
        refuse(verdict,
               err == ZTRUNK_E_DENIED ? ZTRUNK_SDP_REFUSED_ADDRESS : ZTRUNK_SDP_REFUSED_MISMATCH,
               488,
               err == ZTRUNK_E_DENIED ? outside_prefixes : "the answer does not fit the offer");
        return NULL;
    }
    log_agreed(call);
    return encode(call->media[1 - from].ours, len);
}

uint64_t media_drops(const ztrunk_relay_stats *stats)
{
    return stats->drop_denied + stats->drop_auth + stats->drop_replay + stats->drop_malformed +
           stats->drop_direction + stats->drop_send + stats->drop_no_key;
}

void media_log(struct call *call, struct log_line *line)
{
    static const char *const rx[] = {"cloud_rx", "inside_rx"}, *const tx[] = {"cloud_tx",
                                                                              "inside_tx"};
    static const char *const dropped[] = {"cloud_dropped", "inside_dropped"};
    static const char *const lost[] = {"cloud_lost", "inside_lost"};
    struct counts *c = &call->daemon->counts;

    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        ztrunk_relay_stats st = {.size = sizeof st};

        if (ztrunk_relay_stats_of(call->daemon->relay, call->relay, s, &st) != ZTRUNK_OK) continue;
        log_number(line, rx[s], st.rx_packets);
        log_number(line, tx[s], st.tx_packets);
        log_number(line, lost[s], st.lost);
        log_number(line, dropped[s], media_drops(&st));
        c->rx[s] += st.rx_packets;
        c->tx[s] += st.tx_packets;
        c->dropped[s] += media_drops(&st);
    }
}

void media_stop(struct call *call)
{
    if (call->relay != 0) (void)ztrunk_relay_close(call->daemon->relay, call->relay);
    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        struct media *m = &call->media[s];

        keep(&m->theirs, NULL);
        keep(&m->ours, NULL);
        explicit_bzero(&m->local, sizeof m->local);
        explicit_bzero(&m->remote, sizeof m->remote);
        explicit_bzero(m->offered, sizeof m->offered);
    }
}
