/* admission_level.h - what the limits of one level say to one question. */
#ifndef ZTI_GUARD_ADMISSION_LEVEL_H
#define ZTI_GUARD_ADMISSION_LEVEL_H

#include <zerotrunk/admission.h>
#include "guard/admission_table.h"

/* ZTRUNK_ADMIT_OK or why not. *wait_ns: how long until it may be asked again, 0: nobody knows.
 * Charges nothing. */
uint32_t zti_level_ask(zti_asker *s, const ztrunk_admission_limits *limits, uint32_t what,
                       uint64_t now_ns, uint64_t *wait_ns);
/* Takes the tokens that the question costs, as far as there are any that it may have. */
void zti_level_charge(zti_asker *s, const ztrunk_admission_limits *limits, uint32_t what,
                      uint64_t now_ns);
/* Counts what lasts, up or down. */
void zti_level_open(zti_asker *s, uint32_t what);
void zti_level_ready(zti_asker *s);
/* is_ready: of a handshake, whether zti_level_ready was called. */
void zti_level_end(zti_asker *s, uint32_t what, uint32_t is_ready);

#endif
