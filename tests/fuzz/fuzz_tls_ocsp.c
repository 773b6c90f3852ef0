/* An OCSP answer: read and judged, and never believed, for nobody holds the issuer's key. */
#include "tls/ocsp_reply.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const zti_ocsp_id id = {.issuer = {.key_kind = ZTI_KEY_EC, .is_v3 = 1}};
    ztrunk_ocsp_info info = {.size = sizeof info};

    if (zti_ocsp_reply_judge(&id, (zti_str){(const char *)data, size}, 1795473354, &info) ==
        ZTRUNK_OK)
        abort();
    return 0;
}
