/* log_form.h - how each format of the log begins, ends, and writes a field. */
#ifndef ZEROTRUNKD_LOG_FORM_H
#define ZEROTRUNKD_LOG_FORM_H

#include "log.h"

struct log_form {
    size_t tail; /* the most that end() writes */
    void (*begin)(struct log_line *line);
    void (*key)(struct log_line *line, const char *key);
    const char *quote;     /* around a text */
    const char *special;   /* what a backslash stands before, of ASCII */
    const char *backslash; /* of \uXXXX, which stands for what would forge a line */
    void (*end)(struct log_line *line);
};

extern const struct log_form log_forms[LOG_FORMATS];

/* What does not fit is left out, and the line is marked as cut. */
void log_put(struct log_line *line, const char *text, size_t len);
void log_put_word(struct log_line *line, const char *text);
/* One character of a value, as the line's format has it. */
void log_put_char(struct log_line *line, uint32_t c);
/* Into the room that is kept for the end. */
void log_put_end(struct log_line *line, const char *text);

#endif
