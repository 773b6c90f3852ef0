/* log.h - one line per event, JSON or text. Whatever a peer sent comes out as valid UTF-8 without
 * control characters; a line that does not fit keeps its head and says so. No key is ever given
 * to it. A sink that does not take a line at once loses it, and the loss is counted; what a full
 * disk took of it stays a line of its own. */
#ifndef ZEROTRUNKD_LOG_H
#define ZEROTRUNKD_LOG_H

#include <stddef.h>
#include <stdint.h>
#include <zerotrunk/core.h>

enum { LOG_INFO = 0, LOG_WARNING = 1, LOG_ERROR = 2 };
enum { LOG_LINE = 4096 }; /* PIPE_BUF: a line is written whole or not at all */

struct log {
    int fd;
    uint32_t is_text;
    uint32_t is_torn; /* a full disk took a part of the last line */
    uint64_t dropped;
};

struct log_line {
    struct log *log;
    size_t used;
    uint32_t is_cut;
    char text[LOG_LINE];
};

/* file "-": standard output. 0, or -1 with errno. */
int log_open(struct log *log, const char *file, uint32_t is_text);
void log_close(struct log *log);

/* call 0: the event is no call's. */
void log_begin(struct log_line *line, struct log *log, uint32_t level, const char *event,
               uint64_t call);
void log_text(struct log_line *line, const char *key, const char *text, size_t len);
void log_word(struct log_line *line, const char *key, const char *text);
void log_number(struct log_line *line, const char *key, uint64_t value);
void log_signed(struct log_line *line, const char *key, int64_t value);
void log_addr(struct log_line *line, const char *key, const ztrunk_addr *addr);
void log_end(struct log_line *line);

#endif
