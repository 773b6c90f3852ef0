#include "spool.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBER = 20, ID = 16, NAME = NUMBER + 1 + 1 + 1 + ID }; /* NUMBER.k.ID */
enum { HEAD = NUMBER + 1 };                                    /* of the state: the last record */

struct name {
    char text[NAME + 1];
};

static int write_file(const struct spool *spool, const char *path, const char *head,
                      const char *text, size_t len)
{
    int fd = openat(spool->dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t head_len = strlen(head);
    int ok, error;

    if (fd < 0) return -1;
    errno = ENOSPC; /* a short write says nothing else */
    ok = write(fd, head, head_len) == (ssize_t)head_len && write(fd, text, len) == (ssize_t)len;
    error = errno;
    ok = close(fd) == 0 && ok;
    if (ok) return 0;
    (void)unlinkat(spool->dir, path, 0);
    errno = error;
    return -1;
}

/* ---- names ---- */

static uint32_t all_of(const char *text, size_t len, const char *set)
{
    return strspn(text, set) >= len;
}

static uint32_t is_name(const char *text)
{
    return strlen(text) == NAME && all_of(text, NUMBER, "0123456789") && text[NUMBER] == '.' &&
           (text[NUMBER + 1] == SPOOL_TRIGGER || text[NUMBER + 1] == SPOOL_RESOLVE) &&
           text[NUMBER + 2] == '.' && all_of(text + NUMBER + 3, ID, "0123456789abcdef");
}

static uint64_t number_of(const char *name)
{
    uint64_t number = 0;

    for (size_t i = 0; i < NUMBER; i++) number = number * 10 + (uint64_t)(name[i] - '0');
    return number;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text);
}

/* The records of a folder in their order; the caller frees. Other files are none. */
static struct name *list(const struct spool *spool, const char *folder, uint32_t *count)
{
    int fd = openat(spool->dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    uint32_t room = 64;
    struct name *names = calloc(room, sizeof *names);

    *count = 0;
    for (const struct dirent *e; dir != NULL && names != NULL && (e = readdir(dir)) != NULL;) {
        if (!is_name(e->d_name)) continue;
        if (*count == room) {
            struct name *more = realloc(names, 2 * (size_t)room * sizeof *names);

            if (more == NULL) break;
            names = more;
            room *= 2;
        }
        memcpy(names[(*count)++].text, e->d_name, NAME + 1);
    }
    if (dir != NULL)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    if (names != NULL) qsort(names, *count, sizeof *names, by_name);
    return names;
}

uint32_t spool_count(const struct spool *spool)
{
    uint32_t count = 0;

    if (spool->dir < 0) return 0;
    free(list(spool, "new", &count));
    return count;
}

/* ---- what a kill left ---- */

/* The state counts with the record that it names: that one was whole before the state was written.
 * Any other may be half a record. */
static void settle(struct spool *spool)
{
    uint32_t count = 0;
    struct name *names = list(spool, "tmp", &count);

    for (uint32_t i = 0; names != NULL && i < count; i++) {
        char from[NAME + 8], to[NAME + 8];

        snprintf(from, sizeof from, "tmp/%s", names[i].text);
        snprintf(to, sizeof to, "new/%s", names[i].text);
        if (number_of(names[i].text) == spool->last)
            (void)renameat(spool->dir, from, spool->dir, to);
        else
            (void)unlinkat(spool->dir, from, 0);
    }
    free(names);
}

static void read_state(struct spool *spool, char *state, size_t cap)
{
    int fd = openat(spool->dir, "state", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = fd >= 0 ? read(fd, state, cap - 1) : 0;

    if (fd >= 0) close(fd);
    state[got > 0 ? got : 0] = 0;
    if (strlen(state) < HEAD || !all_of(state, NUMBER, "0123456789") || state[NUMBER] != '\n') {
        state[0] = 0;
        return;
    }
    spool->last = number_of(state);
    memmove(state, state + HEAD, strlen(state + HEAD) + 1);
}

int spool_open(struct spool *spool, const char *path, char *state, size_t cap)
{
    static const char *const parts[] = {"tmp", "new"};

    if (mkdir(path, 0700) != 0 && errno != EEXIST) return -1;
    spool->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (spool->dir < 0) return -1;
    for (size_t i = 0; i < 2; i++)
        if (mkdirat(spool->dir, parts[i], 0700) != 0 && errno != EEXIST) {
            spool_close(spool);
            return -1;
        }
    spool->last = 0;
    read_state(spool, state, cap);
    settle(spool);
    return 0;
}

void spool_close(struct spool *spool)
{
    if (spool->dir >= 0) close(spool->dir);
    spool->dir = -1;
}

/* ---- bounds ---- */

static const char *id_in(const struct name *name)
{
    return name->text + NUMBER + 3;
}

/* The oldest that a later one about the same makes moot. When the other program was faster it has
 * room for us, too. */
static int drop_moot(struct spool *spool, const struct name *names, uint32_t count, const char *id)
{
    char path[NAME + 8];

    for (uint32_t i = 0; i < count; i++) {
        uint32_t is_moot = strcmp(id_in(&names[i]), id) == 0;

        for (uint32_t j = i + 1; j < count && !is_moot; j++)
            is_moot = strcmp(id_in(&names[i]), id_in(&names[j])) == 0;
        if (!is_moot) continue;
        snprintf(path, sizeof path, "new/%s", names[i].text);
        if (unlinkat(spool->dir, path, 0) == 0) spool->dropped++;
        return 0;
    }
    errno = ENOSPC;
    return -1;
}

static int make_room(struct spool *spool, const char *id)
{
    uint32_t count = 0;
    struct name *names = list(spool, "new", &count);
    int err = -1;

    if (names == NULL) return -1;
    err = count < spool->max_records ? 0 : drop_moot(spool, names, count, id);
    free(names);
    return err;
}

int spool_put(struct spool *spool, const struct spool_record *record, const char *state,
              size_t state_len, uint64_t now_ns)
{
    const uint64_t number = now_ns > spool->last ? now_ns : spool->last + 1;
    char tmp[NAME + 8], to[NAME + 8], head[HEAD + 1];

    snprintf(tmp, sizeof tmp, "tmp/%020" PRIu64 ".%c.%016" PRIx64, number, record->kind,
             record->id);
    snprintf(to, sizeof to, "new/%s", tmp + 4);
    snprintf(head, sizeof head, "%020" PRIu64 "\n", number);
    settle(spool);
    if (make_room(spool, tmp + 4 + NUMBER + 3) != 0) return -1;
    if (write_file(spool, tmp, "", record->text, record->len) != 0) return -1;
    if (write_file(spool, "tmp/state", head, state, state_len) != 0 ||
        renameat(spool->dir, "tmp/state", spool->dir, "state") != 0) {
        int error = errno;

        (void)unlinkat(spool->dir, tmp, 0);
        errno = error;
        return -1;
    }
    spool->last = number;
    (void)renameat(spool->dir, tmp, spool->dir, to); /* or settle() does, before the next */
    return 0;
}
