/* codec.h - what the formats of an RTP section are (RFC 3551 6, RFC 8866 6.6). */
#ifndef ZTI_SDP_CODEC_H
#define ZTI_SDP_CODEC_H

#include "sdp/desc.h"
#include "sdp/policy.h"

#define ZTI_SDP_TYPES 128u

typedef struct zti_sdp_codec {
    zti_str name; /* empty: nobody said what this type is */
    zti_str params;
    zti_str fmtp; /* value behind the payload type; empty: none */
    uint32_t clock;
    uint8_t is_mapped;   /* a=rtpmap was seen */
    uint8_t is_disputed; /* two mappings that differ, a broken one, or one against RFC 3551 */
} zti_sdp_codec;

typedef struct zti_sdp_codecs {
    zti_sdp_codec types[ZTI_SDP_TYPES];
} zti_sdp_codecs;

typedef struct zti_sdp_choice { /* payload types in the policy's order */
    uint8_t types[ZTI_SDP_TYPES];
    uint32_t count, audible; /* audible: how many are real codecs */
} zti_sdp_choice;

/* 0: telephone-event, CN. */
uint32_t zti_sdp_is_audible(const zti_sdp_codec *codec);
/* The payload type that m= lists in that place, each once; ZTI_SDP_TYPES: it lists no more. */
uint32_t zti_sdp_nth_type(const zti_sdp_section *media, uint32_t nth);
void zti_sdp_read_codecs(const ztrunk_sdp *sdp, const zti_sdp_section *media, zti_sdp_codecs *out);
/* Gives a type without a mapping that of another description: some answers leave it out. */
void zti_sdp_borrow_codecs(zti_sdp_codecs *out, const zti_sdp_codecs *from);
/* The formats of the section that the policy lists. within: only what is among these too, by name
 * and clock; NULL: no such rule. */
void zti_sdp_choose(const zti_sdp_section *media, const zti_sdp_codecs *codecs,
                    const zti_sdp_policy *policy, const zti_sdp_codecs *within,
                    zti_sdp_choice *out);
/* Keeps in within only what m= of the section lists. */
void zti_sdp_limit_codecs(const zti_sdp_section *media, zti_sdp_codecs *codecs);

#endif
