/* Alarms reach the spool once each, whatever the disk does and through a restart. */
#include "alert.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "alarm.h"
#include "alert_record.h"
#include "alert_run.h"
#include "daemon.h"
#include "unit.h"

static struct daemon *node;
static char folder[64];

void daemon_pump(struct daemon *d)
{
    (void)d;
}

static void start_again(void)
{
    struct config *config = calloc(1, sizeof *config);

    node = calloc(1, sizeof *node);
    ck_assert_ptr_nonnull(node);
    ck_assert_ptr_nonnull(config);
    snprintf(config->fqdn, sizeof config->fqdn, "sbc.example.test");
    snprintf(config->alerts.spool, sizeof config->alerts.spool, "%s/spool", folder);
    config->alerts.max_records = 1000;
    node->config = config;
    node->log.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    ck_assert_int_eq(alert_start(node), 0);
}

static void start(void)
{
    snprintf(folder, sizeof folder, "/tmp/alert-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    start_again();
}

static void stop(void)
{
    alert_end(node);
    alarm_end(node);
    close(node->log.fd);
    free(node->config);
    free(node);
}

static void end(void)
{
    char command[128];

    stop();
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static uint32_t spooled(void)
{
    struct alert_counts counts;

    alert_get_counts(node, &counts);
    return counts.in_spool;
}

static uint32_t waiting(void)
{
    struct alert_counts counts;

    alert_get_counts(node, &counts);
    return counts.waiting;
}

static void raise_step(const char *key, uint32_t severity, uint32_t step)
{
    const struct alarm alarm = {.key = key,
                                .event = "cert.expires",
                                .summary = "7 days",
                                .severity = severity,
                                .step = step};

    alarm_raise(node, &alarm);
}

static void raise_key(const char *key, uint32_t severity)
{
    raise_step(key, severity, 0);
}

START_TEST(hostile_text_stays_within_its_string)
{
    struct alarm_entry entry = {.key = "cert/peer/x", .event = "cert.expires", .detail_count = 1};
    const struct timespec now = {1795478400, 5000000};
    struct spool_record record;
    char text[ALERT_RECORD];

    snprintf(entry.summary, sizeof entry.summary, "a\"}\n{\"b\\\x1b\xff\xe2\x80\xae");
    snprintf(entry.names[0], sizeof entry.names[0], "issuer");
    snprintf(entry.values[0], sizeof entry.values[0], "\",\"routing_key\":\"x");
    entry.severity = ALARM_ERROR;
    ck_assert_int_eq(alert_record_write(&entry, "sbc.example.test", &now, text, &record), 0);
    text[record.len] = 0;
    ck_assert_str_eq(
        text,
        "{\"event_action\":\"trigger\",\"dedup_key\":\"zerotrunk/sbc.example.test/cert/peer/x\","
        "\"client\":\"zerotrunkd\",\"payload\":{\"summary\":\"a\\\"}\\u000a{\\\"b\\\\\\u001b\xef"
        "\xbf\xbd\\u202e\",\"source\":\"sbc.example.test\",\"severity\":\"error\","
        "\"timestamp\":\"2026-11-24T00:00:00.005Z\",\"component\":\"zerotrunkd\","
        "\"group\":\"cert\",\"class\":\"cert.expires\",\"custom_details\":{"
        "\"key\":\"cert/peer/x\",\"issuer\":\"\\\",\\\"routing_key\\\":\\\"x\"}}}\n"
        "trigger error cert/peer/x a\\\"}\\u000a{\\\"b\\\\\\u001b\xef\xbf\xbd\\u202e\n");
}
END_TEST

START_TEST(the_longest_alarm_fits_its_record)
{
    struct alarm_entry entry = {.detail_count = ALARM_DETAILS, .severity = ALARM_CRITICAL};
    const struct timespec now = {0, 0};
    struct spool_record record;
    char text[ALERT_RECORD], fqdn[CONFIG_HOST];

    memset(entry.key, 'k', sizeof entry.key - 1);
    memset(entry.event, 1, sizeof entry.event - 1);
    memset(entry.summary, 1, sizeof entry.summary - 1);
    memset(fqdn, 'h', sizeof fqdn - 1);
    fqdn[sizeof fqdn - 1] = 0;
    for (uint32_t i = 0; i < ALARM_DETAILS; i++) {
        memset(entry.names[i], 1, sizeof entry.names[i] - 1);
        memset(entry.values[i], 1, sizeof entry.values[i] - 1);
    }
    ck_assert_int_eq(alert_record_write(&entry, fqdn, &now, text, &record), 0);
}
END_TEST

START_TEST(dedup_keys_have_255_bytes_and_differ_where_the_keys_do)
{
    char fqdn[CONFIG_HOST], key[ALARM_KEY], a[ALERT_DEDUP + 1], b[ALERT_DEDUP + 1];

    memset(fqdn, 'h', 253);
    fqdn[253] = 0;
    memset(key, 'k', ALARM_KEY - 1);
    key[ALARM_KEY - 1] = 0;
    alert_dedup_write(fqdn, key, a);
    key[ALARM_KEY - 2] = 'l';
    alert_dedup_write(fqdn, key, b);
    ck_assert_uint_eq(strlen(a), ALERT_DEDUP);
    ck_assert_uint_eq(strlen(b), ALERT_DEDUP);
    ck_assert_str_ne(a, b);
    alert_dedup_write("sbc.example.test", "acme", a);
    ck_assert_str_eq(a, "zerotrunk/sbc.example.test/acme");
}
END_TEST

START_TEST(an_alarm_waits_for_room_and_one_that_is_over_by_then_is_not_told)
{
    char spool[96], away[96];

    start();
    stop();
    /* A file in the way is a spool that takes nothing. */
    snprintf(spool, sizeof spool, "%s/spool", folder);
    snprintf(away, sizeof away, "%s/away", folder);
    ck_assert_int_eq(rename(spool, away), 0);
    close(open(spool, O_CREAT | O_WRONLY, 0600));
    start_again();
    raise_key("cert/local/a", ALARM_ERROR);
    raise_key("cert/local/b", ALARM_ERROR);
    ck_assert_uint_eq(waiting(), 2);
    alarm_clear(node, "cert/local/b", "over");
    ck_assert_uint_lt(alert_deadline(node), UINT64_MAX);
    ck_assert_int_eq(unlink(spool), 0);
    ck_assert_int_eq(rename(away, spool), 0);
    alert_expire(node, UINT64_MAX - 1);
    ck_assert_uint_eq(waiting(), 0);
    ck_assert_uint_eq(spooled(), 1);
    end();
}
END_TEST

START_TEST(one_alarm_is_one_record_however_often_it_is_raised)
{
    start();
    for (uint32_t i = 0; i < 10; i++) raise_key("cert/local/a", ALARM_WARNING);
    ck_assert_uint_eq(spooled(), 1);
    raise_key("cert/local/a", ALARM_CRITICAL);
    ck_assert_uint_eq(spooled(), 2);
    alarm_clear(node, "cert/local/a", "renewed");
    alarm_clear(node, "cert/local/a", "renewed");
    ck_assert_uint_eq(spooled(), 3);
    end();
}
END_TEST

START_TEST(what_still_holds_after_a_restart_is_not_told_again)
{
    start();
    raise_key("cert/local/a", ALARM_WARNING);
    raise_key("cert/local/b", ALARM_WARNING);
    stop();
    start_again();
    ck_assert_uint_eq(alarm_count(node, ALARM_WARNING), 0);
    raise_key("cert/local/a", ALARM_WARNING);
    ck_assert_uint_eq(spooled(), 2);
    ck_assert_uint_eq(alarm_count(node, ALARM_WARNING), 1);
    raise_key("cert/local/b", ALARM_ERROR);
    ck_assert_uint_eq(spooled(), 3);
    alarm_settle(node);
    ck_assert_uint_eq(spooled(), 3);
    end();
}
END_TEST

START_TEST(each_step_is_a_record_and_none_is_told_again_after_a_restart)
{
    start();
    raise_step("cert/local/a", ALARM_CRITICAL, 3);
    raise_step("cert/local/a", ALARM_CRITICAL, 4);
    ck_assert_uint_eq(spooled(), 2);
    stop();
    start_again();
    raise_step("cert/local/a", ALARM_CRITICAL, 4);
    ck_assert_uint_eq(spooled(), 2);
    ck_assert_uint_eq(waiting(), 0);
    raise_step("cert/local/a", ALARM_CRITICAL, 5);
    ck_assert_uint_eq(spooled(), 3);
    end();
}
END_TEST

START_TEST(what_is_over_after_a_restart_is_resolved_once)
{
    start();
    raise_key("cert/local/a", ALARM_WARNING);
    stop();
    start_again();
    ck_assert_uint_lt(alert_deadline(node), UINT64_MAX);
    alarm_settle(node);
    ck_assert_uint_eq(spooled(), 2);
    stop();
    start_again();
    alarm_settle(node);
    ck_assert_uint_eq(spooled(), 2);
    end();
}
END_TEST

START_TEST(a_command_gets_no_descriptor_and_no_environment_of_ours)
{
    static const char script[] = "test -z \"$ALERT_TEST_SECRET\" && test -n \"$PATH\" || exit 3; "
                                 "for fd in /proc/self/fd/*; do case ${fd##*/} in 0|1|2|3) ;; "
                                 "*) test ! -e \"$fd\" || exit 4;; esac; done; exit 7";
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    int fds[20], status = 0;
    struct alert_run run;

    setenv("ALERT_TEST_SECRET", "x", 1);
    for (size_t i = 0; i < 20; i++) fds[i] = open("/dev/null", O_RDONLY);
    ck_assert_int_eq(alert_run_start(&run, argv), 0);
    while (!alert_run_ended(&run, &status)) continue;
    ck_assert_int_eq(status, 7);
    for (size_t i = 0; i < 20; i++) close(fds[i]);
}
END_TEST

START_TEST(a_command_that_is_not_there_is_an_error_and_one_that_hangs_can_be_ended)
{
    const char *none[] = {"/nonexistent/command", NULL};
    const char *hangs[] = {"/bin/sh", "-c", "sleep 1000 & wait", NULL};
    struct alert_run run;

    ck_assert_int_eq(alert_run_start(&run, none), -1);
    ck_assert_int_eq(run.pid, 0);
    ck_assert_int_eq(alert_run_start(&run, hangs), 0);
    alert_run_kill(&run);
    ck_assert_int_eq(run.pid, 0);
    ck_assert_int_eq(run.fd, -1);
}
END_TEST

UNIT_MAIN("zerotrunkd/alert", hostile_text_stays_within_its_string,
          the_longest_alarm_fits_its_record, dedup_keys_have_255_bytes_and_differ_where_the_keys_do,
          an_alarm_waits_for_room_and_one_that_is_over_by_then_is_not_told,
          one_alarm_is_one_record_however_often_it_is_raised,
          what_still_holds_after_a_restart_is_not_told_again,
          each_step_is_a_record_and_none_is_told_again_after_a_restart,
          what_is_over_after_a_restart_is_resolved_once,
          a_command_gets_no_descriptor_and_no_environment_of_ours,
          a_command_that_is_not_there_is_an_error_and_one_that_hangs_can_be_ended)
