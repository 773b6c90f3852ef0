#include "wire/sip_names.h"

#include <zerotrunk/sip.h>
#include "wire/scan.h"

typedef struct hdr_row {
    const char *name;
    uint8_t len, is_single, may_space;
} hdr_row;

/* In the order of zti_hdr_id. */
static const hdr_row headers[ZTI_H_COUNT] = {
    {"", 0, 0, 0},
    {"To", 2, 1, 1},
    {"Via", 3, 0, 1},
    {"CSeq", 4, 1, 1},
    {"Date", 4, 1, 0},
    {"From", 4, 1, 1},
    {"RAck", 4, 1, 0},
    {"RSeq", 4, 1, 0},
    {"Allow", 5, 0, 1},
    {"Event", 5, 1, 0},
    {"Route", 5, 0, 1},
    {"Accept", 6, 0, 1},
    {"Min-SE", 6, 1, 0},
    {"Call-ID", 7, 1, 1},
    {"Contact", 7, 0, 1},
    {"Expires", 7, 1, 1},
    {"Require", 7, 0, 1},
    {"Subject", 7, 1, 1},
    {"Warning", 7, 0, 0},
    {"Refer-To", 8, 1, 0},
    {"Replaces", 8, 1, 0},
    {"Identity", 8, 0, 0},
    {"Supported", 9, 0, 1},
    {"Referred-By", 11, 1, 0},
    {"Allow-Events", 12, 0, 0},
    {"Content-Type", 12, 1, 1},
    {"Max-Forwards", 12, 1, 1},
    {"Record-Route", 12, 0, 1},
    {"Authorization", 13, 0, 0},
    {"Reject-Contact", 14, 0, 0},
    {"Accept-Contact", 14, 0, 0},
    {"Content-Length", 14, 1, 1},
    {"Session-Expires", 15, 1, 0},
    {"Content-Encoding", 16, 0, 1},
    {"Content-Disposition", 19, 1, 0},
    {"Proxy-Authorization", 19, 0, 0},
    {"Request-Disposition", 19, 0, 0},
};

/* No two of the names have the same slot; first and last in lower case. */
#define SLOT(len, first, last) (((len)*11u + (first) + (last)*9u) % 128)

static const uint8_t slots[128] = {
    [SLOT(2, 't', 'o')] = ZTI_H_TO,
    [SLOT(3, 'v', 'a')] = ZTI_H_VIA,
    [SLOT(4, 'c', 'q')] = ZTI_H_CSEQ,
    [SLOT(4, 'd', 'e')] = ZTI_H_DATE,
    [SLOT(4, 'f', 'm')] = ZTI_H_FROM,
    [SLOT(4, 'r', 'k')] = ZTI_H_RACK,
    [SLOT(4, 'r', 'q')] = ZTI_H_RSEQ,
    [SLOT(5, 'a', 'w')] = ZTI_H_ALLOW,
    [SLOT(5, 'e', 't')] = ZTI_H_EVENT,
    [SLOT(5, 'r', 'e')] = ZTI_H_ROUTE,
    [SLOT(6, 'a', 't')] = ZTI_H_ACCEPT,
    [SLOT(6, 'm', 'e')] = ZTI_H_MIN_SE,
    [SLOT(7, 'c', 'd')] = ZTI_H_CALL_ID,
    [SLOT(7, 'c', 't')] = ZTI_H_CONTACT,
    [SLOT(7, 'e', 's')] = ZTI_H_EXPIRES,
    [SLOT(7, 'r', 'e')] = ZTI_H_REQUIRE,
    [SLOT(7, 's', 't')] = ZTI_H_SUBJECT,
    [SLOT(7, 'w', 'g')] = ZTI_H_WARNING,
    [SLOT(8, 'r', 'o')] = ZTI_H_REFER_TO,
    [SLOT(8, 'r', 's')] = ZTI_H_REPLACES,
    [SLOT(8, 'i', 'y')] = ZTI_H_IDENTITY,
    [SLOT(9, 's', 'd')] = ZTI_H_SUPPORTED,
    [SLOT(11, 'r', 'y')] = ZTI_H_REFERRED_BY,
    [SLOT(12, 'a', 's')] = ZTI_H_ALLOW_EVENTS,
    [SLOT(12, 'c', 'e')] = ZTI_H_CONTENT_TYPE,
    [SLOT(12, 'm', 's')] = ZTI_H_MAX_FORWARDS,
    [SLOT(12, 'r', 'e')] = ZTI_H_RECORD_ROUTE,
    [SLOT(13, 'a', 'n')] = ZTI_H_AUTHORIZATION,
    [SLOT(14, 'r', 't')] = ZTI_H_REJECT_CONTACT,
    [SLOT(14, 'a', 't')] = ZTI_H_ACCEPT_CONTACT,
    [SLOT(14, 'c', 'h')] = ZTI_H_CONTENT_LENGTH,
    [SLOT(15, 's', 's')] = ZTI_H_SESSION_EXPIRES,
    [SLOT(16, 'c', 'g')] = ZTI_H_CONTENT_ENCODING,
    [SLOT(19, 'c', 'n')] = ZTI_H_CONTENT_DISPOSITION,
    [SLOT(19, 'p', 'n')] = ZTI_H_PROXY_AUTHORIZATION,
    [SLOT(19, 'r', 'n')] = ZTI_H_REQUEST_DISPOSITION,
};

