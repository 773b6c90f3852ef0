#include "log.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "log_form.h"
#include "utf8.h"

enum { MAX_VALUE = 512 };

static int connect_to(struct log *log)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int error;

    memcpy(to.sun_path, log->path, sizeof to.sun_path);
    log->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (log->fd < 0) return -1;
    if (connect(log->fd, (const struct sockaddr *)&to, sizeof to) == 0) return 0;
    error = errno;
    close(log->fd);
    log->fd = -1;
    errno = error;
    return -1;
}

int log_open(struct log *log, const char *file, uint32_t format, const char *host)
{
    struct stat st;

    memset(log, 0, sizeof *log);
    log->format = format;
    log->fd = STDOUT_FILENO;
    snprintf(log->host, sizeof log->host, "%s", host);
    if (strcmp(file, "-") == 0) return 0;
    log->is_socket = stat(file, &st) == 0 && S_ISSOCK(st.st_mode);
    if (log->is_socket && strlen(file) < sizeof log->path) {
        memcpy(log->path, file, strlen(file) + 1);
        return connect_to(log);
    }
    log->fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    return log->fd >= 0 ? 0 : -1;
}

void log_close(struct log *log)
{
    if (log->fd > STDERR_FILENO) close(log->fd);
    log->fd = -1;
}

/* ---- a line ---- */

void log_begin(struct log_line *line, struct log *log, uint32_t level, const char *event,
               uint64_t call)
{
    char text[24];

    clock_gettime(CLOCK_REALTIME, &line->now);
    line->log = log;
    line->used = 0;
    line->is_cut = line->field_count = 0;
    line->level = level;
    line->event = event;
    line->remote.family = 0;
    line->key[0] = 0;
    log_forms[log->format].begin(line);
    if (call == 0) return;
    snprintf(text, sizeof text, "%016" PRIx64, call);
    log_word(line, "call", text);
}

void log_text(struct log_line *line, const char *key, const char *text, size_t len)
{
    const struct log_form *form = &log_forms[line->log->format];
    size_t start = line->used, end;
    struct utf8 in = {(const uint8_t *)text, len};

    form->key(line, key);
    log_put_word(line, form->quote);
    end = line->used + MAX_VALUE;
    while (in.left > 0 && !line->is_cut && line->used < end) log_put_char(line, utf8_next(&in));
    if (in.left > 0) log_put_word(line, "...");
    log_put_word(line, form->quote);
    if (line->is_cut) line->used = start; /* a half-written value would break the line */
    line->field_count += line->used > start;
}

void log_word(struct log_line *line, const char *key, const char *text)
{
    if (strcmp(key, "key") == 0 && strlen(text) < sizeof line->key)
        memcpy(line->key, text, strlen(text) + 1);
    log_text(line, key, text, strlen(text));
}

static void log_raw(struct log_line *line, const char *key, const char *text)
{
    size_t start = line->used;

    if (line->log->format == LOG_SYSLOG) {
        log_word(line, key, text); /* RFC 5424: every value stands in quotes */
        return;
    }
    log_forms[line->log->format].key(line, key);
    log_put_word(line, text);
    if (line->is_cut) line->used = start;
    line->field_count += line->used > start;
}

void log_number(struct log_line *line, const char *key, uint64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, value);
    log_raw(line, key, text);
}

void log_signed(struct log_line *line, const char *key, int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, value);
    log_raw(line, key, text);
}

void log_addr(struct log_line *line, const char *key, const ztrunk_addr *addr)
{
    char text[80];
    size_t len = 0;

    if (addr->family == 0 || ztrunk_addr_format(addr, text, sizeof text, &len) != ZTRUNK_OK)
        memcpy(text, "none", sizeof "none");
    if (strcmp(key, "remote") == 0 || strcmp(key, "address") == 0) line->remote = *addr;
    log_word(line, key, text);
}

/* ---- the sink ---- */

static uint32_t is_ready(int fd)
{
    struct pollfd sink = {.fd = fd, .events = POLLOUT};

    return poll(&sink, 1, 0) == 1 && (sink.revents & POLLOUT) != 0;
}

static uint32_t write_whole(struct log *log, const char *text, size_t len)
{
    ssize_t done;

    if (log->is_torn && write(log->fd, "\n", 1) != 1) return 0;
    log->is_torn = 0;
    done = write(log->fd, text, len);
    log->is_torn = done > 0 && (size_t)done < len;
    return done == (ssize_t)len;
}

/* Who reads there may have been started anew, behind another socket of the same name. */
static uint32_t send_whole(struct log *log, const char *text, size_t len)
{
    if (log->fd >= 0 && send(log->fd, text, len, MSG_NOSIGNAL) == (ssize_t)len) return 1;
    if (log->fd >= 0 && (errno == EAGAIN || errno == ENOBUFS)) return 0;
    log_close(log);
    return connect_to(log) == 0 && send(log->fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
}

void log_end(struct log_line *line)
{
    struct log *log = line->log;
    uint32_t is_taken;

    log_forms[log->format].end(line);
    log_put_end(line, log->is_socket ? "" : "\n");
    if (log->is_socket)
        is_taken = send_whole(log, line->text, line->used);
    else
        is_taken = is_ready(log->fd) && write_whole(log, line->text, line->used);
    log->dropped += !is_taken;
}
