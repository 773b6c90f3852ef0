/* Work is counted in basic blocks that the parser runs (the compiler's coverage hook), so that
 * neither the machine's speed nor its load decides. */
#include <string.h>
#include "../sip_corpus.h"

void __sanitizer_cov_trace_pc(void);

static uint64_t steps;

void __sanitizer_cov_trace_pc(void)
{
    steps++;
}

#define OPTIONS "OPTIONS sip:a@b.example SIP/2.0\r\n"
#define TAIL                                                                                       \
    "Via: SIP/2.0/TLS c.example;branch=z9hG4bK1\r\nTo: <sip:a@b.example>\r\nMax-Forwards: 70\r\n"  \
    "Content-Length: 0\r\n\r\n"

static const ztrunk_sip_opts wide = {.size = sizeof wide,
                                     .max_message = 200000,
                                     .max_line = 200000,
                                     .max_headers = 50000};

static uint64_t parse_steps(ztrunk_ctx *ctx, const char *text, size_t len)
{
    ztrunk_sip_msg *m = NULL;

    steps = 0;
    (void)ztrunk_sip_msg_parse(ctx, &wide, (const uint8_t *)text, len, &m);
    ztrunk_sip_msg_free(m);
    return steps;
}

static uint64_t drip_steps(ztrunk_ctx *ctx, const char *text, size_t len)
{
    ztrunk_sip_stream *s = NULL;
    ztrunk_sip_msg *m = NULL;

    ck_assert_int_eq(ztrunk_sip_stream_new(ctx, &wide, &s), ZTRUNK_OK);
    steps = 0;
    for (size_t i = 0; i < len && m == NULL; i++) {
        size_t used;

        if (ztrunk_sip_stream_feed(s, (const uint8_t *)text + i, 1, &used) != ZTRUNK_OK) break;
        (void)ztrunk_sip_stream_next(s, &m);
    }
    ztrunk_sip_msg_free(m);
    ztrunk_sip_stream_free(s);
    return steps;
}

static uint64_t steps_of(ztrunk_ctx *ctx, const char *const shape[2], size_t size, uint32_t is_drip)
{
    char *text = malloc(size + 1024);
    size_t at, unit = strlen(shape[1]);
    uint64_t count;

    ck_assert_ptr_nonnull(text);
    at = (size_t)snprintf(text, 1024, "%s", shape[0]);
    for (size_t n = 0; n < size; n += unit, at += unit) memcpy(text + at, shape[1], unit);
    at += (size_t)snprintf(text + at, 512, "\r\n" TAIL);
    count = is_drip ? drip_steps(ctx, text, at) : parse_steps(ctx, text, at);
    free(text);
    return count;
}

static const char *const shapes[][2] = {{OPTIONS "From: ", ":"},
                                        {OPTIONS "From: ", "\""},
                                        {OPTIONS "From: ", "<"},
                                        {OPTIONS "From: ", "a "},
                                        {OPTIONS "From: ", "a;"},
                                        {OPTIONS "From: <sip:", ":"},
                                        {OPTIONS "From: <sip:", "@"},
                                        {OPTIONS "From: <sip:", "a."},
                                        {OPTIONS "From: <sip:", "%61"},
                                        {OPTIONS "From: <sip:[", ":"},
                                        {OPTIONS "From: <sip:a;", "a;"},
                                        {OPTIONS "From: <sip:a>", ";a=\"b\""},
                                        {OPTIONS "Contact: ", "<a>,"},
                                        {OPTIONS "Contact: ", "\"<\","},
                                        {OPTIONS "Contact: ", "<sip:a>,"},
                                        {OPTIONS "Contact: \"", "\\"},
                                        {OPTIONS "Via: ", ","},
                                        {OPTIONS "Via: ", "SIP/2.0/UDP a,"},
                                        {OPTIONS "Via: SIP/2.0/UDP a", ";a"},
                                        {OPTIONS "Via: SIP", " "},
                                        {OPTIONS "Route: ", "<sip:a>,"},
                                        {OPTIONS "Authorization: ", "\""},
                                        {OPTIONS "X: 1", "\r\n "},
                                        {OPTIONS "X: ", "\t"},
                                        {OPTIONS "X: ", "\xc3\xa4"},
                                        {OPTIONS "X: 1", "\r\nX: 1"},
                                        {OPTIONS "X: 1", "\r\nVia: SIP/2.0/UDP a"},
                                        {OPTIONS, "%20"},
                                        {"OPTIONS sip:", ":"},
                                        {"OPTIONS ", " "},
                                        {"\r\n", "\r\n"}};

START_TEST(work_grows_no_faster_than_the_message)
{
    ztrunk_ctx *ctx = corpus_ctx();

    for (uint32_t is_drip = 0; is_drip < 2; is_drip++) {
        for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
            uint64_t small = steps_of(ctx, shapes[i], 4096, is_drip);
            uint64_t large = steps_of(ctx, shapes[i], 32768, is_drip);

            ck_assert_uint_gt(small, 0);
            /* Eight times the text: 8 where it is linear, 64 where it is quadratic. */
            ck_assert_msg(large <= small * 9, "%s%s: %llu, %llu", shapes[i][0], shapes[i][1],
                          (unsigned long long)small, (unsigned long long)large);
        }
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

/* 5 ms are 64 KiB at 75 ns a byte; a basic block is about one. */
START_TEST(no_vector_costs_more_than_a_bounded_work_per_byte)
{
    ztrunk_ctx *ctx = corpus_ctx();

    for (size_t i = 0; i < CORPUS_ROWS; i++) {
        size_t len;
        uint8_t *data = unit_data(corpus[i].file, &len);
        uint64_t count = parse_steps(ctx, (const char *)data, len);

        ck_assert_msg(count <= 40 * len + 4000, "%s: %llu", corpus[i].file,
                      (unsigned long long)count);
        free(data);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("flow/sip_work", work_grows_no_faster_than_the_message,
          no_vector_costs_more_than_a_bounded_work_per_byte)
