/* kat.h - reads tests/vectors/srtp-kat.txt, whose head says what a line holds. */
#ifndef TESTS_UNIT_SRTP_KAT_H
#define TESTS_UNIT_SRTP_KAT_H

#include <stdint.h>
#include <string.h>
#include "unit.h"

#define KAT_WORDS 7u

typedef struct kat_file {
    char *text, *next;
} kat_file;

typedef struct kat_line {
    char *word[KAT_WORDS];
    size_t count;
} kat_line;

typedef struct kat_bytes {
    uint8_t data[2048];
    size_t len;
} kat_bytes;

static inline kat_file kat_open(void)
{
    size_t len;
    char *text = (char *)unit_data("vectors/srtp-kat.txt", &len);

    return (kat_file){text, text};
}

/* 0 at the end; a comment is skipped. */
static inline int kat_read(kat_file *file, kat_line *line)
{
    char *end, *rest = NULL;

    while (*file->next == '#') file->next = strchr(file->next, '\n') + 1;
    if (*file->next == 0) return 0;
    end = strchr(file->next, '\n');
    *end = 0;
    line->count = 0;
    for (char *word = strtok_r(file->next, " ", &rest); word != NULL && line->count < KAT_WORDS;
         word = strtok_r(NULL, " ", &rest))
        line->word[line->count++] = word;
    file->next = end + 1;
    return 1;
}

static inline uint8_t kat_nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static inline kat_bytes kat_hex(const char *hex)
{
    kat_bytes b = {.len = strcmp(hex, "-") == 0 ? 0 : strlen(hex) / 2};

    ck_assert_uint_le(b.len, sizeof b.data);
    for (size_t i = 0; i < b.len; i++)
        b.data[i] = (uint8_t)(kat_nibble(hex[2 * i]) << 4 | kat_nibble(hex[2 * i + 1]));
    return b;
}

#endif
