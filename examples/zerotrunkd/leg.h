/* leg.h - what a call does on one of its dialogs. */
#ifndef ZEROTRUNKD_LEG_H
#define ZEROTRUNKD_LEG_H

#include "call.h"

/* The number under which the dialog table knows one side of a trunk. */
uint64_t leg_owner(const struct trunk *trunk, uint32_t side);
/* The call's other leg. */
struct leg *leg_other(struct leg *leg);
/* Notes that a dialog is this leg's. */
void leg_bind(struct leg *leg, uint64_t dialog);
/* Shows m to the dialog table and starts its client transaction. p becomes known by it. */
int32_t leg_send(struct leg *leg, ztrunk_sip_msg *m, struct pending *p);
/* A request within the leg's dialog, with our headers and a body when sdp is not NULL. */
int32_t leg_request(struct leg *leg, const char *method, const uint8_t *sdp, size_t len,
                    ztrunk_sip_msg **out);
void leg_ack(struct leg *leg, const uint8_t *sdp, size_t len);
void leg_bye(struct leg *leg);
/* RFC 3261 13.2.2.4: a 2xx that is not wanted is acknowledged, and its dialog ended. The dialog
 * stays for 64*T1, so that the same ACK answers a 2xx that comes again. */
void leg_give_up(struct leg *leg);
/* Responds to an INVITE that the leg sent us; warning: text of a 488, or NULL. */
void leg_respond(struct leg *leg, const struct pending *p, uint32_t status, const uint8_t *sdp,
                 size_t len, const ztrunk_sdp_verdict *warning);

struct pending *pending_new(uint32_t kind, struct call *call, uint32_t leg);
/* Keeps it, for its client transaction's sake, when a 2xx has come: RFC 3261 13.2.2.4. */
void pending_settle(struct daemon *d, struct pending *p, struct trunk *trunk, uint32_t side);
/* Forgets it under both its transactions. */
void pending_free(struct daemon *d, struct pending *p);
/* At the end of the program. */
void pending_free_all(struct daemon *d);

#endif