/* By its lower case. */
static const uint8_t compact[128] = {
    ['a'] = ZTI_H_ACCEPT_CONTACT,
    ['b'] = ZTI_H_REFERRED_BY,
    ['c'] = ZTI_H_CONTENT_TYPE,
    ['d'] = ZTI_H_REQUEST_DISPOSITION,
    ['e'] = ZTI_H_CONTENT_ENCODING,
    ['f'] = ZTI_H_FROM,
    ['i'] = ZTI_H_CALL_ID,
    ['j'] = ZTI_H_REJECT_CONTACT,
    ['k'] = ZTI_H_SUPPORTED,
    ['l'] = ZTI_H_CONTENT_LENGTH,
    ['m'] = ZTI_H_CONTACT,
    ['o'] = ZTI_H_EVENT,
    ['r'] = ZTI_H_REFER_TO,
    ['s'] = ZTI_H_SUBJECT,
    ['t'] = ZTI_H_TO,
    ['u'] = ZTI_H_ALLOW_EVENTS,
    ['v'] = ZTI_H_VIA,
    ['x'] = ZTI_H_SESSION_EXPIRES,
    ['y'] = ZTI_H_IDENTITY,
};

zti_hdr_id zti_hdr_find(zti_str name)
{
    uint8_t first, last;
    const hdr_row *row;
    zti_hdr_id id;

    if (name.len == 0) return ZTI_H_OTHER;
    first = (uint8_t)zti_lower(name.p[0]);
    last = (uint8_t)zti_lower(name.p[name.len - 1]);
    if (name.len == 1) return first < sizeof compact ? (zti_hdr_id)compact[first] : ZTI_H_OTHER;
    id = (zti_hdr_id)slots[SLOT(name.len, first, last)];
    row = &headers[id];
    return zti_scan_is(name, (zti_str){row->name, row->len}) ? id : ZTI_H_OTHER;
}

const char *zti_hdr_name(zti_hdr_id id)
{
    return headers[id].name;
}

uint32_t zti_hdr_is_single(zti_hdr_id id)
{
    return headers[id].is_single;
}

uint32_t zti_hdr_may_space(zti_hdr_id id)
{
    return headers[id].may_space;
}

static const char *const methods[] = {"",        "INVITE",   "ACK",       "BYE",     "CANCEL",
                                      "OPTIONS", "REGISTER", "INFO",      "PRACK",   "UPDATE",
                                      "REFER",   "NOTIFY",   "SUBSCRIBE", "MESSAGE", "PUBLISH"};

