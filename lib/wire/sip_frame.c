#include "wire/sip_frame.h"

#include <zerotrunk/core.h>

void zti_sip_scan_restart(zti_sip_scan *scan)
{
    scan->at = scan->line = 0;
}

int32_t zti_sip_scan_head(zti_sip_scan *scan, zti_str bytes, size_t *head_len)
{
    while (scan->at < bytes.len) {
        zti_str fresh = zti_str_from(bytes, scan->at);
        size_t lf = zti_str_find(fresh, '\n'), end = scan->at + lf + 1;
        zti_str line;

        if (lf == fresh.len) {
            scan->work += fresh.len;
            scan->at = bytes.len;
            break;
        }
        scan->work += lf + 1;
        line = zti_str_from(zti_str_head(bytes, end), scan->line);
        if (line.len < 2 || line.p[line.len - 2] != '\r') return ZTRUNK_E_MALFORMED;
        scan->at = scan->line = end;
        if (line.len > 2) continue;
        *head_len = end;
        return ZTRUNK_OK;
    }
    return ZTRUNK_E_NOTFOUND;
}
