/* log.h - one line per event, in the words of those who read it. Whatever a peer sent comes out as
 * valid UTF-8 without control characters, and as one value; a line that does not fit keeps its head
 * and says so. No key is ever given to it. A sink that does not take a line at once loses it, and
 * the loss is counted; what a full disk took of it stays a line of its own. */
#ifndef ZEROTRUNKD_LOG_H
#define ZEROTRUNKD_LOG_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <zerotrunk/core.h>

enum { LOG_INFO = 0, LOG_WARNING = 1, LOG_ERROR = 2 };
enum { LOG_LINE = 4096 }; /* PIPE_BUF: a line is written whole or not at all */
enum {
    LOG_JSON = 0,
    LOG_TEXT,
    LOG_SYSLOG, /* RFC 5424, with structured data */
    LOG_CEF,    /* ArcSight's Common Event Format, version 0 */
    LOG_OCSF,   /* Open Cybersecurity Schema Framework 1.3, as JSON */
    LOG_FORMATS
};

struct log {
    int fd;
    uint32_t format;
    uint32_t is_torn;   /* a full disk took a part of the last line */
    uint32_t is_socket; /* a line is a datagram, and has no end */
    uint64_t dropped;
    char host[256], path[108]; /* path: of the socket */
};

struct log_line {
    struct log *log;
    size_t used;
    uint32_t is_cut, level, field_count;
    const char *event;
    struct timespec now;
    ztrunk_addr remote; /* of the peer, where the line names it; family 0: none */
    char key[136];      /* of an alarm */
    char text[LOG_LINE];
};

/* file "-": standard output; a socket: where datagrams go, such as /dev/log. host is copied. 0, or
 * -1 with errno. */
int log_open(struct log *log, const char *file, uint32_t format, const char *host);
void log_close(struct log *log);

/* call 0: the event is no call's. event must outlive the line. */
void log_begin(struct log_line *line, struct log *log, uint32_t level, const char *event,
               uint64_t call);
void log_text(struct log_line *line, const char *key, const char *text, size_t len);
void log_word(struct log_line *line, const char *key, const char *text);
void log_number(struct log_line *line, const char *key, uint64_t value);
void log_signed(struct log_line *line, const char *key, int64_t value);
void log_addr(struct log_line *line, const char *key, const ztrunk_addr *addr);
void log_end(struct log_line *line);

#endif
