/* An alarm is told once, and no key or text of it does harm. */
#include "alarm.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "alarm_table.h"
#include "daemon.h"
#include "unit.h"

static struct daemon *node;
static int ends[2];
static char said[1 << 16];

void daemon_pump(struct daemon *d)
{
    (void)d;
}

static void start(void)
{
    node = calloc(1, sizeof *node);
    ck_assert_ptr_nonnull(node);
    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    node->log.fd = ends[1];
}

static void end(void)
{
    alarm_end(node);
    free(node);
    close(ends[0]);
    close(ends[1]);
}

/* What was logged since the last time. */
static const char *log_said(void)
{
    ssize_t got = read(ends[0], said, sizeof said - 1);

    said[got > 0 ? got : 0] = 0;
    return said;
}

static void raise_key(const char *key, uint32_t severity)
{
    const struct alarm alarm = {.key = key,
                                .event = "cert.expires",
                                .summary = "seven days are left",
                                .severity = severity,
                                .detail_count = 1,
                                .details = {{"days", "7"}}};

    alarm_raise(node, &alarm);
}

START_TEST(a_key_of_hostile_bytes_makes_one_line_and_one_key)
{
    const char *evil = "cert/peer/\n\"key\":\"x\\\r\x7f\xff ";

    start();
    raise_key(evil, ALARM_ERROR);
    ck_assert_ptr_nonnull(strstr(log_said(), "\"key\":\"cert/peer/__key_:_x_____\""));
    ck_assert_ptr_eq(strchr(said, '\n'), said + strlen(said) - 1);
    raise_key(evil, ALARM_ERROR);
    ck_assert_str_eq(log_said(), "");
    alarm_clear(node, evil, "over");
    ck_assert_uint_eq(alarm_count(node, ALARM_ERROR), 0);
    raise_key("", ALARM_INFO);
    ck_assert_uint_eq(alarm_count(node, ALARM_INFO), 1);
    end();
}
END_TEST

START_TEST(long_keys_that_differ_at_their_ends_are_two)
{
    char a[400], b[400], short_a[ALARM_KEY], short_b[ALARM_KEY];

    memset(a, 'a', sizeof a - 1);
    a[sizeof a - 1] = 0;
    memcpy(b, a, sizeof b);
    b[sizeof b - 2] = 'b';
    alarm_key_write(a, short_a);
    alarm_key_write(b, short_b);
    ck_assert_uint_eq(strlen(short_a), ALARM_KEY - 1);
    ck_assert_str_ne(short_a, short_b);
    a[ALARM_KEY - 1] = 0;
    alarm_key_write(a, short_a);
    ck_assert_str_eq(short_a, a);
    a[ALARM_KEY - 1] = 'a';
    a[ALARM_KEY] = 0;
    alarm_key_write(a, short_a);
    ck_assert_uint_eq(strlen(short_a), ALARM_KEY - 1);
}
END_TEST

START_TEST(one_more_than_the_table_holds_is_said_and_not_kept)
{
    char key[32];

    start();
    for (uint32_t i = 0; i < ALARM_MAX; i++) {
        snprintf(key, sizeof key, "acme/%u", i);
        raise_key(key, ALARM_CRITICAL);
        ck_assert_ptr_null(strstr(log_said(), "too many"));
    }
    raise_key("one more", ALARM_CRITICAL);
    ck_assert_ptr_nonnull(strstr(log_said(), "too many"));
    ck_assert_uint_eq(alarm_count(node, ALARM_CRITICAL), ALARM_MAX);
    alarm_clear(node, "acme/7", "over");
    raise_key("one more", ALARM_CRITICAL);
    ck_assert_ptr_null(strstr(log_said(), "too many"));
    ck_assert_uint_eq(alarm_count(node, ALARM_CRITICAL), ALARM_MAX);
    end();
}
END_TEST

START_TEST(the_same_alarm_is_told_once_and_again_when_its_severity_changes)
{
    start();
    raise_key("cert/local/sbc", ALARM_WARNING);
    ck_assert_ptr_nonnull(
        strstr(log_said(),
               "\"level\":\"warning\",\"event\":\"alarm.raised\",\"key\":\"cert/local/sbc\","
               "\"alarm\":\"cert.expires\",\"severity\":\"warning\","
               "\"summary\":\"seven days are left\",\"days\":\"7\"}\n"));
    raise_key("cert/local/sbc", ALARM_WARNING);
    ck_assert_str_eq(log_said(), "");
    raise_key("cert/local/sbc", ALARM_CRITICAL);
    ck_assert_ptr_nonnull(strstr(log_said(), "\"severity\":\"critical\""));
    ck_assert_uint_eq(alarm_count(node, ALARM_WARNING), 0);
    ck_assert_uint_eq(alarm_count(node, ALARM_CRITICAL), 1);
    end();
}
END_TEST

START_TEST(a_step_of_one_severity_is_told_as_well)
{
    struct alarm alarm = {.key = "cert/expiry/local/sbc",
                          .event = "certificate.ends",
                          .summary = "seven days are left",
                          .severity = ALARM_CRITICAL,
                          .step = 3};

    start();
    alarm_raise(node, &alarm);
    ck_assert_ptr_nonnull(strstr(log_said(), "seven days"));
    alarm_raise(node, &alarm);
    ck_assert_str_eq(log_said(), "");
    alarm.step = 4;
    alarm.summary = "one day is left";
    alarm_raise(node, &alarm);
    ck_assert_ptr_nonnull(strstr(log_said(), "one day"));
    ck_assert_uint_eq(alarm_count(node, ALARM_CRITICAL), 1);
    alarm_clear(node, alarm.key, "over");
    ck_assert_ptr_nonnull(strstr(log_said(), "alarm.cleared"));
    alarm_raise(node, &alarm);
    ck_assert_ptr_nonnull(strstr(log_said(), "one day"));
    end();
}
END_TEST

START_TEST(clearing_is_told_once_and_only_of_what_was_raised)
{
    start();
    alarm_clear(node, "cert/local/sbc", "renewed");
    ck_assert_str_eq(log_said(), "");
    raise_key("cert/local/sbc", ALARM_ERROR);
    log_said();
    alarm_clear(node, "cert/local/other", "renewed");
    ck_assert_str_eq(log_said(), "");
    alarm_clear(node, "cert/local/sbc", "renewed");
    ck_assert_ptr_nonnull(strstr(log_said(), "\"event\":\"alarm.cleared\","
                                             "\"key\":\"cert/local/sbc\","
                                             "\"alarm\":\"cert.expires\",\"summary\":\"renewed\""));
    alarm_clear(node, "cert/local/sbc", "renewed");
    ck_assert_str_eq(log_said(), "");
    end();
}
END_TEST

UNIT_MAIN("zerotrunkd/alarm", a_key_of_hostile_bytes_makes_one_line_and_one_key,
          long_keys_that_differ_at_their_ends_are_two,
          one_more_than_the_table_holds_is_said_and_not_kept,
          the_same_alarm_is_told_once_and_again_when_its_severity_changes,
          a_step_of_one_severity_is_told_as_well, clearing_is_told_once_and_only_of_what_was_raised)
