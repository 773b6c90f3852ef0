/* wait.h - a start before there is a certificate. */
#ifndef ZEROTRUNKD_WAIT_H
#define ZEROTRUNKD_WAIT_H

#include <zerotrunk/core.h>

enum { WAIT_OVER = 0, WAIT_ENDED = 1 };

/* Where identity.wait says so and the certificate or its key is not there: waits until both are and
 * can be used, or have stood there for some seconds and cannot. WAIT_ENDED: SIGTERM or SIGINT came.
 */
int wait_for_identity(ztrunk_ctx *ctx, const char *file);

#endif
