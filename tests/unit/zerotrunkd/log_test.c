/* One event, one line, whatever a peer put into it and whatever the sink does. */
#include "log.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "unit.h"

static char said[1 << 17];

/* A log into a pipe, which may be read back at once. */
static struct log piped(int ends[2], uint32_t is_text)
{
    struct log log = {.is_text = is_text};

    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    log.fd = ends[1];
    return log;
}

static const char *drain(int fd)
{
    ssize_t got = 0, more;

    while ((more = read(fd, said + got, sizeof said - 1 - (size_t)got)) > 0) got += more;
    said[got] = 0;
    return said;
}

static void event_with(struct log *log, const char *value, size_t len)
{
    struct log_line line;

    log_begin(&line, log, LOG_INFO, "test.event", 0);
    log_text(&line, "value", value, len);
    log_number(&line, "number", UINT64_MAX);
    log_end(&line);
}

/* The line without its time, which begins it. */
static const char *after(const char *line, const char *mark)
{
    const char *at = strstr(line, mark);

    ck_assert_msg(at != NULL, "%s", line);
    return at;
}

START_TEST(no_value_forges_a_line_or_a_field)
{
    static const char evil[] = "a\"b\\c\r\nd\x1b[2J\0\x7f\xc2\x9b\xff\xe2\x80\xa8";
    int ends[2];
    struct log log = piped(ends, 0);

    event_with(&log, evil, sizeof evil - 1);
    drain(ends[0]);
    ck_assert_str_eq(
        after(said, "\"level\""),
        "\"level\":\"info\",\"event\":\"test.event\",\"value\":\"a\\\"b\\\\c\\u000d\\u000ad"
        "\\u001b[2J\\u0000\\u007f\\u009b\xef\xbf\xbd\\u2028\","
        "\"number\":18446744073709551615}\n");
    log.is_text = 1;
    event_with(&log, evil, sizeof evil - 1);
    drain(ends[0]);
    ck_assert_str_eq(after(said, "Z info"),
                     "Z info test.event value=\"a\\\"b\\\\c\\u000d\\u000ad\\u001b[2J\\u0000\\u007f"
                     "\\u009b\xef\xbf\xbd\\u2028\" number=18446744073709551615\n");
    close(ends[0]);
    close(ends[1]);
}
END_TEST

START_TEST(a_value_is_cut_at_its_bound_and_says_so)
{
    static char value[514];
    int ends[2];
    struct log log = piped(ends, 0);

    memset(value, 'x', sizeof value);
    event_with(&log, value, 512);
    ck_assert_ptr_null(strstr(drain(ends[0]), "..."));
    event_with(&log, value, 513);
    ck_assert_ptr_nonnull(strstr(drain(ends[0]), "x...\",\"number\""));
    close(ends[0]);
    close(ends[1]);
}
END_TEST

START_TEST(a_line_is_cut_at_a_field_and_says_so)
{
    static char value[500];
    struct log_line line;
    int ends[2];
    struct log log = piped(ends, 0);
    size_t len;

    memset(value, '\x01', sizeof value); /* six bytes each */
    log_begin(&line, &log, LOG_ERROR, "test.event", 7);
    for (int i = 0; i < 20; i++) log_text(&line, "value", value, sizeof value);
    log_end(&line);
    len = strlen(drain(ends[0]));
    ck_assert_uint_le(len, LOG_LINE);
    ck_assert_str_eq(said + len - 14, "\",\"cut\":true}\n");
    ck_assert_ptr_nonnull(strstr(said, "\"call\":\"0000000000000007\""));
    ck_assert_ptr_eq(strchr(said, '\n'), said + len - 1);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

START_TEST(a_sink_that_takes_nothing_costs_lines_and_not_the_caller)
{
    int ends[2];
    struct log log = piped(ends, 0);
    uint64_t written = 0;

    while (log.dropped < 10) {
        event_with(&log, "x", 1);
        written++;
        ck_assert_uint_lt(written, 100000);
    }
    drain(ends[0]);
    for (const char *at = said; (at = strchr(at, '\n')) != NULL; at++) written--;
    ck_assert_uint_eq(written, log.dropped); /* what did not arrive was counted, no line is half */
    event_with(&log, "y", 1);
    ck_assert_ptr_nonnull(strstr(drain(ends[0]), "\"y\""));
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    event_with(&log, "x", 1);
    ck_assert_uint_eq(log.dropped, 11);
    close(ends[1]);
}
END_TEST

START_TEST(what_a_full_disk_took_of_a_line_stays_a_line_of_its_own)
{
    char path[] = "/tmp/zt-log-XXXXXX";
    struct rlimit limit, small = {100, RLIM_INFINITY};
    struct log log;
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(log_open(&log, path, 1), 0);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small.rlim_max = limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 5; i++) event_with(&log, "before", 6);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_uint_eq(log.dropped, 4);
    event_with(&log, "after", 5);
    ck_assert_int_gt(read(fd, said, sizeof said - 1), 100);
    ck_assert_int_eq(said[100], '\n');
    ck_assert_str_eq(after(said + 101, " info"),
                     " info test.event value=\"after\" number=18446744073709551615\n");
    ck_assert_ptr_eq(strchr(said + 101, '\n') + 1, said + strlen(said));
    log_close(&log);
    close(fd);
    unlink(path);
}
END_TEST

START_TEST(no_symbolic_link_is_followed_to_the_file)
{
    char path[] = "/tmp/zt-log-XXXXXX", link[64];
    struct log log;
    int fd = mkstemp(path);

    snprintf(link, sizeof link, "%s-link", path);
    ck_assert_int_eq(symlink(path, link), 0);
    ck_assert_int_eq(log_open(&log, link, 0), -1);
    ck_assert_int_eq(log_open(&log, "/proc/nowhere/log", 0), -1);
    unlink(link);
    unlink(path);
    close(fd);
}
END_TEST

UNIT_MAIN("zerotrunkd/log", no_value_forges_a_line_or_a_field,
          a_value_is_cut_at_its_bound_and_says_so, a_line_is_cut_at_a_field_and_says_so,
          a_sink_that_takes_nothing_costs_lines_and_not_the_caller,
          what_a_full_disk_took_of_a_line_stays_a_line_of_its_own,
          no_symbolic_link_is_followed_to_the_file)
