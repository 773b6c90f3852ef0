/* One event, one line, whatever a peer put into it and whatever the sink does. */
#include "log.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "unit.h"

static char said[1 << 17];

/* A log into a pipe, which may be read back at once. */
static struct log piped(int ends[2], uint32_t format)
{
    struct log log = {.format = format, .host = "sbc.example.test"};

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
    log.format = LOG_TEXT;
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
    ck_assert_int_eq(log_open(&log, path, LOG_TEXT, "h"), 0);
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
    ck_assert_int_eq(log_open(&log, link, LOG_JSON, "h"), -1);
    ck_assert_int_eq(log_open(&log, "/proc/nowhere/log", LOG_JSON, "h"), -1);
    unlink(link);
    unlink(path);
    close(fd);
}
END_TEST

static const char hostile[] = "a\"b\\c]d=e|f\r\n\x1b\xff ztForged=1";

static const char *line_in(uint32_t format, const char *event)
{
    static const ztrunk_addr remote = {.family = 4, .port = 5061, .ip = {198, 51, 100, 66}};
    struct log_line line;
    int ends[2];
    struct log log = piped(ends, format);

    log_begin(&line, &log, LOG_WARNING, event, 7);
    log_addr(&line, "remote", &remote);
    log_text(&line, "why", hostile, sizeof hostile - 1);
    log_signed(&line, "not_after", -5);
    log_end(&line);
    drain(ends[0]);
    close(ends[0]);
    close(ends[1]);
    ck_assert_ptr_eq(strchr(said, '\n'), said + strlen(said) - 1);
    return said;
}

/* RFC 5424 6.3.3: a backslash stands before a quote, a backslash and a bracket. */
START_TEST(no_value_ends_the_structured_data_of_syslog)
{
    const char *line = line_in(LOG_SYSLOG, "gate.refused");

    ck_assert_int_eq(strncmp(line, "<28>1 ", 6), 0);
    ck_assert_ptr_nonnull(strstr(line, "Z sbc.example.test zerotrunkd "));
    ck_assert_str_eq(after(line, " gate.refused ["),
                     " gate.refused [zerotrunk@32473 level=\"warning\" call=\"0000000000000007\" "
                     "remote=\"198.51.100.66:5061\" why=\"a\\\"b\\\\c\\]d=e|f\\\\u000d\\\\u000a"
                     "\\\\u001b\xef\xbf\xbd ztForged=1\" not_after=\"-5\"] "
                     "Message refused before it was parsed\n");
}
END_TEST

START_TEST(no_value_begins_a_field_of_cef)
{
    const char *line = line_in(LOG_CEF, "gate.refused");

    ck_assert_int_eq(strncmp(line, "CEF:0|zerotrunk|zerotrunkd|", 27), 0);
    ck_assert_ptr_nonnull(strstr(line, "|1404|Message refused before it was parsed|6|rt="));
    ck_assert_str_eq(after(line, " dvchost="),
                     " dvchost=sbc.example.test cat=gate.refused externalId=0000000000000007 "
                     "ztRemote=198.51.100.66:5061 reason=a\"b\\\\c]d\\=e|f\\\\u000d\\\\u000a"
                     "\\\\u001b\xef\xbf\xbd ztForged\\=1 ztNotAfter=-5 src=198.51.100.66 "
                     "spt=5061\n");
}
END_TEST

START_TEST(ocsf_has_what_its_class_requires)
{
    const char *line = line_in(LOG_OCSF, "gate.refused");

    ck_assert_ptr_nonnull(strstr(line, "\"event_code\":\"gate.refused\""));
    ck_assert_str_eq(after(line, "\"unmapped\""),
                     "\"unmapped\":{\"call\":\"0000000000000007\","
                     "\"remote\":\"198.51.100.66:5061\",\"why\":\"a\\\"b\\\\c]d=e|f\\u000d\\u000a"
                     "\\u001b\xef\xbf\xbd ztForged=1\",\"not_after\":-5},"
                     "\"category_uid\":4,\"class_uid\":4001,\"activity_id\":5,\"type_uid\":400105,"
                     "\"severity_id\":3,"
                     "\"src_endpoint\":{\"ip\":\"198.51.100.66\",\"port\":5061}}\n");
    line = line_in(LOG_OCSF, "test.event");
    ck_assert_ptr_nonnull(strstr(line, "\"class_uid\":0,\"activity_id\":99,\"type_uid\":99,"));
}
END_TEST

START_TEST(a_line_of_any_format_that_is_cut_still_ends)
{
    static const char *const ends_with[] = {",\"cut\":true}\n", " cut=true\n",
                                            " cut=\"true\"] event\n", " ztCut=true\n", "}\n"};
    static char value[500];

    memset(value, '\x01', sizeof value);
    for (uint32_t format = LOG_JSON; format < LOG_FORMATS; format++) {
        struct log_line line;
        int ends[2];
        struct log log = piped(ends, format);
        size_t len, want = strlen(ends_with[format]);

        log_begin(&line, &log, LOG_ERROR, "test.event", 7);
        for (int i = 0; i < 20; i++) log_text(&line, "value", value, sizeof value);
        log_end(&line);
        len = strlen(drain(ends[0]));
        ck_assert_uint_le(len, LOG_LINE);
        ck_assert_str_eq(said + len - want, ends_with[format]);
        close(ends[0]);
        close(ends[1]);
    }
}
END_TEST

static int listener_at(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

START_TEST(a_syslog_daemon_that_starts_anew_is_found_again)
{
    char folder[] = "/tmp/zt-log-XXXXXX", path[64];
    struct log log;
    int fd;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/log", folder);
    fd = listener_at(path);
    ck_assert_int_eq(log_open(&log, path, LOG_SYSLOG, "sbc.example.test"), 0);
    event_with(&log, "x", 1);
    drain(fd);
    ck_assert_ptr_null(strchr(said, '\n'));
    ck_assert_ptr_nonnull(strstr(said, "value=\"x\""));
    close(fd);
    unlink(path);
    event_with(&log, "x", 1);
    ck_assert_uint_eq(log.dropped, 1);
    fd = listener_at(path);
    event_with(&log, "again", 5);
    ck_assert_ptr_nonnull(strstr(drain(fd), "value=\"again\""));
    ck_assert_uint_eq(log.dropped, 1);
    log_close(&log);
    close(fd);
    unlink(path);
    rmdir(folder);
}
END_TEST

UNIT_MAIN("zerotrunkd/log", no_value_forges_a_line_or_a_field,
          a_value_is_cut_at_its_bound_and_says_so, a_line_is_cut_at_a_field_and_says_so,
          a_sink_that_takes_nothing_costs_lines_and_not_the_caller,
          what_a_full_disk_took_of_a_line_stays_a_line_of_its_own,
          no_symbolic_link_is_followed_to_the_file, no_value_ends_the_structured_data_of_syslog,
          no_value_begins_a_field_of_cef, ocsf_has_what_its_class_requires,
          a_line_of_any_format_that_is_cut_still_ends,
          a_syslog_daemon_that_starts_anew_is_found_again)
