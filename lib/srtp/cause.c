#include "srtp/cause.h"

static const struct {
    const char *name, *text;
    uint32_t is_proven; /* a tag was right under what the cause names */
} rows[] = {
    [ZTRUNK_SRTP_CAUSE_NONE] = {"none", "none", 0},
    [ZTRUNK_SRTP_CAUSE_WRONG_KEY] = {"wrong-key", "SRTP under a key that was not agreed on", 0},
    [ZTRUNK_SRTP_CAUSE_OWN_KEY] = {"own-key", "SRTP under the key of the other direction", 1},
    [ZTRUNK_SRTP_CAUSE_OLD_KEY] = {"old-key", "SRTP under the key of the offer before", 1},
    [ZTRUNK_SRTP_CAUSE_OTHER_LINE] = {"other-line",
                                      "SRTP under the key of another crypto line of the offer", 1},
    [ZTRUNK_SRTP_CAUSE_SUITE] = {"wrong-suite", "SRTP under the agreed key by another cipher", 1},
    [ZTRUNK_SRTP_CAUSE_TAG_32] = {"tag-32", "a tag of 32 bits where 80 were agreed on", 1},
    [ZTRUNK_SRTP_CAUSE_TAG_80] = {"tag-80", "a tag of 80 bits where 32 were agreed on", 1},
    [ZTRUNK_SRTP_CAUSE_MKI] = {"wrong-mki", "another MKI than agreed on, or none, or one too many",
                               1},
    [ZTRUNK_SRTP_CAUSE_ROC_AHEAD] = {"roc-ahead", "the peer's rollover counter is ahead of ours",
                                     1},
    [ZTRUNK_SRTP_CAUSE_ROC_BEHIND] = {"roc-behind", "the peer's rollover counter is behind ours",
                                      1},
    [ZTRUNK_SRTP_CAUSE_ROC_ZERO] = {"roc-zero",
                                    "the peer has started its rollover counter at zero again", 1},
    [ZTRUNK_SRTP_CAUSE_REPLAY] = {"replay", "packets that were seen before", 1},
    [ZTRUNK_SRTP_CAUSE_PLAIN] = {"plain", "RTP without SRTP", 0},
    [ZTRUNK_SRTP_CAUSE_LIFETIME] = {"lifetime", "the key has served as long as it may", 1},
    [ZTRUNK_SRTP_CAUSE_SOURCES] = {"sources", "more sources (SSRC) than may use the key", 1},
};

#define CAUSE_COUNT (sizeof rows / sizeof rows[0])

uint32_t zti_srtp_cause_is_proven(uint32_t cause)
{
    return cause < CAUSE_COUNT && rows[cause].is_proven;
}

const char *ztrunk_srtp_cause_name(uint32_t cause)
{
    return cause < CAUSE_COUNT ? rows[cause].name : "unknown";
}

const char *ztrunk_srtp_cause_text(uint32_t cause)
{
    return cause < CAUSE_COUNT ? rows[cause].text : "unknown cause";
}
