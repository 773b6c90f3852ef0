/* spool.h - a folder of records that another program delivers: each whole or not there.
 *
 * new/ has what is to be delivered, in the order of the names; the other program takes it from
 * there. The state is a text of the caller's that is never ahead of the records, nor behind them: a
 * record is written to tmp/, then the state that holds after it, then the record gets its name in
 * new/. What a kill left half done is completed or removed at the next open. Nothing is flushed: a
 * disk that is slow to flush would hold up calls. */
#ifndef ZEROTRUNKD_SPOOL_H
#define ZEROTRUNKD_SPOOL_H

#include <stddef.h>
#include <stdint.h>

enum { SPOOL_TRIGGER = 't', SPOOL_RESOLVE = 'r', SPOOL_STATE = 128 * 1024 };

struct spool {
    int dir;                /* -1: not open */
    uint32_t max_records;   /* in new/ */
    uint64_t last, dropped; /* name of the last record; records that later ones made moot */
};

struct spool_record {
    int kind;    /* SPOOL_* */
    uint64_t id; /* of what the record is about */
    const char *text;
    size_t len;
};

/* Makes the folder's parts where they are missing, and reads the state, ended by NUL; empty: there
 * is none. 0, or -1 with errno. */
int spool_open(struct spool *spool, const char *path, char *state, size_t cap);
/* One record, and the state after it. When new/ is full the oldest record is dropped that a later
 * one about the same makes moot; else -1 with ENOSPC. -1: nothing has changed. */
int spool_put(struct spool *spool, const struct spool_record *record, const char *state,
              size_t state_len, uint64_t now_ns);
/* The number of records in new/. */
uint32_t spool_count(const struct spool *spool);
void spool_close(struct spool *spool);

#endif
