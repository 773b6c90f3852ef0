/* admission.h - the inside of ztrunk_admission. */
#ifndef ZTI_GUARD_ADMISSION_H
#define ZTI_GUARD_ADMISSION_H

#include <zerotrunk/admission.h>
#include "guard/admission_level.h"
#include "guard/admission_open.h"

struct ztrunk_admission {
    ztrunk_ctx *ctx;
    ztrunk_admission_opts opts;
    zti_block_rule rule;
    zti_askers addresses, named; /* named: the three levels above */
    zti_opens opens;
    ztrunk_admission_limits common[ZTI_ADMIT_LEVELS];
    ztrunk_admission_limits *own; /* of the named at the same place, when it is pinned */
    uint64_t admitted, refused, denied, blocks;
};

zti_asker_key zti_admission_named_key(uint32_t level, uint64_t number);
/* The address or, of IPv6, its network; mapped IPv4 is IPv4. E_INVALID: neither. */
int32_t zti_admission_address_key(const ztrunk_admission *a, const ztrunk_addr *addr,
                                  zti_asker_key *key);

#endif
