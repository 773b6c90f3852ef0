#include "hold.h"

#include <string.h>
#include "unit.h"

static ztrunk_ctx *ctx;

static ztrunk_sip_msg *message(size_t body)
{
    ztrunk_sip_msg *m = NULL;
    uint8_t *bytes = calloc(body + 1, 1);

    if (ctx == NULL) ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 'x', body);
    ck_assert_int_eq(ztrunk_sip_msg_new_request(ctx, "OPTIONS", "sip:a@b", &m), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_set_body(m, "text/plain", bytes, body), ZTRUNK_OK);
    free(bytes);
    return m;
}

START_TEST(no_more_messages_than_the_bound)
{
    struct hold *hold = calloc(1, sizeof *hold);
    ztrunk_sip_msg *one_more = message(1);

    for (uint32_t i = 0; i < HOLD_MESSAGES; i++) ck_assert_int_eq(hold_add(hold, message(1)), 0);
    ck_assert_int_eq(hold_add(hold, one_more), -1);
    ck_assert_uint_eq(hold->count, HOLD_MESSAGES);
    ztrunk_sip_msg_free(one_more);
    hold_free(hold);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(no_more_bytes_than_the_bound)
{
    struct hold *hold = calloc(1, sizeof *hold);
    ztrunk_sip_msg *too_big = message(HOLD_BYTES / 2), *small = message(1);

    ck_assert_int_eq(hold_add(hold, message(HOLD_BYTES / 2)), 0);
    ck_assert_int_eq(hold_add(hold, too_big), -1);
    ck_assert_int_eq(hold_add(hold, small), 0);
    ck_assert_ptr_eq(hold->messages[1], small);
    ck_assert_uint_le(hold->bytes, HOLD_BYTES);
    ztrunk_sip_msg_free(too_big);
    hold_free(hold);
    hold_free(NULL);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("zerotrunkd/hold", no_more_messages_than_the_bound, no_more_bytes_than_the_bound)
