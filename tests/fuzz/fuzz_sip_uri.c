/* The value readers on any text; where we accept a SIP URI, libre reads the same host, user and
 * port. */
#include "wire/re_glue.h"

#include <stdlib.h>
#include <zerotrunk/sip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int differs(const char *text, ztrunk_span ours, struct pl theirs)
{
    if (ours.len != theirs.l) return 1;
    return ours.len > 0 && text + ours.at != theirs.p;
}

static void compare(const char *text, size_t len, const ztrunk_sip_uri *ours)
{
    struct uri theirs;
    struct pl pl = {.p = text, .l = len};

    if (uri_decode(&theirs, &pl) != 0) abort();
    if (differs(text, ours->host, theirs.host)) abort();
    if (ours->port != theirs.port) abort();
    /* libre searches "user:password" before it knows of ";" or "?" in a user. */
    if (ours->password.len == 0 && differs(text, ours->user, theirs.user)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    ztrunk_sip_uri uri = {.size = sizeof uri};
    ztrunk_sip_name_addr addr = {.size = sizeof addr};
    ztrunk_sip_via via = {.size = sizeof via};
    ztrunk_span value, all = {0, (uint32_t)size};

    if (size == 0 || size > 4096) return 0;
    if (ztrunk_sip_uri_parse(text, size, &uri) == ZTRUNK_OK &&
        (uri.scheme == ZTRUNK_URI_SIP || uri.scheme == ZTRUNK_URI_SIPS))
        compare(text, size, &uri);
    if (ztrunk_sip_name_addr_parse(text, size, &addr) == ZTRUNK_OK) {
        if (ztrunk_sip_uri_parse(text + addr.uri.at, addr.uri.len, &uri) != ZTRUNK_OK) abort();
        (void)ztrunk_sip_param(text, addr.params, "tag", &value);
    }
    (void)ztrunk_sip_via_parse(text, size, &via);
    (void)ztrunk_sip_param(text, all, "tag", &value);
    return 0;
}
