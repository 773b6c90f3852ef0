#include "agreed.h"
#include <stddef.h>
#include <string.h>

enum { TYPES = 128 };

uint32_t agreed_is_inside(const ztrunk_addr *addr)
{
    static const char *const inside[] = {"10.0.0.0/8",    "172.16.0.0/12", "192.168.0.0/16",
                                         "100.64.0.0/10", "127.0.0.0/8",   "169.254.0.0/16",
                                         "fc00::/7",      "fe80::/10",     "::1/128"};
    ztrunk_prefix prefix;

    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++)
        if (ztrunk_prefix_parse(inside[i], strlen(inside[i]), &prefix) == ZTRUNK_OK &&
            ztrunk_prefix_contains(&prefix, addr))
            return 1;
    return 0;
}

static uint32_t lists(const ztrunk_sdp *sdp, uint32_t media, uint32_t payload_type)
{
    ztrunk_sdp_format f = {.size = sizeof f};

    for (uint32_t i = 0; ztrunk_sdp_get_format(sdp, media, i, &f) == ZTRUNK_OK; i++)
        if (f.payload_type == payload_type) return 1;
    return 0;
}

/* RFC 3264 6.1: what stands in both. */
static void read_formats(struct agreed *a, const ztrunk_sdp *theirs, uint32_t nth,
                         const ztrunk_sdp *ours, uint32_t our_nth)
{
    ztrunk_sdp_format f = {.size = sizeof f};

    a->payload_types[0] = a->payload_types[1] = 0;
    a->has_dtx = 0;
    a->codec[0] = 0;
    for (uint32_t i = 0; ztrunk_sdp_get_format(theirs, nth, i, &f) == ZTRUNK_OK; i++) {
        if (f.payload_type >= TYPES || !lists(ours, our_nth, f.payload_type)) continue;
        a->payload_types[f.payload_type / 64] |= UINT64_C(1) << f.payload_type % 64;
        a->has_dtx |= f.has_dtx;
        if (a->codec[0] == 0 && f.is_audible) memcpy(a->codec, f.name, sizeof a->codec);
    }
}

void agreed_read(struct agreed *a, const ztrunk_sdp *theirs, const ztrunk_sdp *ours, uint32_t nth)
{
    ztrunk_sdp_media t = {.size = sizeof t}, o = {.size = sizeof o};
    uint32_t our_nth = nth < ztrunk_sdp_media_count(ours) ? nth : 0;

    if (ztrunk_sdp_get_media(theirs, nth, &t) != ZTRUNK_OK ||
        ztrunk_sdp_get_media(ours, our_nth, &o) != ZTRUNK_OK)
        return;
    a->is_set = 1;
    a->send = t.direction == ZTRUNK_SDP_SENDRECV || t.direction == ZTRUNK_SDP_RECVONLY;
    a->receive = t.direction == ZTRUNK_SDP_SENDRECV || t.direction == ZTRUNK_SDP_SENDONLY;
    a->has_ice = t.has_ice;
    a->ours = o.rtp;
    a->theirs = t.rtp;
    a->ours_is_private = agreed_is_inside(&o.rtp) && !agreed_is_inside(&t.rtp);
    a->theirs_is_private = agreed_is_inside(&t.rtp) && !agreed_is_inside(&o.rtp);
    read_formats(a, theirs, nth, ours, our_nth);
}
