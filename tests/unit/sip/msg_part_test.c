#include "sip_corpus.h"

#include <string.h>

START_TEST(a_part_is_lent_only_as_it_was_meant)
{
#define OF(type, more, len, body)                                                                  \
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP c\r\nf: <sip:a@b>;tag=1\r\nt: <sip:a@b>;tag=2\r\ni: 1\r\n" \
    "CSeq: 1 INVITE\r\n" type more "l: " len "\r\n\r\n" body
    static const struct {
        const char *text;
        int32_t err;
    } rows[] = {{OF("", "", "0", ""), ZTRUNK_E_NOTFOUND},
                {OF("c: application/sdp\r\n", "", "0", ""), ZTRUNK_E_NOTFOUND},
                {OF("c: text/plain\r\n", "", "3", "v=0"), ZTRUNK_E_NOTFOUND},
                {OF("c: application/sdp\r\n", "e: gzip\r\n", "3", "v=0"), ZTRUNK_E_NOTFOUND},
                {OF("c: multipart/mixed\r\n", "", "3", "v=0"), ZTRUNK_E_MALFORMED},
                {OF("c: application/sdp\r\n", "e: identity\r\n", "3", "v=0"), ZTRUNK_OK},
                {OF("c: multipart/mixed;boundary=b\r\n", "", "48",
                    "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--"),
                 ZTRUNK_OK}};
    ztrunk_ctx *ctx = corpus_ctx();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_sip_msg *m = corpus_parse(ctx, rows[i].text);
        const uint8_t *part = NULL;
        size_t len = 0;

        ck_assert_int_eq(ztrunk_sip_msg_part(m, "application/sdp", &part, &len), rows[i].err);
        if (rows[i].err == ZTRUNK_OK) corpus_is_text(ZTRUNK_OK, (const char *)part, len, "v=0");
        ztrunk_sip_msg_free(m);
    }
    ck_assert_int_eq(ztrunk_sip_msg_part(NULL, "a/b", NULL, NULL), ZTRUNK_E_INVALID);
    ztrunk_ctx_free(ctx);
}
END_TEST

static ztrunk_sip_msg *with_sdp(ztrunk_ctx *ctx)
{
    ztrunk_sip_msg *m = NULL;

    ck_assert_int_eq(ztrunk_sip_msg_new_request(ctx, "INVITE", "sip:a@b.example", &m), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_set_body(m, "application/sdp", (const uint8_t *)"v=0\r\n", 5),
                     ZTRUNK_OK);
    return m;
}

START_TEST(no_part_is_added_that_could_be_read_otherwise)
{
    static const struct {
        const char *type, *id;
        size_t len;
    } bad[] = {{"", "a@b", 1},          {"text", "a@b", 1},    {"text/", "a@b", 1},
               {"/x", "a@b", 1},        {"a/b;c=d", "a@b", 1}, {"a/b\r\nX: y", "a@b", 1},
               {NULL, "a@b", 1},        {"a/b", "", 1},        {"a/b", "a>b", 1},
               {"a/b", "a\r\nX: y", 1}, {"a/b", "a b", 1},     {"a/b", "a\x7f", 1},
               {"a/b", "a\xff", 1},     {"a/b", "a@b", 0}};
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = with_sdp(ctx);
    const uint8_t *body;
    size_t len;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(ztrunk_sip_msg_add_part(m, bad[i].type, bad[i].id, (const uint8_t *)"x",
                                              bad[i].len) == ZTRUNK_E_INVALID,
                      "%zu", i);
    ck_assert_int_eq(ztrunk_sip_msg_body(m, &body, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, 5);
    ck_assert_int_eq(ztrunk_sip_msg_set_body(m, NULL, NULL, 0), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_add_part(m, "a/b", NULL, (const uint8_t *)"x", 1),
                     ZTRUNK_E_STATE);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_part_added_is_read_again_beside_the_body)
{
    static const char location[] = "<presence/>\r\n--b--\r\n";
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = with_sdp(ctx);
    const uint8_t *part;
    const char *id;
    size_t len;

    ck_assert_int_eq(ztrunk_sip_msg_add_part(m, "application/pidf+xml", "here@b.example",
                                             (const uint8_t *)location, sizeof location - 1),
                     ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_part(m, "application/sdp", &part, &len), ZTRUNK_OK);
    corpus_is_text(ZTRUNK_OK, (const char *)part, len, "v=0\r\n");
    ck_assert_int_eq(ztrunk_sip_msg_part(m, "application/pidf+xml", &part, &len), ZTRUNK_OK);
    corpus_is_text(ZTRUNK_OK, (const char *)part, len, location);
    ck_assert_int_eq(ztrunk_sip_msg_part_id(m, "application/pidf+xml", &id, &len), ZTRUNK_OK);
    corpus_is_text(ZTRUNK_OK, id, len, "here@b.example");
    ck_assert_int_eq(ztrunk_sip_msg_part_id(m, "application/sdp", &id, &len), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_sip_msg_add_part(m, "a/b", NULL, (const uint8_t *)"x", 1),
                     ZTRUNK_E_STATE);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* The default bound of a message is 64 KiB. */
START_TEST(a_part_beyond_the_bound_of_a_message_is_not_added)
{
    static uint8_t large[65536];
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = with_sdp(ctx);
    const uint8_t *body;
    size_t len;

    memset(large, 'x', sizeof large);
    ck_assert_int_eq(ztrunk_sip_msg_add_part(m, "a/b", NULL, large, sizeof large), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_sip_msg_body(m, &body, &len), ZTRUNK_OK);
    corpus_is_text(ZTRUNK_OK, (const char *)body, len, "v=0\r\n");
    ck_assert_int_eq(ztrunk_sip_msg_add_part(m, "a/b", NULL, large, sizeof large / 2), ZTRUNK_OK);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sip/msg_part", a_part_is_lent_only_as_it_was_meant,
          no_part_is_added_that_could_be_read_otherwise, a_part_added_is_read_again_beside_the_body,
          a_part_beyond_the_bound_of_a_message_is_not_added)
