#include "wire/sip_index.h"

#include <string.h>
#include <zerotrunk/sip.h>
#include "../../sip_corpus.h"

static const zti_sip_limits limits = {65536, 8192, 128};

typedef struct indexed {
    ztrunk_ctx *ctx;
    char *text;
    zti_sip_head head;
} indexed;

static indexed index_of(const char *text, size_t len)
{
    indexed x = {.ctx = corpus_ctx()};

    x.text = malloc(len > 0 ? len : 1);
    ck_assert_ptr_nonnull(x.text);
    memcpy(x.text, text, len);
    x.head.ctx = x.ctx;
    x.head.why = "";
    ck_assert_int_eq(zti_sip_index(&x.head, (uint8_t *)x.text, len, &limits), ZTRUNK_OK);
    return x;
}

static void done(indexed *x)
{
    zti_free(x->ctx, x->head.fields);
    ztrunk_ctx_free(x->ctx);
    free(x->text);
}

START_TEST(what_breaks_the_lexical_rules_is_left_out)
{
    static const char *const bad[] = {"X-A : 1",    "X-A\t: 1",
                                      "X-A\x0c: 1", "X-A%20: 1",
                                      "X A: 1",     ": 1",
                                      "X-A",        "X-A 1",
                                      "X(: 1",      "X-A: a\x01",
                                      "X-A: a\r",   "X-A: a\x7f",
                                      "X-A: \xff",  "P-Asserted-Identity : 1",
                                      "X-A:\x0b",   "\xef\xbb\xbfX: 1"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[256];
        indexed x;

        snprintf(text, sizeof text, "BYE sip:a SIP/2.0\r\n%s\r\nTo: 1\r\n\r\n", bad[i]);
        x = index_of(text, strlen(text));
        ck_assert_msg(x.head.fault == 400, "%s", bad[i]);
        ck_assert_msg(x.head.count == 1 && x.head.fields[0].id == ZTI_H_TO, "%s", bad[i]);
        done(&x);
    }
}
END_TEST

START_TEST(start_lines_have_one_spelling)
{
    static const struct {
        const char *line;
        uint32_t fault;
    } rows[] = {{"BYE sip:a SIP/2.0", 0},
                {"BYE sip:a sip/2.0", 0},
                {"BYE  sip:a SIP/2.0", 400},
                {" BYE sip:a SIP/2.0", 400},
                {"BYE sip:a SIP/2.0 ", 400},
                {"BYE sip:a  SIP/2.0", 400},
                {"BYE\tsip:a SIP/2.0", 400},
                {"BYE sip:a", 400},
                {"BYE", 400},
                {"", 400},
                {"BYE sip:a SIP/2.00", 505},
                {"BYE sip:a SIP/7.0", 505},
                {"BYE sip:a SIP/2", 400},
                {"BYE sip:a SIP/2.0x", 400},
                {"GET / HTTP/1.1", 400},
                {"GET 200 HTTP/1.1", 400},
                {"B(YE sip:a SIP/2.0", 400},
                {"SIP/2.0 200 OK", 0},
                {"SIP/2.0 200 ", 0},
                {"SIP/2.0 200", 400},
                {"SIP/2.0 99 A", 400},
                {"SIP/2.0 099 A", 400},
                {"SIP/2.0 700 A", 400},
                {"SIP/2.0 2000 A", 400},
                {"SIP/2.0 99999 A", 400},
                {"SIP/2.0 4294967301 A", 400},
                {"SIP/2.0  200 A", 400},
                {"SIP/2.0 +20 A", 400},
                {"SIP/3.0 200 A", 505},
                {"SIP/2.0 200 a\x01", 400},
                {"BYE sip:a\x01 SIP/2.0", 400}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256];
        indexed x;

        snprintf(text, sizeof text, "%s\r\nTo: 1\r\n\r\n", rows[i].line);
        x = index_of(text, strlen(text));
        ck_assert_msg(x.head.fault == rows[i].fault, "%s: %u", rows[i].line, x.head.fault);
        done(&x);
    }
}
END_TEST

START_TEST(folds_become_spaces)
{
    static const char text[] = "BYE sip:a SIP/2.0\r\nTo:\r\n\t a \r\n b\r\nVia  : c\r\n\r\n";
    indexed x = index_of(text, sizeof text - 1);

    ck_assert_uint_eq(x.head.fault, 0);
    ck_assert_uint_eq(x.head.count, 2);
    ck_assert(zti_str_eq(x.head.fields[0].value, ZTI_STR("a    b")));
    ck_assert(zti_str_eq(x.head.fields[1].name, ZTI_STR("Via")));
    done(&x);
    x = index_of("BYE sip:a SIP/2.0\r\n To: 1\r\n\r\n", 30);
    ck_assert_uint_eq(x.head.fault, 400);
    done(&x);
}
END_TEST

START_TEST(a_bare_line_feed_ends_its_line_with_a_fault)
{
    static const char text[] = "BYE sip:a SIP/2.0\r\nX: 1\nTo: 2\r\n\r\n";
    indexed x = index_of(text, sizeof text - 1);

    ck_assert_uint_eq(x.head.fault, 400);
    ck_assert_uint_eq(x.head.count, 2);
    ck_assert(zti_str_eq(x.head.fields[0].value, ZTI_STR("1")));
    done(&x);
}
END_TEST

START_TEST(any_prefix_of_any_vector_can_be_indexed)
{
    for (size_t i = 0; i < CORPUS_ROWS; i++) {
        size_t len;
        uint8_t *data = unit_data(corpus[i].file, &len);

        for (size_t cut = 0; cut <= len && len < 1000; cut += 3) {
            indexed x = index_of((char *)data, cut);

            done(&x);
        }
        free(data);
    }
}
END_TEST

START_TEST(one_content_length_counts)
{
    static const struct {
        const char *lines;
        int32_t err;
        uint32_t len;
    } rows[] = {{"", ZTRUNK_E_NOTFOUND, 0},
                {"l: 5\r\n", ZTRUNK_OK, 5},
                {"CONTENT-length:0005\r\n", ZTRUNK_OK, 5},
                {"Content-Length: 5\r\nl: 5\r\n", ZTRUNK_E_MALFORMED, 0},
                {"l: 5 5\r\n", ZTRUNK_E_MALFORMED, 0},
                {"l: 5\r\n 5\r\n", ZTRUNK_E_MALFORMED, 0},
                {"l: 2147483647\r\n", ZTRUNK_OK, 2147483647},
                {"l: 2147483648\r\n", ZTRUNK_E_MALFORMED, 0},
                {"Q1733: 9\r\n", ZTRUNK_E_NOTFOUND, 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256];
        uint32_t len = 0;
        indexed x;

        snprintf(text, sizeof text, "BYE sip:a SIP/2.0\r\n%s\r\n", rows[i].lines);
        x = index_of(text, strlen(text));
        ck_assert_int_eq(zti_sip_content_length(&x.head, &len), rows[i].err);
        ck_assert_uint_eq(len, rows[i].len);
        done(&x);
    }
}
END_TEST

UNIT_MAIN("wire/sip_index", what_breaks_the_lexical_rules_is_left_out,
          start_lines_have_one_spelling, folds_become_spaces,
          a_bare_line_feed_ends_its_line_with_a_fault, any_prefix_of_any_vector_can_be_indexed,
          one_content_length_counts)
