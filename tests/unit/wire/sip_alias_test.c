#include "wire/sip_alias.h"

#include <string.h>
#include "unit.h"
#include "wire/re_glue.h"

START_TEST(a_forged_name_is_known_for_what_it_is)
{
    static const char *const forged[] = {"Q1733", "q1733", "Q2816", "Q1120", "Q3667", "Q478"};

    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++)
        ck_assert_msg(zti_hdr_is_alias(zti_str_of(forged[i])), "%s", forged[i]);
}
END_TEST

static uint32_t libre_takes(const char *name, size_t len)
{
    static const enum sip_hdrid ids[] = {SIP_HDR_VIA,          SIP_HDR_TO,
                                         SIP_HDR_FROM,         SIP_HDR_CALL_ID,
                                         SIP_HDR_CSEQ,         SIP_HDR_MAX_FORWARDS,
                                         SIP_HDR_CONTENT_TYPE, SIP_HDR_CONTENT_LENGTH,
                                         SIP_HDR_EXPIRES,      SIP_HDR_CONTACT,
                                         SIP_HDR_ROUTE,        SIP_HDR_RECORD_ROUTE};

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        if ((hash_joaat_ci(name, len) & 0xfff) == (uint32_t)ids[i]) return 1;
    return 0;
}

START_TEST(libre_agrees_on_every_name_that_was_tried)
{
    char name[16];
    uint32_t found = 0;

    for (uint32_t i = 0; i < 40000; i++) {
        int len = snprintf(name, sizeof name, "%c%u", "QxZ-"[i % 4], i);

        ck_assert_msg(zti_hdr_is_alias(zti_str_of(name)) == libre_takes(name, (size_t)len), "%s",
                      name);
        found += zti_hdr_is_alias(zti_str_of(name));
    }
    ck_assert_uint_gt(found, 0);
}
END_TEST

START_TEST(names_in_use_are_no_forgeries)
{
    static const char *const used[] = {"Accept-Encoding",
                                       "Accept-Language",
                                       "Accept-Resource-Priority",
                                       "Additional-Identity",
                                       "Alert-Info",
                                       "AlertMsg-Error",
                                       "Answer-Mode",
                                       "Authentication-Info",
                                       "Call-Info",
                                       "Cellular-Network-Info",
                                       "Content-ID",
                                       "Content-Language",
                                       "Encryption",
                                       "Error-Info",
                                       "Feature-Caps",
                                       "Flow-Timer",
                                       "Geolocation",
                                       "Geolocation-Error",
                                       "Geolocation-Routing",
                                       "Hide",
                                       "History-Info",
                                       "Identity-Info",
                                       "Info-Package",
                                       "In-Reply-To",
                                       "Join",
                                       "Location-Source",
                                       "Max-Breadth",
                                       "MIME-Version",
                                       "Min-Expires",
                                       "Organization",
                                       "Origination-Id",
                                       "P-Access-Network-Info",
                                       "P-Answer-State",
                                       "P-Asserted-Identity",
                                       "P-Asserted-Service",
                                       "P-Associated-URI",
                                       "P-Called-Party-ID",
                                       "P-Charge-Info",
                                       "P-Charging-Function-Addresses",
                                       "P-Charging-Vector",
                                       "P-DCS-Billing-Info",
                                       "P-DCS-LAES",
                                       "P-DCS-OSPS",
                                       "P-DCS-Redirect",
                                       "P-DCS-Trace-Party-ID",
                                       "P-Early-Media",
                                       "P-Media-Authorization",
                                       "P-Preferred-Identity",
                                       "P-Preferred-Service",
                                       "P-Private-Network-Indication",
                                       "P-Profile-Key",
                                       "P-Refused-URI-List",
                                       "P-Served-User",
                                       "P-User-Database",
                                       "P-Visited-Network-ID",
                                       "Path",
                                       "Permission-Missing",
                                       "Policy-Contact",
                                       "Policy-ID",
                                       "Priority",
                                       "Priority-Share",
                                       "Priority-Verstat",
                                       "Priv-Answer-Mode",
                                       "Privacy",
                                       "Proxy-Authenticate",
                                       "Proxy-Authentication-Info",
                                       "Proxy-Require",
                                       "Reason",
                                       "Reason-Phrase",
                                       "Recv-Info",
                                       "Refer-Events-At",
                                       "Refer-Sub",
                                       "Relayed-Charge",
                                       "Remote-Party-ID",
                                       "Reply-To",
                                       "Resource-Priority",
                                       "Resource-Share",
                                       "Response-Key",
                                       "Response-Source",
                                       "Restoration-Info",
                                       "Retry-After",
                                       "Security-Client",
                                       "Security-Server",
                                       "Security-Verify",
                                       "Server",
                                       "Service-Interact-Info",
                                       "Service-Route",
                                       "Session-ID",
                                       "SIP-ETag",
                                       "SIP-If-Match",
                                       "Subscription-State",
                                       "Suppress-If-Match",
                                       "Target-Dialog",
                                       "Timestamp",
                                       "Trigger-Consent",
                                       "Unsupported",
                                       "User-Agent",
                                       "User-to-User",
                                       "WWW-Authenticate",
                                       "Diversion",
                                       "X-Twilio-CallSid",
                                       "X-Twilio-AccountSid",
                                       "X-MS-SBC-Host",
                                       "X-Genesys-CallUUID",
                                       "x-inin-cnv",
                                       "X-Correlation-ID"};

    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++)
        ck_assert_msg(!zti_hdr_is_alias(zti_str_of(used[i])), "%s", used[i]);
}
END_TEST

UNIT_MAIN("wire/sip_alias", a_forged_name_is_known_for_what_it_is,
          libre_agrees_on_every_name_that_was_tried, names_in_use_are_no_forgeries)
