#include "log.h"
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "utf8.h"

enum { TAIL = 24, MAX_VALUE = 512 }; /* room for the mark of a cut and the end of the line */

int log_open(struct log *log, const char *file, uint32_t is_text)
{
    log->is_text = is_text;
    log->is_torn = 0;
    log->dropped = 0;
    log->fd = STDOUT_FILENO;
    if (strcmp(file, "-") == 0) return 0;
    log->fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    return log->fd >= 0 ? 0 : -1;
}

void log_close(struct log *log)
{
    if (log->fd > STDERR_FILENO) close(log->fd);
    log->fd = -1;
}

static void put(struct log_line *line, const char *text, size_t len)
{
    if (line->is_cut || line->used + len > sizeof line->text - TAIL) {
        line->is_cut = 1;
        return;
    }
    memcpy(line->text + line->used, text, len);
    line->used += len;
}

static void put_word(struct log_line *line, const char *text)
{
    put(line, text, strlen(text));
}

static void put_key(struct log_line *line, const char *key)
{
    if (line->log->is_text) {
        put_word(line, " ");
        put_word(line, key);
        put_word(line, "=");
        return;
    }
    put_word(line, ",\"");
    put_word(line, key);
    put_word(line, "\":");
}

void log_begin(struct log_line *line, struct log *log, uint32_t level, const char *event,
               uint64_t call)
{
    static const char *const levels[] = {"info", "warning", "error"};
    struct timespec now;
    struct tm tm;
    char text[160], stamp[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    line->log = log;
    line->used = 0;
    line->is_cut = 0;
    snprintf(text, sizeof text,
             log->is_text ? "%s.%03ldZ %s %s"
                          : "{\"ts\":\"%s.%03ldZ\",\"level\":\"%s\","
                            "\"event\":\"%s\"",
             stamp, now.tv_nsec / 1000000, levels[level], event);
    put_word(line, text);
    if (call == 0) return;
    snprintf(text, sizeof text, "%016" PRIx64, call);
    log_word(line, "call", text);
}

void log_text(struct log_line *line, const char *key, const char *text, size_t len)
{
    size_t start = line->used, end;
    struct utf8 in = {(const uint8_t *)text, len};

    put_key(line, key);
    put_word(line, "\"");
    end = line->used + MAX_VALUE;
    while (in.left > 0 && !line->is_cut && line->used < end) {
        char out[16];

        put(line, out, utf8_escape(utf8_next(&in), out));
    }
    if (in.left > 0) put_word(line, "...");
    put_word(line, "\"");
    if (line->is_cut) line->used = start; /* a half-written value would break the line */
}

void log_word(struct log_line *line, const char *key, const char *text)
{
    log_text(line, key, text, strlen(text));
}

static void log_raw(struct log_line *line, const char *key, const char *text)
{
    size_t start = line->used;

    put_key(line, key);
    put_word(line, text);
    if (line->is_cut) line->used = start;
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
    log_word(line, key, text);
}

static void finish(struct log_line *line)
{
    const char *end = line->log->is_text ? (line->is_cut ? " cut=true\n" : "\n")
                                         : (line->is_cut ? ",\"cut\":true}\n" : "}\n");

    memcpy(line->text + line->used, end, strlen(end));
    line->used += strlen(end);
}

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

void log_end(struct log_line *line)
{
    finish(line);
    if (!is_ready(line->log->fd) || !write_whole(line->log, line->text, line->used))
        line->log->dropped++;
}