enum { METHODS = sizeof methods / sizeof methods[0] };

uint32_t zti_method_find(zti_str name)
{
    for (uint32_t i = 1; i < METHODS; i++)
        if (zti_str_eq(name, zti_str_of(methods[i]))) return i;
    return ZTRUNK_SIP_OTHER;
}

const char *ztrunk_sip_method_name(uint32_t method)
{
    return method < METHODS ? methods[method] : "";
}

typedef struct phrase_row {
    uint32_t status;
    const char *text;
} phrase_row;

/* The IANA registry of response codes. */
static const phrase_row phrases[] = {{100, "Trying"},
                                     {180, "Ringing"},
                                     {181, "Call Is Being Forwarded"},
                                     {182, "Queued"},
                                     {183, "Session Progress"},
                                     {199, "Early Dialog Terminated"},
                                     {200, "OK"},
                                     {202, "Accepted"},
                                     {204, "No Notification"},
                                     {300, "Multiple Choices"},
                                     {301, "Moved Permanently"},
                                     {302, "Moved Temporarily"},
                                     {305, "Use Proxy"},
                                     {380, "Alternative Service"},
                                     {400, "Bad Request"},
                                     {401, "Unauthorized"},
                                     {402, "Payment Required"},
                                     {403, "Forbidden"},
                                     {404, "Not Found"},
                                     {405, "Method Not Allowed"},
                                     {406, "Not Acceptable"},
                                     {407, "Proxy Authentication Required"},
                                     {408, "Request Timeout"},
                                     {410, "Gone"},
                                     {412, "Conditional Request Failed"},
                                     {413, "Request Entity Too Large"},
                                     {414, "Request-URI Too Long"},
                                     {415, "Unsupported Media Type"},
                                     {416, "Unsupported URI Scheme"},
                                     {417, "Unknown Resource-Priority"},
                                     {420, "Bad Extension"},
                                     {421, "Extension Required"},
                                     {422, "Session Interval Too Small"},
                                     {423, "Interval Too Brief"},
                                     {424, "Bad Location Information"},
                                     {428, "Use Identity Header"},
                                     {429, "Provide Referrer Identity"},
                                     {430, "Flow Failed"},
                                     {433, "Anonymity Disallowed"},
                                     {436, "Bad Identity Info"},
                                     {437, "Unsupported Credential"},
                                     {438, "Invalid Identity Header"},
                                     {439, "First Hop Lacks Outbound Support"},
                                     {440, "Max-Breadth Exceeded"},
                                     {469, "Bad Info Package"},
                                     {470, "Consent Needed"},
                                     {480, "Temporarily Unavailable"},
                                     {481, "Call/Transaction Does Not Exist"},
                                     {482, "Loop Detected"},
                                     {483, "Too Many Hops"},
                                     {484, "Address Incomplete"},
                                     {485, "Ambiguous"},
                                     {486, "Busy Here"},
                                     {487, "Request Terminated"},
                                     {488, "Not Acceptable Here"},
                                     {489, "Bad Event"},
                                     {491, "Request Pending"},
                                     {493, "Undecipherable"},
                                     {494, "Security Agreement Required"},
                                     {500, "Server Internal Error"},
                                     {501, "Not Implemented"},
                                     {502, "Bad Gateway"},
                                     {503, "Service Unavailable"},
                                     {504, "Server Time-out"},
                                     {505, "Version Not Supported"},
                                     {513, "Message Too Large"},
                                     {555, "Push Notification Service Not Supported"},
                                     {580, "Precondition Failure"},
                                     {600, "Busy Everywhere"},
                                     {603, "Decline"},
                                     {604, "Does Not Exist Anywhere"},
                                     {606, "Not Acceptable"},
                                     {607, "Unwanted"},
                                     {608, "Rejected"}};

const char *ztrunk_sip_reason_phrase(uint32_t status)
{
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (phrases[i].status == status) return phrases[i].text;
    return "Unknown";
}
