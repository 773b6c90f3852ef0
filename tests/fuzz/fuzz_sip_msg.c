/* One datagram: every accessor, an answer, a clone, edits; what is encoded holds no line that was
 * not a header. */
#include <stdlib.h>
#include <zerotrunk/sip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const ztrunk_sip_msg *m)
{
    static const char *const names[] = {"Via", "From", "To", "Contact", "Route", "X", "Allow"};
    const uint8_t *part;
    const char *text, *name;
    size_t len, name_len;

    (void)ztrunk_sip_msg_part(m, "application/sdp", &part, &len);
    (void)ztrunk_sip_msg_method(m, &text, &len);
    (void)ztrunk_sip_msg_uri(m, &text, &len);
    (void)ztrunk_sip_msg_reason(m, &text, &len);
    (void)ztrunk_sip_msg_tag(m, 0, &text, &len);
    (void)ztrunk_sip_msg_tag(m, 1, &text, &len);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint32_t n = 0;

        while (n < 256 && ztrunk_sip_msg_value(m, names[i], n, &text, &len) == ZTRUNK_OK) n++;
    }
    for (uint32_t n = 0; ztrunk_sip_msg_header_at(m, n, &name, &name_len, &text, &len) == 0; n++)
        for (size_t i = 0; i < len; i++)
            if (text[i] == '\r' || text[i] == '\n') abort();
}

static void answer(const ztrunk_sip_msg *m, uint32_t fault)
{
    static uint8_t wire[1 << 18];
    ztrunk_sip_msg *response = NULL;
    size_t len;
    int32_t err = ztrunk_sip_msg_new_response(m, fault != 0 ? fault : 200, NULL, "tag", &response);

    if (err == ZTRUNK_OK && ztrunk_sip_msg_encode(response, wire, sizeof wire, &len) != 0) abort();
    ztrunk_sip_msg_free(response);
}

static void edit(const ztrunk_sip_msg *m)
{
    ztrunk_sip_msg *copy = NULL;

    if (ztrunk_sip_msg_clone(m, &copy) != ZTRUNK_OK) abort();
    (void)ztrunk_sip_msg_push_header(copy, "Via", "SIP/2.0/TLS a;branch=z9hG4bK1", 29);
    (void)ztrunk_sip_msg_set_header(copy, "Contact", "<sip:a@b>", 9);
    (void)ztrunk_sip_msg_remove_header(copy, "Route");
    (void)ztrunk_sip_msg_set_body(copy, "text/plain", (const uint8_t *)"x", 1);
    read_all(copy);
    ztrunk_sip_msg_free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {1};
    ztrunk_sip_info info = {.size = sizeof info};
    ztrunk_ctx *ctx = NULL;
    ztrunk_sip_msg *m = NULL;

    if (ztrunk_ctx_new_seeded(seed, &ctx) != ZTRUNK_OK) return 0;
    if (ztrunk_sip_msg_parse(ctx, NULL, data, size, &m) == ZTRUNK_OK) {
        if (ztrunk_sip_msg_info(m, &info) != ZTRUNK_OK) abort();
        read_all(m);
        answer(m, info.fault);
        edit(m);
    }
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
    return 0;
}
