#include "wire/sip_build.h"

static void build_start_line(zti_buf *b, const zti_sip_head *h)
{
    if (h->is_request) {
        zti_buf_str(b, h->method_text);
        zti_buf_char(b, ' ');
        zti_buf_str(b, h->uri);
        zti_buf_text(b, " SIP/2.0\r\n");
        return;
    }
    zti_buf_text(b, "SIP/2.0 ");
    zti_buf_u64(b, h->status);
    zti_buf_char(b, ' ');
    zti_buf_str(b, h->reason);
    zti_buf_text(b, "\r\n");
}

void zti_sip_build_head(zti_buf *b, const zti_sip_head *h, size_t body_len)
{
    build_start_line(b, h);
    for (size_t i = 0; i < h->count; i++) {
        if (h->fields[i].id == ZTI_H_CONTENT_LENGTH) continue;
        zti_buf_str(b, h->fields[i].name);
        zti_buf_text(b, ": ");
        zti_buf_str(b, h->fields[i].value);
        zti_buf_text(b, "\r\n");
    }
    zti_buf_text(b, "Content-Length: ");
    zti_buf_u64(b, body_len);
    zti_buf_text(b, "\r\n\r\n");
}
