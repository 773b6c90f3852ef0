/* JSON, text, RFC 5424, CEF and OCSF: each is one line whose values a peer cannot leave. */
#include "log_form.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zerotrunk/version.h>
#include "event.h"
#include "utf8.h"

/* RFC 5612: the number of examples; we have none of our own. */
#define SD_ID "zerotrunk@32473"

static const char *const levels[] = {"info", "warning", "error"};

void log_put(struct log_line *line, const char *text, size_t len)
{
    if (line->is_cut || line->used + len > sizeof line->text - log_forms[line->log->format].tail) {
        line->is_cut = 1;
        return;
    }
    memcpy(line->text + line->used, text, len);
    line->used += len;
}

void log_put_word(struct log_line *line, const char *text)
{
    log_put(line, text, strlen(text));
}

void log_put_end(struct log_line *line, const char *text)
{
    size_t len = strlen(text);

    if (len > sizeof line->text - line->used) return;
    memcpy(line->text + line->used, text, len);
    line->used += len;
}

void log_put_char(struct log_line *line, uint32_t c)
{
    const struct log_form *form = &log_forms[line->log->format];
    char out[24];
    size_t len = utf8_escape(c, out + 1), at = 1;

    if (out[1] == '\\' && out[2] == 'u' && len > 2) {
        log_put_word(line, form->backslash);
        log_put(line, out + 2, len - 1);
        return;
    }
    if (out[1] == '\\') { /* before a quote or another backslash */
        at++;
        len--;
    }
    if (c < 0x80 && c != 0 && strchr(form->special, (int)c) != NULL) {
        out[--at] = '\\';
        len++;
    }
    log_put(line, out + at, len);
}

static void put_stamp(struct log_line *line)
{
    struct tm tm;
    char stamp[32], text[48];

    gmtime_r(&line->now.tv_sec, &tm);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text, sizeof text, "%s.%03ldZ", stamp, line->now.tv_nsec / 1000000);
    log_put_word(line, text);
}

static int64_t milliseconds(const struct log_line *line)
{
    return (int64_t)line->now.tv_sec * 1000 + line->now.tv_nsec / 1000000;
}

/* ---- JSON ---- */

static void json_begin(struct log_line *line)
{
    log_put_word(line, "{\"ts\":\"");
    put_stamp(line);
    log_put_word(line, "\",\"level\":\"");
    log_put_word(line, levels[line->level]);
    log_put_word(line, "\",\"event\":\"");
    log_put_word(line, line->event);
    log_put_word(line, "\"");
}

static void json_key(struct log_line *line, const char *key)
{
    log_put_word(line, ",\"");
    log_put_word(line, key);
    log_put_word(line, "\":");
}

static void json_end(struct log_line *line)
{
    log_put_end(line, line->is_cut ? ",\"cut\":true}" : "}");
}

/* ---- text ---- */

static void text_begin(struct log_line *line)
{
    put_stamp(line);
    log_put_word(line, " ");
    log_put_word(line, levels[line->level]);
    log_put_word(line, " ");
    log_put_word(line, line->event);
}

static void text_key(struct log_line *line, const char *key)
{
    log_put_word(line, " ");
    log_put_word(line, key);
    log_put_word(line, "=");
}

static void text_end(struct log_line *line)
{
    if (line->is_cut) log_put_end(line, " cut=true");
}

/* ---- RFC 5424 ---- */

static void syslog_begin(struct log_line *line)
{
    static const uint32_t severities[] = {6, 4, 3};
    char text[64];

    snprintf(text, sizeof text, "<%u>1 ", 3 * 8 + severities[line->level]); /* daemon */
    log_put_word(line, text);
    put_stamp(line);
    log_put_word(line, " ");
    log_put_word(line, line->log->host[0] != 0 ? line->log->host : "-");
    snprintf(text, sizeof text, " zerotrunkd %ld ", (long)getpid());
    log_put_word(line, text);
    log_put_word(line, line->event);
    log_put_word(line, " [" SD_ID " level=\"");
    log_put_word(line, levels[line->level]);
    log_put_word(line, "\"");
}

static void syslog_end(struct log_line *line)
{
    if (line->is_cut) log_put_end(line, " cut=\"true\"");
    log_put_end(line, "] ");
    log_put_end(line, event_of(line->event)->title);
}

/* ---- CEF ---- */

static void cef_begin(struct log_line *line)
{
    static const uint32_t severities[] = {3, 6, 8};
    const struct event *event = event_of(line->event);
    char text[128];

    snprintf(text, sizeof text, "CEF:0|zerotrunk|zerotrunkd|%s|%u|%s|%u|rt=%" PRId64,
             ZTRUNK_VERSION, event->signature, event->title, severities[line->level],
             milliseconds(line));
    log_put_word(line, text);
    log_put_word(line, " dvchost=");
    log_put_word(line, line->log->host);
    log_put_word(line, " cat=");
    log_put_word(line, line->event);
}

