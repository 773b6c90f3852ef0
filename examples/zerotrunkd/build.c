/* Messages in our own name: what is not put in here does not cross the trunk. */
#include <stdio.h>
#include <string.h>
#include "call.h"
#include "utf8.h"

enum { VALUE = 1024 };

static const char allow[] = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO";

static int32_t put(ztrunk_sip_msg *m, const char *name, const char *value)
{
    return ztrunk_sip_msg_set_header(m, name, value, strlen(value));
}

int32_t build_finish(struct trunk *trunk, uint32_t side, ztrunk_sip_msg *m, const uint8_t *sdp,
                     size_t len)
{
    int32_t err = put(m, "Contact", trunk->side[side].contact);

    if (err == ZTRUNK_OK) err = put(m, "Allow", allow);
    if (err == ZTRUNK_OK) err = put(m, "User-Agent", "zerotrunkd/" ZTRUNK_VERSION);
    if (err == ZTRUNK_OK && sdp != NULL)
        err = ztrunk_sip_msg_set_body(m, "application/sdp", sdp, len);
    return err;
}

static uint32_t in_set(const char *text, size_t len, const char *set)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        uint32_t is_alnum = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');

        if (!is_alnum && (c == 0 || strchr(set, c) == NULL)) return 0;
    }
    return len > 0;
}

static uint32_t hex_of(char c)
{
    if (c >= '0' && c <= '9') return (uint32_t)(c - '0');
    c |= 32;
    return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : 16;
}

/* RFC 3261 25.1 lets %0d stand for a carriage return: to who unescapes it, it is one. */
static uint32_t hides_control(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint32_t high, low;

        if (text[i] != '%') continue;
        high = len - i > 2 ? hex_of(text[i + 1]) : 16;
        low = len - i > 2 ? hex_of(text[i + 2]) : 16;
        if (high < 2 || high > 15 || low > 15 || high * 16 + low == 0x7f) return 1;
    }
    return 0;
}

/* RFC 4904: the trunk group behind a number has named this trunk, and is done with. Without its
 * phone-context (RFC 3966) it would be another number: there is none that could be repeated. */
static uint32_t drop_parameters(const char *uri, ztrunk_sip_uri *u)
{
    const char *end = u->user.len > 0 ? memchr(uri + u->user.at, ';', u->user.len) : NULL;
    ztrunk_span params = u->params, value;

    if (u->scheme != ZTRUNK_URI_TEL) params = (ztrunk_span){u->user.at, 0};
    if (end != NULL) {
        uint32_t len = (uint32_t)(end - uri) - u->user.at;

        params = (ztrunk_span){u->user.at + len, u->user.len - len};
        u->user.len = len;
    }
    return ztrunk_sip_param(uri, params, "phone-context", &value) == ZTRUNK_E_NOTFOUND;
}

/* The user part of a URI, or "" when it has none that could be repeated. */
static void user_of(const char *uri, size_t len, char *user, size_t cap)
{
    ztrunk_sip_uri u = {.size = sizeof u};

    user[0] = 0;
    if (ztrunk_sip_uri_parse(uri, len, &u) != ZTRUNK_OK) return;
    if (!drop_parameters(uri, &u)) return;
    /* RFC 3261 25.1 user, without the password and without parameters that hide in it. */
    if (!in_set(uri + u.user.at, u.user.len, "-_.!~*'()&=+$,?/%#") || u.user.len >= cap) return;
    if (hides_control(uri + u.user.at, u.user.len)) return;
    memcpy(user, uri + u.user.at, u.user.len);
    user[u.user.len] = 0;
}

struct party {
    char display[256], user[256];
};

static void party_of(const ztrunk_sip_msg *m, const char *header, struct party *p)
{
    ztrunk_sip_name_addr na = {.size = sizeof na};
    const char *text;
    size_t len;

    memset(p, 0, sizeof *p);
    if (ztrunk_sip_msg_header(m, header, 0, &text, &len) != ZTRUNK_OK) return;
    if (ztrunk_sip_name_addr_parse(text, len, &na) != ZTRUNK_OK) return;
    user_of(text + na.uri.at, na.uri.len, p->user, sizeof p->user);
    if (na.display.len >= sizeof p->display) return;
    if (!in_set(text + na.display.at, na.display.len, " -_.!~*'()&=+$,?/%@:;#")) return;
    memcpy(p->display, text + na.display.at, na.display.len);
}

static int32_t put_party(ztrunk_sip_msg *m, const char *header, const struct party *p,
                         const char *host, const char *tag)
{
    char value[VALUE];
    uint32_t is_named = p->display[0] != 0;

    snprintf(value, sizeof value, "%s%s%s<sip:%s%s%s>%s%s", is_named ? "\"" : "", p->display,
             is_named ? "\" " : "", p->user, p->user[0] != 0 ? "@" : "", host,
             tag != NULL ? ";tag=" : "", tag != NULL ? tag : "");
    return put(m, header, value);
}

static void peer_host(const struct trunk *trunk, uint32_t side, char *host, size_t cap)
{
    const struct config_hostport *peer = &trunk->conf->side[side].peer.host;
    const char *bracket = strchr(peer->host, ':') != NULL ? "[" : "";

    if (peer->port != 0)
        snprintf(host, cap, "%s%s%s:%u", bracket, peer->host, *bracket ? "]" : "", peer->port);
    else
        snprintf(host, cap, "%s%s%s", bracket, peer->host, *bracket ? "]" : "");
}

