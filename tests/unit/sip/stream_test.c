#include "sip_corpus.h"

#include <string.h>

static ztrunk_sip_stream *stream_of(ztrunk_ctx *ctx, const ztrunk_sip_opts *opts)
{
    ztrunk_sip_stream *s = NULL;

    ck_assert_int_eq(ztrunk_sip_stream_new(ctx, opts, &s), ZTRUNK_OK);
    return s;
}

typedef struct outcome {
    char text[4096];
    size_t len;
    uint32_t is_dead;
} outcome;

static void note(outcome *o, const char *text)
{
    ck_assert_uint_lt(o->len + strlen(text) + 1, sizeof o->text);
    o->len += (size_t)snprintf(o->text + o->len, sizeof o->text - o->len, "%s", text);
}

static void note_message(outcome *o, ztrunk_sip_msg *m)
{
    char number[16];

    snprintf(number, sizeof number, "%s%u", o->len > 0 ? " " : "", corpus_fault(m));
    note(o, number);
    ztrunk_sip_msg_free(m);
}

static void drain(ztrunk_sip_stream *s, outcome *o)
{
    ztrunk_sip_msg *m;
    int32_t err;

    do {
        err = ztrunk_sip_stream_next(s, &m);
        if (m != NULL) note_message(o, m);
        if (err != ZTRUNK_OK) {
            ck_assert_int_eq(err, ZTRUNK_E_MALFORMED);
            note(o, "!");
            o->is_dead = 1;
            return;
        }
    } while (m != NULL);
}

static void feed(ztrunk_sip_stream *s, const uint8_t *data, size_t len, outcome *o)
{
    while (len > 0 && !o->is_dead) {
        size_t used = 0;

        ck_assert_int_eq(ztrunk_sip_stream_feed(s, data, len, &used), ZTRUNK_OK);
        drain(s, o);
        ck_assert(used > 0 || o->is_dead);
        data += used;
        len -= used;
    }
}

static void run(ztrunk_ctx *ctx, const uint8_t *data, size_t len, size_t cut, size_t step,
                outcome *o)
{
    ztrunk_sip_stream *s = stream_of(ctx, NULL);

    *o = (outcome){.len = 0};
    feed(s, data, cut, o);
    for (size_t at = cut; at < len; at += step)
        feed(s, data + at, step < len - at ? step : len - at, o);
    if (!o->is_dead && ztrunk_sip_stream_is_partial(s)) note(o, "~");
    ztrunk_sip_stream_free(s);
}

START_TEST(every_verdict_holds_whole_split_and_dripped)
{
    ztrunk_ctx *ctx = corpus_ctx();
    outcome o;

    for (size_t i = 0; i < CORPUS_ROWS; i++) {
        size_t len, stride;
        uint8_t *data = unit_data(corpus[i].file, &len);

        run(ctx, data, len, 0, len, &o);
        ck_assert_msg(strcmp(o.text, corpus[i].stream) == 0, "%s: %s", corpus[i].file, o.text);
        run(ctx, data, len, 0, 1, &o);
        ck_assert_msg(strcmp(o.text, corpus[i].stream) == 0, "%s dripped: %s", corpus[i].file,
                      o.text);
        stride = len > 4096 ? len / 64 : 1;
        for (size_t cut = 0; cut <= len; cut += stride) {
            run(ctx, data, len, cut, len, &o);
            ck_assert_msg(strcmp(o.text, corpus[i].stream) == 0, "%s at %zu: %s", corpus[i].file,
                          cut, o.text);
        }
        free(data);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

static uint32_t stays_alive(const corpus_row *row)
{
    return strchr(row->stream, '!') == NULL;
}

START_TEST(any_two_messages_frame_as_each_alone)
{
    ztrunk_ctx *ctx = corpus_ctx();
    uint8_t *data[CORPUS_ROWS];
    size_t len[CORPUS_ROWS];

    for (size_t i = 0; i < CORPUS_ROWS; i++) data[i] = unit_data(corpus[i].file, &len[i]);
    for (size_t a = 0; a < CORPUS_ROWS; a++) {
        for (size_t b = 0; b < CORPUS_ROWS; b++) {
            uint8_t *both;
            char want[64];
            outcome o;

            if (!stays_alive(&corpus[a]) || len[b] > 16384) continue;
            both = malloc(len[a] + len[b]);
            ck_assert_ptr_nonnull(both);
            memcpy(both, data[a], len[a]);
            memcpy(both + len[a], data[b], len[b]);
            run(ctx, both, len[a] + len[b], 0, len[a] + len[b], &o);
            snprintf(want, sizeof want, "%s %s", corpus[a].stream, corpus[b].stream);
            ck_assert_msg(strcmp(o.text, want) == 0, "%s + %s: %s", corpus[a].file, corpus[b].file,
                          o.text);
            free(both);
        }
    }
    for (size_t i = 0; i < CORPUS_ROWS; i++) free(data[i]);
    ztrunk_ctx_free(ctx);
}
END_TEST

#define HEAD                                                                                       \
    "OPTIONS sip:a@b.example SIP/2.0\r\nVia: SIP/2.0/TLS c.example;branch=z9hG4bK1\r\n"            \
    "From: <sip:x@y.example>;tag=1\r\nTo: <sip:a@b.example>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"  \
    "Max-Forwards: 70\r\n"

static void expect(const ztrunk_sip_opts *opts, const char *text, size_t len, const char *want)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_stream *s = stream_of(ctx, opts);
    outcome o = {.len = 0};

    feed(s, (const uint8_t *)text, len, &o);
    if (!o.is_dead && ztrunk_sip_stream_is_partial(s)) note(&o, "~");
    ck_assert_msg(strcmp(o.text, want) == 0, "%s: %s", text, o.text);
    ztrunk_sip_stream_free(s);
    ztrunk_ctx_free(ctx);
}

START_TEST(takes_no_length_that_is_not_one_plain_number)
{
    static const char *const bad[] = {"",
                                      "-1",
                                      "+5",
                                      "0x10",
                                      "12abc",
                                      "5 5",
                                      "4, 9",
                                      "2147483648",
                                      "4294967296",
                                      "4294967300",
                                      "1.0",
                                      "18446744073709551616",
                                      "99999999999999999999999999"};
    char text[1024];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, HEAD "Content-Length: %s\r\n\r\n", bad[i]);
        expect(NULL, text, strlen(text), "400!");
        snprintf(text, sizeof text, HEAD "l: 0\r\nContent-Length: %s\r\n\r\n", bad[i]);
        expect(NULL, text, strlen(text), "400!");
    }
    snprintf(text, sizeof text, HEAD "l:00\r\n\r\n");
    expect(NULL, text, strlen(text), "0");
    /* libre takes Q1733 for a Content-Length: its names are hashes of 12 bits. */
    snprintf(text, sizeof text, HEAD "Content-Length: 0\r\nQ1733: 9999\r\n\r\n");
    expect(NULL, text, strlen(text), "400");
}
END_TEST

