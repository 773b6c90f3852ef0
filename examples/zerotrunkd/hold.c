#include "hold.h"
#include <stdlib.h>

int hold_add(struct hold *hold, ztrunk_sip_msg *m)
{
    size_t len = 0;

    (void)ztrunk_sip_msg_encode(m, NULL, 0, &len);
    if (hold->count == HOLD_MESSAGES || len > HOLD_BYTES - hold->bytes) return -1;
    hold->messages[hold->count++] = m;
    hold->bytes += len;
    return 0;
}

void hold_free(struct hold *hold)
{
    if (hold == NULL) return;
    for (uint32_t i = 0; i < hold->count; i++) ztrunk_sip_msg_free(hold->messages[i]);
    free(hold);
}
