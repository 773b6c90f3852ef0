#include <zerotrunk/sdp.h>

#include "base/opts.h"
#include "sdp/make.h"
#include "wire/sdp_crypto.h"

static void write_session(zti_buf *b, const ztrunk_addr *addr, zti_str t)
{
    zti_buf_text(b, "s=-\r\nc=");
    zti_sdp_write_ip(b, addr);
    zti_buf_text(b, "\r\nt=");
    zti_buf_str(b, t);
    zti_buf_text(b, "\r\n");
}

static void plan_times(zti_sdp_plan *plan, const ztrunk_sdp *from, const zti_sdp_section *media)
{
    plan->ptime_ms = zti_sdp_describe(from, media).ptime_ms;
    plan->maxptime_ms = media->maxptime_ms;
}

int32_t ztrunk_sdp_make_offer(const ztrunk_sdp *from, uint32_t media,
                              const ztrunk_sdp_policy *policy, const ztrunk_sdp_leg *leg,
                              const ztrunk_sdp_crypto *crypto, uint32_t crypto_count,
                              ztrunk_sdp_origin *origin, ztrunk_sdp **out)
{
    zti_sdp_plan plan = {.crypto = crypto, .crypto_count = crypto_count};
    const zti_sdp_section *section;
    zti_sdp_policy demands;
    zti_sdp_codecs codecs;
    zti_sdp_choice choice;
    uint32_t is_plain;
    zti_buf body;
    int32_t err;

    if (from == NULL || leg == NULL || origin == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_sdp_read_policy(&demands, policy);
    if (err == ZTRUNK_OK) err = zti_sdp_read_leg(leg, &plan);
    if (err != ZTRUNK_OK) return err;
    is_plain = demands.p.srtp == ZTRUNK_SDP_SRTP_FORBIDDEN;
    if (is_plain != (crypto_count == 0) || (crypto == NULL && crypto_count > 0))
        return ZTRUNK_E_INVALID;
    err = zti_sdp_check_crypto(crypto, crypto_count);
    if (err != ZTRUNK_OK) return err;
    section = zti_sdp_media_at(from, media);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    zti_sdp_read_codecs(from, section, &codecs);
    zti_sdp_choose(section, &codecs, &demands, NULL, &choice);
    if (choice.audible == 0 || section->kind != ZTRUNK_SDP_AUDIO) return ZTRUNK_E_DENIED;
    plan.proto = is_plain ? ZTI_STR("RTP/AVP") : ZTI_STR("RTP/SAVP");
    plan.rtcp_mux = 0;
    plan.direction = zti_sdp_describe(from, section).direction;
    plan.codecs = &codecs;
    plan.choice = &choice;
    plan_times(&plan, from, section);
    body = zti_buf_of(from->ctx, ZTI_SDP_TEXT_MAX);
    write_session(&body, &plan.rtp, ZTI_STR("0 0"));
    zti_sdp_write_audio(&body, &plan);
    return zti_sdp_finish(&body, &plan.rtp, origin, out);
}

/* Our key answers one offered line: its tag and suite, and none of the offered keys. */
static int32_t check_taken(const ztrunk_sdp *offer, const zti_sdp_section *o,
                           const ztrunk_sdp_crypto *crypto)
{
    ztrunk_sdp_crypto taken, offered = {0};
    int32_t err = zti_opts_read(&taken, sizeof taken, crypto);
    uint32_t is_offered = 0, is_reflected = 0;

    for (uint32_t at = o->first; at < o->end && err == ZTRUNK_OK; at++) {
        if (offer->lines[at].attr != ZTI_SDP_ATTR_CRYPTO) continue;
        if (zti_sdp_read_crypto(offer->lines[at].value, &offered) != ZTRUNK_OK) continue;
        is_offered |= offered.tag == taken.tag && offered.suite == taken.suite;
        is_reflected |= offered.key_len == taken.key_len && taken.key_len <= sizeof taken.key &&
                        zti_same_ct(offered.key, taken.key, taken.key_len);
    }
    zti_wipe(&taken, sizeof taken);
    zti_wipe(&offered, sizeof offered);
    if (err != ZTRUNK_OK) return err;
    return is_offered && !is_reflected ? ZTRUNK_OK : ZTRUNK_E_INVALID;
}

/* RFC 3264 6.1 and 8.4: bit 0 sends, bit 1 receives; the answer may do what the offerer's own
 * direction leaves. */
static uint32_t answer_direction(uint32_t offered, uint32_t wanted)
{
    static const uint32_t bits[] = {3, 1, 2, 0}; /* by ZTRUNK_SDP_SENDRECV ... */
    static const uint32_t by_bits[] = {ZTRUNK_SDP_INACTIVE, ZTRUNK_SDP_SENDONLY,
                                       ZTRUNK_SDP_RECVONLY, ZTRUNK_SDP_SENDRECV};
    uint32_t left = (bits[offered] & 1) << 1 | bits[offered] >> 1;

    return by_bits[left & bits[wanted]];
}

static void write_rejected(zti_buf *b, const zti_sdp_section *o)
{
    zti_buf_text(b, "m=");
    zti_buf_str(b, o->m.kind);
    zti_buf_text(b, " 0 ");
    zti_buf_str(b, o->m.proto);
    zti_buf_char(b, ' ');
    zti_buf_str(b, o->m.formats);
    zti_buf_text(b, "\r\n");
}

/* Formats of the answer that the offer has as well, under this leg's policy. */
static int32_t plan_codecs(const ztrunk_sdp *offer, const zti_sdp_section *o,
                           const ztrunk_sdp *from, const zti_sdp_section *f,
                           const zti_sdp_policy *policy, zti_sdp_codecs *codecs,
                           zti_sdp_choice *choice)
{
    zti_sdp_codecs offered;

    zti_sdp_read_codecs(offer, o, &offered);
    zti_sdp_limit_codecs(o, &offered);
    zti_sdp_read_codecs(from, f, codecs);
    zti_sdp_borrow_codecs(codecs, &offered);
    zti_sdp_choose(f, codecs, policy, &offered, choice);
    return choice->audible > 0 ? ZTRUNK_OK : ZTRUNK_E_DENIED;
}

static int32_t check_answer(const ztrunk_sdp *offer, const zti_sdp_section *o,
                            const zti_sdp_section *f, const zti_sdp_policy *policy,
                            const ztrunk_sdp_crypto *crypto)
{
    uint32_t is_secure = policy->p.srtp == ZTRUNK_SDP_SRTP_REQUIRED;

    if (o == NULL || f == NULL) return ZTRUNK_E_NOTFOUND;
    if (o->kind != ZTRUNK_SDP_AUDIO || o->m.port == 0 || f->m.port == 0) return ZTRUNK_E_DENIED;
    /* Whatever the offer asked for: a side that requires SRTP is never answered in the clear. */
    if (o->proto == ZTRUNK_SDP_PROTO_OTHER || zti_sdp_is_secure(o->proto) != is_secure)
        return ZTRUNK_E_DENIED;
    if (is_secure != (crypto != NULL)) return ZTRUNK_E_INVALID;
    if (!is_secure) return ZTRUNK_OK;
    if (zti_sdp_check_crypto(crypto, 1) != ZTRUNK_OK) return ZTRUNK_E_INVALID;
    return check_taken(offer, o, crypto);
}

static int32_t write_answer(const ztrunk_sdp *offer, uint32_t nth, const zti_sdp_plan *plan,
                            ztrunk_sdp_origin *origin, ztrunk_sdp **out)
{
    zti_buf body = zti_buf_of(offer->ctx, ZTI_SDP_TEXT_MAX);

    write_session(&body, &plan->rtp, offer->t);
    for (uint32_t i = 0; i < offer->media_count; i++) {
        if (i == nth)
            zti_sdp_write_audio(&body, plan);
        else
            write_rejected(&body, &offer->media[i]);
    }
    return zti_sdp_finish(&body, &plan->rtp, origin, out);
}

int32_t ztrunk_sdp_make_answer(const ztrunk_sdp *offer, uint32_t offer_media,
                               const ztrunk_sdp *from, uint32_t from_media,
                               const ztrunk_sdp_policy *policy, const ztrunk_sdp_leg *leg,
                               const ztrunk_sdp_crypto *crypto, ztrunk_sdp_origin *origin,
                               ztrunk_sdp **out)
{
    zti_sdp_plan plan = {.crypto = crypto, .crypto_count = crypto != NULL};
    const zti_sdp_section *o, *f;
    zti_sdp_policy demands;
    zti_sdp_codecs codecs;
    zti_sdp_choice choice;
    int32_t err;

    if (offer == NULL || from == NULL || leg == NULL || origin == NULL || out == NULL)
        return ZTRUNK_E_INVALID;
    err = zti_sdp_read_policy(&demands, policy);
    if (err == ZTRUNK_OK) err = zti_sdp_read_leg(leg, &plan);
    if (err != ZTRUNK_OK) return err;
    o = zti_sdp_media_at(offer, offer_media);
    f = zti_sdp_media_at(from, from_media);
    err = check_answer(offer, o, f, &demands, crypto);
    if (err == ZTRUNK_OK) err = plan_codecs(offer, o, from, f, &demands, &codecs, &choice);
    if (err != ZTRUNK_OK) return err;
    plan.proto = o->m.proto;
    plan.rtcp_mux = plan.rtcp_mux && o->has_rtcp_mux;
    plan.direction =
        answer_direction(zti_sdp_describe(offer, o).direction, zti_sdp_describe(from, f).direction);
    plan.codecs = &codecs;
    plan.choice = &choice;
    plan_times(&plan, from, f);
    return write_answer(offer, offer_media, &plan, origin, out);
}