START_TEST(dies_of_a_bare_line_feed)
{
    static const char *const bad[] = {"OPTIONS sip:a@b SIP/2.0\n", HEAD "l: 0\n\n",
                                      HEAD "l: 0\r\n\n", "\n", "\r\n\n"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect(NULL, bad[i], strlen(bad[i]), "!");
}
END_TEST

START_TEST(dead_streams_stay_dead)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_stream *s = stream_of(ctx, NULL);
    ztrunk_sip_msg *m = NULL;
    size_t used = 9;

    ck_assert_int_eq(ztrunk_sip_stream_feed(s, (const uint8_t *)"\n", 1, &used), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_stream_next(s, &m), ZTRUNK_E_MALFORMED);
    ck_assert_ptr_null(m);
    ck_assert_int_eq(ztrunk_sip_stream_next(s, &m), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_sip_stream_feed(s, (const uint8_t *)"\r\n", 2, &used), ZTRUNK_E_STATE);
    ck_assert(!ztrunk_sip_stream_is_partial(s));
    ztrunk_sip_stream_free(s);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(bounds_the_message_to_the_byte)
{
    ztrunk_sip_opts opts = {.size = sizeof opts};
    char text[2048];
    int head = snprintf(text, sizeof text, HEAD "Content-Type: a/b\r\nContent-Length: 100\r\n\r\n");

    memset(text + head, 'x', 100);
    opts.max_message = (uint32_t)head + 100;
    expect(&opts, text, (size_t)head + 100, "0");
    opts.max_message = (uint32_t)head + 99;
    expect(&opts, text, (size_t)head + 99, "413!");
    opts.max_message = (uint32_t)head;
    expect(&opts, text, (size_t)head, "413!");
    opts.max_message = (uint32_t)head - 1;
    expect(&opts, text, (size_t)head, "!");
}
END_TEST

START_TEST(bounds_lines_and_headers)
{
    ztrunk_sip_opts opts = {.size = sizeof opts, .max_line = 100, .max_headers = 8};
    char text[2048];

    snprintf(text, sizeof text, HEAD "l: 0\r\nX: %097d\r\n\r\n", 0);
    expect(&opts, text, strlen(text), "0");
    snprintf(text, sizeof text, HEAD "l: 0\r\nX: %098d\r\n\r\n", 0);
    expect(&opts, text, strlen(text), "400");
    /* Folds count: two for the line end that became spaces, one for the indent. */
    snprintf(text, sizeof text, HEAD "l: 0\r\nX: %047d\r\n %047d\r\n\r\n", 0, 0);
    expect(&opts, text, strlen(text), "0");
    snprintf(text, sizeof text, HEAD "l: 0\r\nX: %047d\r\n %048d\r\n\r\n", 0, 0);
    expect(&opts, text, strlen(text), "400");
    snprintf(text, sizeof text, HEAD "l: 0\r\nX: 1\r\nY: 1\r\n\r\n");
    expect(&opts, text, strlen(text), "400");
    /* The length itself is past the bound: where the message ends is not known. */
    snprintf(text, sizeof text, HEAD "X: 1\r\nY: 1\r\nl: 0\r\n\r\n");
    expect(&opts, text, strlen(text), "400!");
}
END_TEST

static uint32_t poll_kind(ztrunk_sip_stream *s, uint32_t *detail)
{
    ztrunk_event event = {.size = sizeof event};

    ck_assert_int_eq(ztrunk_sip_stream_poll(s, &event), ZTRUNK_OK);
    *detail = event.detail;
    return event.kind;
}

START_TEST(tells_pings_from_pongs)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_stream *s = stream_of(ctx, NULL);
    outcome o = {.len = 0};
    uint32_t detail;

    feed(s, (const uint8_t *)"\r\n\r\n\r\n\r\n", 8, &o);
    ck_assert_uint_eq(poll_kind(s, &detail), ZTRUNK_EV_SIP_PING);
    ck_assert_uint_eq(detail, 2);
    ck_assert_uint_eq(poll_kind(s, &detail), ZTRUNK_EV_NONE);
    feed(s, (const uint8_t *)"\r\n", 2, &o);
    ck_assert_uint_eq(poll_kind(s, &detail), ZTRUNK_EV_SIP_PONG);
    feed(s, (const uint8_t *)"\r", 1, &o);
    ck_assert(ztrunk_sip_stream_is_partial(s));
    ck_assert_uint_eq(poll_kind(s, &detail), ZTRUNK_EV_NONE);
    feed(s, (const uint8_t *)"\n" HEAD "l: 0\r\n\r\n\r\n", sizeof HEAD + 10, &o);
    ck_assert_str_eq(o.text, "0");
    ck_assert_uint_eq(poll_kind(s, &detail), ZTRUNK_EV_SIP_PING);
    ck_assert_uint_eq(poll_kind(s, &detail), ZTRUNK_EV_SIP_PONG);
    ck_assert(!ztrunk_sip_stream_is_partial(s));
    ztrunk_sip_stream_free(s);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_full_stream_takes_no_more_and_loses_nothing)
{
    ztrunk_sip_opts opts = {.size = sizeof opts, .max_message = 300};
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_stream *s = stream_of(ctx, &opts);
    ztrunk_sip_msg *m = NULL;
    static const char two[] = HEAD "l: 0\r\n\r\n" HEAD "l: 0\r\n\r\n";
    size_t used = 0, more = 0;

    ck_assert_int_eq(ztrunk_sip_stream_feed(s, (const uint8_t *)two, sizeof two - 1, &used), 0);
    ck_assert_uint_eq(used, 300);
    ck_assert_int_eq(ztrunk_sip_stream_feed(s, (const uint8_t *)two, 1, &more), 0);
    ck_assert_uint_eq(more, 0);
    ck_assert_int_eq(ztrunk_sip_stream_next(s, &m), ZTRUNK_OK);
    ck_assert_ptr_nonnull(m);
    ztrunk_sip_msg_free(m);
    ck_assert_int_eq(ztrunk_sip_stream_feed(s, (const uint8_t *)two + used, sizeof two - 1 - used,
                                            &more),
                     0);
    ck_assert_uint_eq(used + more, sizeof two - 1);
    ck_assert_int_eq(ztrunk_sip_stream_next(s, &m), ZTRUNK_OK);
    ck_assert_ptr_nonnull(m);
    ck_assert_uint_eq(corpus_fault(m), 0);
    ztrunk_sip_msg_free(m);
    ztrunk_sip_stream_free(s);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(refuses_bad_arguments)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_stream *s = stream_of(ctx, NULL);
    ztrunk_sip_opts opts = {.size = 1};
    size_t used;

    ck_assert_int_eq(ztrunk_sip_stream_new(NULL, NULL, &s), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_stream_new(ctx, &opts, &s), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_stream_feed(s, NULL, 1, &used), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_stream_next(s, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_stream_poll(s, NULL), ZTRUNK_E_INVALID);
    ztrunk_sip_stream_free(s);
    ztrunk_sip_stream_free(NULL);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sip/stream", every_verdict_holds_whole_split_and_dripped,
          any_two_messages_frame_as_each_alone, takes_no_length_that_is_not_one_plain_number,
          dies_of_a_bare_line_feed, dead_streams_stay_dead, bounds_the_message_to_the_byte,
          bounds_lines_and_headers, tells_pings_from_pongs,
          a_full_stream_takes_no_more_and_loses_nothing, refuses_bad_arguments)
