/* re_glue.h - the one way to libre's headers: they define nothing they need, and names of ours.
 *
 * libre's grammar is a second opinion in fuzzing and a yardstick in bench/, no more: its
 * sip_addr_decode needs most of a second for the 8 KB From in tests/vectors/hostile-sip,
 * uri_decode reads port 70000 as 4464 and takes "a@evil@good" for a user and a host, and
 * sip_via_decode refuses a Via without branch (RFC 4475 3.1.1.7 has one). A check in front that
 * makes them safe has read the whole value already, which is what sip_uri.c, sip_addr.c and
 * sip_via.c do in one pass. */
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
