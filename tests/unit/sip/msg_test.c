#include "sip_corpus.h"

#include <string.h>
#include "fail_ctx.h"
#include "guard.h"

static int datagram(ztrunk_ctx *ctx, const uint8_t *data, size_t len)
{
    ztrunk_sip_msg *m = NULL;
    int32_t err = ztrunk_sip_msg_parse(ctx, NULL, data, len, &m);
    int fault;

    if (err != ZTRUNK_OK) {
        ck_assert_int_eq(err, ZTRUNK_E_MALFORMED);
        return CORPUS_NONE;
    }
    fault = (int)corpus_fault(m);
    ck_assert_int_eq(fault != 0, ztrunk_sip_msg_fault_text(m)[0] != 0);
    ztrunk_sip_msg_free(m);
    return fault;
}

START_TEST(every_verdict_holds_in_a_datagram)
{
    ztrunk_ctx *ctx = corpus_ctx();

    for (size_t i = 0; i < CORPUS_ROWS; i++) {
        size_t len;
        uint8_t *data = unit_data(corpus[i].file, &len);
        int fault = datagram(ctx, data, len);

        ck_assert_msg(fault == corpus[i].datagram, "%s: %d", corpus[i].file, fault);
        free(data);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(reads_no_byte_behind_any_prefix)
{
    ztrunk_ctx *ctx = corpus_ctx();
    guard g = guard_new(16384);

    for (size_t i = 0; i < CORPUS_ROWS; i++) {
        size_t len;
        uint8_t *data = unit_data(corpus[i].file, &len);

        for (size_t cut = 0; cut <= len && len <= g.room; cut++)
            (void)datagram(ctx, guard_put(&g, data, cut), cut);
        free(data);
    }
    guard_free(&g);
    ztrunk_ctx_free(ctx);
}
END_TEST

#define TAIL                                                                                       \
    "Via: SIP/2.0/TLS c.example;branch=z9hG4bK1\r\nTo: <sip:a@b.example>\r\nMax-Forwards: 70\r\n"  \
    "Content-Length: 0\r\n\r\n"
#define OPTIONS "OPTIONS sip:a@b.example SIP/2.0\r\n"
#define FROM    "From: <sip:x@y.example>;tag=1\r\n"

/* Where a text of any length stands, and how long it may be there. */
typedef struct length_row {
    const char *before, *after;
    size_t least, most;
} length_row;

enum { LINE = 8192 };

static const length_row fields[] = {
    {OPTIONS FROM "CSeq: 1 OPTIONS\r\nCall-ID: ", "\r\n" TAIL, 1, LINE - 9},
    {OPTIONS FROM "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nX: ", "\r\n" TAIL, 0, LINE - 3},
    {OPTIONS FROM "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nX", ": 1\r\n" TAIL, 0, LINE - 4},
    {OPTIONS "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nFrom: \"", "\" <sip:x@y.example>;tag=1\r\n" TAIL, 0,
     LINE - 32},
    {OPTIONS "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nFrom: <sip:x@y.example>;tag=", "\r\n" TAIL, 1,
     LINE - 28},
    {OPTIONS "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nFrom: <sip:", "@y.example>;tag=1\r\n" TAIL, 1,
     LINE - 28},
    {OPTIONS "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nFrom: <sip:x@", ".y>;tag=1\r\n" TAIL, 1, 253},
    {OPTIONS "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n" FROM "Via: SIP/2.0/TLS c;branch=z9hG4bK",
     "\r\n" TAIL, 1, LINE - 33},
    {OPTIONS "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n" FROM "Route: <sip:a.b;", "=1;lr>\r\n" TAIL, 1,
     LINE - 22},
};

static void try_length(ztrunk_ctx *ctx, const length_row *row, size_t len)
{
    size_t before = strlen(row->before), after = strlen(row->after);
    uint8_t *text = malloc(before + len + after);
    int want = len >= row->least && len <= row->most ? 0 : 400, fault;

    ck_assert_ptr_nonnull(text);
    memcpy(text, row->before, before);
    memset(text + before, 'a', len);
    memcpy(text + before + len, row->after, after);
    if (before + len + after > 65536) want = CORPUS_NONE;
    fault = datagram(ctx, text, before + len + after);
    ck_assert_msg(fault == want, "%s %zu: %d", row->before, len, fault);
    free(text);
}

START_TEST(bounds_each_field_by_its_length)
{
    static const size_t lens[] = {0,   1,    15,   16,   63,   64,   65,   255,   256,
                                  257, 1023, 1024, 1025, 4095, 4096, 4097, 65535, 65536};
    ztrunk_ctx *ctx = corpus_ctx();

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        for (size_t j = 0; j < sizeof lens / sizeof lens[0]; j++)
            try_length(ctx, &fields[i], lens[j]);
        try_length(ctx, &fields[i], fields[i].most);
        try_length(ctx, &fields[i], fields[i].most + 1);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(keeps_numbers_in_their_range)
{
    static const struct {
        const char *line;
        int fault;
    } rows[] = {{"CSeq: 2147483647 OPTIONS\r\nMax-Forwards: 255", 0},
                {"CSeq: 2147483648 OPTIONS\r\nMax-Forwards: 70", 400},
                {"CSeq: 99999999999 OPTIONS\r\nMax-Forwards: 70", 400},
                {"CSeq: 4294967297 OPTIONS\r\nMax-Forwards: 70", 400},
                {"CSeq: -1 OPTIONS\r\nMax-Forwards: 70", 400},
                {"CSeq: 1OPTIONS\r\nMax-Forwards: 70", 400},
                {"CSeq: 1 options\r\nMax-Forwards: 70", 400},
                {"CSeq: 0009 \r\n OPTIONS\r\nMax-Forwards: 0068", 0},
                {"CSeq: 1 OPTIONS\r\nMax-Forwards: 256", 400},
                {"CSeq: 1 OPTIONS\r\nMax-Forwards: 0x1", 400},
                {"CSeq: 1 OPTIONS\r\nMax-Forwards:", 400},
                {"CSeq: 1 OPTIONS\r\nQ3667: 5 BYE\r\nMax-Forwards: 1", 400}};
    ztrunk_ctx *ctx = corpus_ctx();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1024];
        int len = snprintf(text, sizeof text,
                           OPTIONS FROM "Call-ID: 1\r\nTo: <sip:a@b>\r\n"
                                        "Via: SIP/2.0/UDP c;branch=z9hG4bK1\r\n%s\r\n\r\n",
                           rows[i].line);

        ck_assert_msg(datagram(ctx, (uint8_t *)text, (size_t)len) == rows[i].fault, "%s",
                      rows[i].line);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(takes_the_body_that_the_length_names)
{
    ztrunk_ctx *ctx = corpus_ctx();
    static const char head[] =
        OPTIONS FROM "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 7\r\n"
                     "To: <sip:a@b>\r\nVia: SIP/2.0/UDP c\r\nContent-Type: a/b\r\n";
    static const struct {
        const char *rest, *body;
        uint32_t fault;
    } rows[] = {{"l: 2\r\n\r\nabc", "ab", 0},
                {"l: 3\r\n\r\nabc", "abc", 0},
                {"l: 4\r\n\r\nabc", "", 400},
                {"\r\nabc", "abc", 0},
                {"l: 0\r\n\r\nabc", "", 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_sip_msg *m = NULL;
        const uint8_t *body;
        char text[1024];
        size_t len = (size_t)snprintf(text, sizeof text, "\r\n%s%s", head, rows[i].rest);

        ck_assert_int_eq(ztrunk_sip_msg_parse(ctx, NULL, (uint8_t *)text, len, &m), ZTRUNK_OK);
        ck_assert_uint_eq(corpus_fault(m), rows[i].fault);
        ck_assert_int_eq(ztrunk_sip_msg_body(m, &body, &len), ZTRUNK_OK);
        ck_assert_uint_eq(len, strlen(rows[i].body));
        if (len > 0) ck_assert_mem_eq(body, rows[i].body, len);
        ztrunk_sip_msg_free(m);
    }
    ck_assert_int_eq(datagram(ctx, (const uint8_t *)"\r\n\r\n", 4), CORPUS_NONE);
    ck_assert_int_eq(datagram(ctx, NULL, 0), CORPUS_NONE);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(survives_every_failed_allocation)
{
    size_t len;
    uint8_t *data = unit_data(RFC4475 "longreq.dat", &len);

    for (uint32_t n = 1;; n++) {
        fail_ctx f = {.fail_at = 0};
        ztrunk_ctx *ctx = NULL;
        ztrunk_sip_msg *m = NULL;
        int32_t err;

        ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
        f.fail_at = f.calls + n;
        err = ztrunk_sip_msg_parse(ctx, NULL, data, len, &m);
        ztrunk_sip_msg_free(m);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
        if (err == ZTRUNK_OK) break;
        ck_assert_int_eq(err, ZTRUNK_E_NOMEM);
    }
    free(data);
}
END_TEST

UNIT_MAIN("sip/msg", every_verdict_holds_in_a_datagram, reads_no_byte_behind_any_prefix,
          bounds_each_field_by_its_length, keeps_numbers_in_their_range,
          takes_the_body_that_the_length_names, survives_every_failed_allocation)
