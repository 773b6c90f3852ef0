#include "wire/sip_build.h"

#include <zerotrunk/sip.h>
#include "unit.h"

START_TEST(the_length_is_the_true_one)
{
    zti_sip_field fields[] = {{.name = {"l", 1}, .value = {"9999", 4}, .id = ZTI_H_CONTENT_LENGTH},
                              {.name = {"X", 1}, .value = {"", 0}, .id = ZTI_H_OTHER},
                              {.name = {"Content-Length", 14},
                               .value = {"1", 1},
                               .id = ZTI_H_CONTENT_LENGTH}};
    zti_sip_head head = {.status = 200, .fields = fields, .count = 3};
    zti_buf b;
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    head.reason = ZTI_STR("OK");
    b = zti_buf_of(ctx, 1000);
    zti_sip_build_head(&b, &head, 42);
    ck_assert_int_eq(b.err, ZTRUNK_OK);
    ck_assert(zti_str_eq(zti_buf_view(&b),
                         ZTI_STR("SIP/2.0 200 OK\r\nX: \r\nContent-Length: 42\r\n\r\n")));
    zti_buf_clear(&b);
    head.is_request = 1;
    head.method_text = ZTI_STR("BYE");
    head.uri = ZTI_STR("sip:a");
    head.count = 0;
    zti_sip_build_head(&b, &head, 0);
    ck_assert(
        zti_str_eq(zti_buf_view(&b), ZTI_STR("BYE sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n")));
    zti_buf_free(&b);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("wire/sip_build", the_length_is_the_true_one)
