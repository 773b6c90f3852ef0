/* identity.c - what an identity is made of, and what is missing. */
#include <zerotrunk/proof.h>

int32_t ztrunk_identity_judge(uint32_t mode, uint32_t required, uint32_t facts, uint32_t *missing)
{
    uint32_t lacks;

    if (mode > ZTRUNK_IDENTITY_ENFORCE || missing == NULL) return ZTRUNK_E_INVALID;
    lacks = mode == ZTRUNK_IDENTITY_OFF ? 0 : required & ~facts;
    *missing = lacks;
    return lacks != 0 && mode == ZTRUNK_IDENTITY_ENFORCE ? ZTRUNK_E_DENIED : ZTRUNK_OK;
}

const char *ztrunk_fact_text(uint32_t facts)
{
    static const char *const texts[] = {"source", "certificate", "reverse proof", "Request-URI",
                                        "header", "digest",      "domain"};

    for (uint32_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (facts >> i & 1) return texts[i];
    return "unknown";
}
