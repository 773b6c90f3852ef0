/* flow_log.h - how a connection came to be, and how it ended, as lines of the log. */
#ifndef ZEROTRUNKD_FLOW_LOG_H
#define ZEROTRUNKD_FLOW_LOG_H

#include "daemon.h"

void flow_log_open(struct daemon *d, const struct bound_flow *bound,
                   const ztrunk_net_flow_info *info, const ztrunk_tls *tls);
/* bound NULL: it was nobody's; tls NULL: it was never TLS, or not yet. A refusal is counted. */
void flow_log_close(struct daemon *d, const struct bound_flow *bound,
                    const ztrunk_net_flow_info *info, const ztrunk_tls *tls, int32_t error,
                    uint32_t cause, const char *text);

#endif
