/* A caller's location, RFC 6442: for an emergency call it must arrive where the call does. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "call.h"

enum { URI_MAX = 1024 };

static const char pidf[] = "application/pidf+xml";

/* Without the parameters behind it: they name hosts of the other side. */
static uint32_t read_uri(const char *text, size_t len, char uri[URI_MAX])
{
    ztrunk_sip_name_addr na = {.size = sizeof na};

    if (ztrunk_sip_name_addr_parse(text, len, &na) != ZTRUNK_OK || na.uri.len >= URI_MAX) return 0;
    if (!na.is_bracketed) return 0;
    memcpy(uri, text + na.uri.at, na.uri.len);
    uri[na.uri.len] = 0;
    return 1;
}

static uint32_t is_part(const ztrunk_sip_msg *from, const char *uri)
{
    const char *id;
    size_t len;

    if (ztrunk_sip_msg_part_id(from, pidf, &id, &len) != ZTRUNK_OK) return 0;
    return strlen(uri) == len + 4 && memcmp(uri + 4, id, len) == 0;
}

/* The body part gets a name of ours, and the header names it so. */
static uint32_t carry_part(const struct trunk *trunk, const char *host, const ztrunk_sip_msg *from,
                           ztrunk_sip_msg *to, char uri[URI_MAX])
{
    const uint8_t *part;
    char id[URI_MAX / 2], tag[23];
    size_t len;

    if (!is_part(from, uri) || ztrunk_sip_msg_part(from, pidf, &part, &len) != ZTRUNK_OK) return 0;
    if (ztrunk_sip_tag_new(trunk->daemon->ctx, tag) != ZTRUNK_OK) return 0;
    snprintf(id, sizeof id, "%s@%s", tag, host);
    if (ztrunk_sip_msg_add_part(to, pidf, id, part, len) != ZTRUNK_OK) return 0;
    snprintf(uri, URI_MAX, "cid:%s", id);
    return 1;
}

void location_pass(const struct trunk *trunk, uint32_t side, const ztrunk_sip_msg *from,
                   ztrunk_sip_msg *to)
{
    char uri[URI_MAX], value[URI_MAX + 2];
    const char *text;
    size_t len;

    if (!trunk->conf->pass_location) return;
    for (uint32_t i = 0; ztrunk_sip_msg_value(from, "Geolocation", i, &text, &len) == ZTRUNK_OK;
         i++) {
        if (!read_uri(text, len, uri)) continue;
        if (strncasecmp(uri, "cid:", 4) == 0 &&
            !carry_part(trunk, trunk->side[side].host, from, to, uri))
            continue;
        len = (size_t)snprintf(value, sizeof value, "<%s>", uri);
        (void)ztrunk_sip_msg_add_header(to, "Geolocation", value, len);
    }
    build_pass_header(from, to, "Geolocation-Routing");
}
