/* index.h - what the lines of a description say, section by section. */
#ifndef ZTI_SDP_INDEX_H
#define ZTI_SDP_INDEX_H

#include "sdp/desc.h"

/* Fills lines, media and session over sdp->text. E_MALFORMED, E_LIMIT, E_DENIED (an address that is
 * no unicast IP address), E_NOMEM; what was allocated until then is the description's. */
int32_t zti_sdp_index(ztrunk_sdp *sdp);

#endif
