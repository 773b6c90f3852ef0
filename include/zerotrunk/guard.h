/* guard.h - the perimeter's verdicts, each part on its own header. */
#ifndef ZEROTRUNK_GUARD_H
#define ZEROTRUNK_GUARD_H

#include <zerotrunk/admission.h>
#include <zerotrunk/allow.h>
#include <zerotrunk/proof.h>
#include <zerotrunk/rules.h>

#endif