static int32_t put_ids(struct daemon *d, ztrunk_sip_msg *m, const char *method, const char *host,
                       uint32_t max_forwards)
{
    char tag[23], value[VALUE];
    int32_t err = ztrunk_sip_tag_new(d->ctx, tag);

    if (err != ZTRUNK_OK) return err;
    snprintf(value, sizeof value, "%s@%s", tag, host);
    err = put(m, "Call-ID", value);
    snprintf(value, sizeof value, "1 %s", method);
    if (err == ZTRUNK_OK) err = put(m, "CSeq", value);
    snprintf(value, sizeof value, "%u", max_forwards);
    return err == ZTRUNK_OK ? put(m, "Max-Forwards", value) : err;
}

static int32_t start_request(struct trunk *trunk, uint32_t side, const char *method,
                             const struct party *from, const struct party *to,
                             uint32_t max_forwards, ztrunk_sip_msg **out)
{
    char uri[VALUE], host[CONFIG_HOST + 16], tag[23];
    ztrunk_sip_msg *m = NULL;
    int32_t err;

    peer_host(trunk, side, host, sizeof host);
    snprintf(uri, sizeof uri, "sip:%s%s%s%s", to->user, to->user[0] != 0 ? "@" : "", host,
             trunk->conf->side[side].transport == ZTRUNK_NET_TLS   ? ";transport=tls"
             : trunk->conf->side[side].transport == ZTRUNK_NET_TCP ? ";transport=tcp"
                                                                   : "");
    err = ztrunk_sip_msg_new_request(trunk->daemon->ctx, method, uri, &m);
    if (err != ZTRUNK_OK) return err;
    err = ztrunk_sip_tag_new(trunk->daemon->ctx, tag);
    if (err == ZTRUNK_OK) err = put_party(m, "From", from, trunk->side[side].host, tag);
    if (err == ZTRUNK_OK) err = put_party(m, "To", to, host, NULL);
    if (err == ZTRUNK_OK)
        err = put_ids(trunk->daemon, m, method, trunk->side[side].host, max_forwards);
    if (err == ZTRUNK_OK) {
        *out = m;
        return ZTRUNK_OK;
    }
    ztrunk_sip_msg_free(m);
    return err;
}

int32_t build_options(struct trunk *trunk, uint32_t side, ztrunk_sip_msg **out)
{
    const struct party nobody = {.user = ""};
    int32_t err = start_request(trunk, side, "OPTIONS", &nobody, &nobody, 70, out);

    return err == ZTRUNK_OK ? build_finish(trunk, side, *out, NULL, 0) : err;
}

int32_t build_invite(struct call *call, const ztrunk_sip_msg *from, ztrunk_sip_msg **out)
{
    ztrunk_sip_info info = {.size = sizeof info};
    struct party caller, callee;
    const char *uri;
    size_t len;
    int32_t err = ztrunk_sip_msg_info(from, &info);

    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_uri(from, &uri, &len);
    if (err != ZTRUNK_OK) return err;
    party_of(from, "From", &caller);
    memset(&callee, 0, sizeof callee);
    user_of(uri, len, callee.user, sizeof callee.user);
    if (caller.user[0] == 0) memcpy(caller.user, "anonymous", sizeof "anonymous");
    err = start_request(call->trunk, 1 - call->from, "INVITE", &caller, &callee,
                        info.max_forwards == UINT32_MAX ? 70 : info.max_forwards - 1, out);
    if (err == ZTRUNK_OK) build_pass_headers(call->trunk, from, *out);
    return err;
}

void build_pass_header(const ztrunk_sip_msg *from, ztrunk_sip_msg *to, const char *name)
{
    const char *text;
    size_t len;

    if (ztrunk_sip_msg_header(from, name, 0, &text, &len) == ZTRUNK_OK && utf8_is_safe(text, len))
        (void)ztrunk_sip_msg_set_header(to, name, text, len);
}

void build_pass_headers(const struct trunk *trunk, const ztrunk_sip_msg *from, ztrunk_sip_msg *to)
{
    if (trunk->conf->pass_identity) build_pass_header(from, to, "P-Asserted-Identity");
    for (uint32_t i = 0; i < trunk->conf->headers.count; i++)
        build_pass_header(from, to, trunk->conf->headers.items[i]);
}

int32_t build_copy_body(const ztrunk_sip_msg *from, ztrunk_sip_msg *to)
{
    const uint8_t *body;
    const char *text;
    char type[256];
    size_t len = 0, type_len;

    if (ztrunk_sip_msg_body(from, &body, &len) != ZTRUNK_OK || len == 0) return ZTRUNK_OK;
    if (ztrunk_sip_msg_header(from, "Content-Type", 0, &text, &type_len) != ZTRUNK_OK ||
        type_len >= sizeof type)
        return ZTRUNK_E_LIMIT;
    memcpy(type, text, type_len);
    type[type_len] = 0;
    return ztrunk_sip_msg_set_body(to, type, body, len);
}

void build_reply(struct daemon *d, uint64_t txn, const ztrunk_sip_msg *request, uint32_t status,
                 const char *tag, const char *header, const char *value)
{
    ztrunk_sip_msg *m = NULL;
    char fresh[23];

    if (tag == NULL && ztrunk_sip_tag_new(d->ctx, fresh) == ZTRUNK_OK) tag = fresh;
    if (status == 100 || (tag != NULL && tag[0] == 0)) tag = NULL;
    if (ztrunk_sip_msg_new_response(request, status, NULL, tag, &m) != ZTRUNK_OK) return;
    if (status == 405 || status == 200) (void)put(m, "Allow", allow);
    if (status == 200 || status == 415) (void)put(m, "Accept", "application/sdp");
    if (header != NULL) (void)put(m, header, value);
    (void)ztrunk_txns_respond(d->txns, ztrunk_rt_now_ns(), txn, m);
    ztrunk_sip_msg_free(m);
}
