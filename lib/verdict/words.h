/* words.h - a verdict for people. */
#ifndef ZTI_VERDICT_WORDS_H
#define ZTI_VERDICT_WORDS_H

#include "verdict/track.h"

/* Fills sentence, evidence and advice for finding->code; peer: what the leg is called. */
void zti_verdict_words(ztrunk_verdict_finding *finding, const char *peer,
                       const zti_verdict_track *t);

#endif
