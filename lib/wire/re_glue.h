/* re_glue.h - the one way to libre's headers: they define nothing they need, and names of ours.
 *
 * libre's grammar is a second opinion in fuzzing and a yardstick in bench/, no more. Its decoders
 * search for a match from every place of their input, so they are quadratic on hostile values;
 * sip_addr_decode takes the URI out of a quoted display name, uri_decode wraps a port at 2^16 and
 * lets "a@evil@good" pass. What it takes to make them safe is the whole reading that sip_uri.c,
 * sip_addr.c and sip_via.c do in one pass. */
#ifndef ZTI_WIRE_RE_GLUE_H
#define ZTI_WIRE_RE_GLUE_H

#ifndef HAVE_STDBOOL_H
#define HAVE_STDBOOL_H
#endif
#ifndef HAVE_INTTYPES_H
#define HAVE_INTTYPES_H
#endif
#ifndef HAVE_INET6
#define HAVE_INET6
#endif
/* Without it the inline checks of mbuf end in a breakpoint. */
#ifndef RELEASE
#define RELEASE
#endif

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <re.h>
#pragma GCC diagnostic pop

#undef min
#undef max
#undef BREAKPOINT

#endif