/* A key has letters and digits only: not_after is ztNotAfter. */
static void cef_key(struct log_line *line, const char *key)
{
    uint32_t is_upper = 1;

    if (strcmp(key, "call") == 0 || strcmp(key, "why") == 0 || strcmp(key, "summary") == 0) {
        log_put_word(line, *key == 'c' ? " externalId=" : *key == 'w' ? " reason=" : " msg=");
        return;
    }
    log_put_word(line, " zt");
    for (; *key != 0; key++) {
        char c = is_upper ? (char)toupper((unsigned char)*key) : *key;

        is_upper = !isalnum((unsigned char)*key);
        if (!is_upper) log_put(line, &c, 1);
    }
    log_put_word(line, "=");
}

static uint32_t split_remote(const struct log_line *line, char ip[64], uint32_t *port)
{
    ztrunk_addr addr = line->remote;
    size_t len = 0;

    *port = addr.port;
    addr.port = 0;
    return addr.family != 0 && ztrunk_addr_format(&addr, ip, 64, &len) == ZTRUNK_OK;
}

static void cef_end(struct log_line *line)
{
    char ip[64], text[128];
    uint32_t port;

    if (split_remote(line, ip, &port)) {
        snprintf(text, sizeof text, " %s=%s spt=%u", line->remote.family == 4 ? "src" : "c6a2", ip,
                 port);
        log_put_end(line, text);
    }
    if (line->is_cut) log_put_end(line, " ztCut=true");
}

/* ---- OCSF ---- */

static void ocsf_begin(struct log_line *line)
{
    char text[64];

    snprintf(text, sizeof text, "{\"time\":%" PRId64 ",\"message\":\"", milliseconds(line));
    log_put_word(line, text);
    log_put_word(line, event_of(line->event)->title);
    log_put_word(
        line, "\",\"metadata\":{\"version\":\"1.3.0\",\"profiles\":[\"host\"],\"event_code\":\"");
    log_put_word(line, line->event);
    log_put_word(line, "\",\"product\":{\"name\":\"zerotrunkd\",\"vendor_name\":\"zerotrunk\","
                       "\"version\":\"" ZTRUNK_VERSION "\"}},\"device\":{\"type_id\":0,"
                       "\"hostname\":\"");
    log_put_word(line, line->log->host);
    log_put_word(line, "\"},\"unmapped\":{");
}

static void ocsf_key(struct log_line *line, const char *key)
{
    if (line->field_count > 0) log_put_word(line, ",");
    log_put_word(line, "\"");
    log_put_word(line, key);
    log_put_word(line, "\":");
}

static void ocsf_class(struct log_line *line, uint32_t class_uid, uint32_t activity)
{
    static const uint32_t severities[] = {1, 3, 4}; /* Informational, Medium, High */
    char text[160];

    snprintf(text, sizeof text,
             "},\"category_uid\":%u,\"class_uid\":%u,\"activity_id\":%u,\"type_uid\":%u,"
             "\"severity_id\":%u",
             class_uid / 1000, class_uid, activity, class_uid * 100 + activity,
             severities[line->level]);
    log_put_end(line, text);
    if (activity != OCSF_OTHER) return;
    log_put_end(line, ",\"activity_name\":\"");
    log_put_end(line, line->event);
    log_put_end(line, "\"");
}

static void ocsf_end(struct log_line *line)
{
    const struct event *event = event_of(line->event);
    char ip[64], text[256];
    uint32_t port, has_remote = split_remote(line, ip, &port), class_uid = event->ocsf_class;

    if ((class_uid == OCSF_NETWORK && !has_remote) ||
        (class_uid == OCSF_FINDING && line->key[0] == 0))
        class_uid = OCSF_BASE;
    if (line->is_cut) log_put_end(line, line->field_count > 0 ? ",\"cut\":true" : "\"cut\":true");
    ocsf_class(line, class_uid, class_uid != OCSF_BASE ? event->ocsf_activity : OCSF_OTHER);
    if (class_uid == OCSF_LIFECYCLE)
        log_put_end(line, ",\"app\":{\"name\":\"zerotrunkd\",\"vendor_name\":\"zerotrunk\"}");
    text[0] = 0;
    if (class_uid == OCSF_FINDING)
        snprintf(text, sizeof text, ",\"finding_info\":{\"uid\":\"%s\",\"title\":\"%s\"}",
                 line->key, event->title);
    if (class_uid == OCSF_NETWORK)
        snprintf(text, sizeof text, ",\"src_endpoint\":{\"ip\":\"%s\",\"port\":%u}", ip, port);
    log_put_end(line, text);
    log_put_end(line, "}");
}

const struct log_form log_forms[LOG_FORMATS] = {
    [LOG_JSON] = {16, json_begin, json_key, "\"", "\"\\", "\\", json_end},
    [LOG_TEXT] = {16, text_begin, text_key, "\"", "\"\\", "\\", text_end},
    [LOG_SYSLOG] = {96, syslog_begin, text_key, "\"", "\"\\]", "\\\\", syslog_end},
    [LOG_CEF] = {160, cef_begin, cef_key, "", "\\=", "\\\\", cef_end},
    [LOG_OCSF] = {640, ocsf_begin, ocsf_key, "\"", "\"\\", "\\", ocsf_end}};
