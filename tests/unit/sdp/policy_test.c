#include "sdp/policy.h"

#include <string.h>
#include "sdp_cases.h"

START_TEST(refuses_policies_that_say_nothing_clear)
{
    static const char *const lists[] = {",",          "PCMU,", ",PCMU",
                                        "PCMU,,PCMA", " ",     "1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h"};
    zti_sdp_policy out;

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        ztrunk_sdp_policy p = {.size = sizeof p};

        snprintf(p.codecs, sizeof p.codecs, "%s", lists[i]);
        ck_assert_msg(zti_sdp_read_policy(&out, &p) == ZTRUNK_E_INVALID, "%s", lists[i]);
    }
    ck_assert_int_eq(zti_sdp_read_policy(&out, &(ztrunk_sdp_policy){.size = 64, .srtp = 2}),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_sdp_read_policy(&out, &(ztrunk_sdp_policy){.size = 2}), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(a_list_without_its_end_is_refused)
{
    ztrunk_sdp_policy p = {.size = sizeof p};
    zti_sdp_policy out;

    memset(p.codecs, 'x', sizeof p.codecs);
    ck_assert_int_eq(zti_sdp_read_policy(&out, &p), ZTRUNK_E_INVALID);
    p.codecs[255] = 0;
    ck_assert_int_eq(zti_sdp_read_policy(&out, &p), ZTRUNK_OK);
}
END_TEST

START_TEST(nothing_said_means_srtp_and_four_codecs)
{
    zti_sdp_policy out;

    ck_assert_int_eq(zti_sdp_read_policy(&out, NULL), ZTRUNK_OK);
    ck_assert_uint_eq(out.p.srtp, ZTRUNK_SDP_SRTP_REQUIRED);
    ck_assert_uint_eq(out.p.max_media, 4);
    ck_assert_uint_eq(out.codec_count, 4);
    ck_assert(zti_str_eq(out.codecs[3], ZTI_STR("telephone-event")));
    ck_assert_uint_eq(out.p.suites, 0x1e6);
}
END_TEST

UNIT_MAIN("sdp/policy", refuses_policies_that_say_nothing_clear, a_list_without_its_end_is_refused,
          nothing_said_means_srtp_and_four_codecs)
