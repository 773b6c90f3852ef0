#include "wire/sip_names.h"

#include <zerotrunk/sip.h>
#include "wire/scan.h"

typedef struct hdr_row {
    const char *name;
    uint8_t len;
    char compact; /* lower case, 0: none */
    uint8_t is_single, may_space;
} hdr_row;

/* In the order of zti_hdr_id, which is that of their lengths. */
static const hdr_row headers[ZTI_H_COUNT] = {
    {"", 0, 0, 0, 0},
    {"To", 2, 't', 1, 1},
    {"Via", 3, 'v', 0, 1},
    {"CSeq", 4, 0, 1, 1},
    {"Date", 4, 0, 1, 0},
    {"From", 4, 'f', 1, 1},
    {"RAck", 4, 0, 1, 0},
    {"RSeq", 4, 0, 1, 0},
    {"Allow", 5, 0, 0, 1},
    {"Event", 5, 'o', 1, 0},
    {"Route", 5, 0, 0, 1},
    {"Accept", 6, 0, 0, 1},
    {"Min-SE", 6, 0, 1, 0},
    {"Call-ID", 7, 'i', 1, 1},
    {"Contact", 7, 'm', 0, 1},
    {"Expires", 7, 0, 1, 1},
    {"Require", 7, 0, 0, 1},
    {"Subject", 7, 's', 1, 1},
    {"Warning", 7, 0, 0, 0},
    {"Refer-To", 8, 'r', 1, 0},
    {"Replaces", 8, 0, 1, 0},
    {"Identity", 8, 'y', 0, 0},
    {"Supported", 9, 'k', 0, 1},
    {"Referred-By", 11, 'b', 1, 0},
    {"Allow-Events", 12, 'u', 0, 0},
    {"Content-Type", 12, 'c', 1, 1},
    {"Max-Forwards", 12, 0, 1, 1},
    {"Record-Route", 12, 0, 0, 1},
    {"Authorization", 13, 0, 0, 0},
    {"Reject-Contact", 14, 'j', 0, 0},
    {"Accept-Contact", 14, 'a', 0, 0},
    {"Content-Length", 14, 'l', 1, 1},
    {"Session-Expires", 15, 'x', 1, 0},
    {"Content-Encoding", 16, 'e', 0, 1},
    {"Content-Disposition", 19, 0, 1, 0},
    {"Proxy-Authorization", 19, 0, 0, 0},
    {"Request-Disposition", 19, 'd', 0, 0},
};

enum { NAME_BOUND = 20 };

/* The first id whose name is at least that long. */
static const uint8_t first_of_len[NAME_BOUND + 1] = {1,  1,  1,  2,  3,  8,  11, 13, 19, 22, 23,
                                                     23, 24, 28, 29, 32, 33, 34, 34, 34, 37};

static zti_hdr_id find_compact(char c)
{
    char low = zti_lower(c);

    for (uint32_t id = 1; id < ZTI_H_COUNT; id++)
        if (headers[id].compact == low) return (zti_hdr_id)id;
    return ZTI_H_OTHER;
}

zti_hdr_id zti_hdr_find(zti_str name)
{
    if (name.len == 1) return find_compact(name.p[0]);
    if (name.len == 0 || name.len >= NAME_BOUND) return ZTI_H_OTHER;
    for (uint32_t id = first_of_len[name.len]; id < first_of_len[name.len + 1]; id++)
        if (zti_scan_is(name, (zti_str){headers[id].name, headers[id].len})) return (zti_hdr_id)id;
    return ZTI_H_OTHER;
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
