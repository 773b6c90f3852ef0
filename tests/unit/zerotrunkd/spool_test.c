/* Records are whole, in order and bounded, and the state agrees with them after any kill. */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "unit.h"

static char folder[64], state[SPOOL_STATE];

static void open_at(struct spool *spool)
{
    ck_assert_int_eq(spool_open(spool, folder, state, sizeof state), 0);
}

static struct spool fresh(uint32_t max_records)
{
    struct spool spool = {.dir = -1, .max_records = max_records};

    snprintf(folder, sizeof folder, "/tmp/spool-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    open_at(&spool);
    ck_assert_str_eq(state, "");
    return spool;
}

static void remove_all(struct spool *spool)
{
    char command[128];

    spool_close(spool);
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static int put(struct spool *spool, int kind, uint64_t id, uint64_t now_ns)
{
    const struct spool_record record = {.kind = kind, .id = id, .text = "{}\n", .len = 3};

    return spool_put(spool, &record, "told\n", 5, now_ns);
}

static int has(const char *name)
{
    char path[160];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void write_at(const char *name, const char *text)
{
    char path[160];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

#define N(number) "0000000000000000000" number

START_TEST(what_a_kill_left_half_written_is_never_delivered)
{
    struct spool spool = fresh(10);

    ck_assert_int_eq(put(&spool, SPOOL_TRIGGER, 1, 1), 0);
    spool_close(&spool);
    write_at("tmp/" N("5") ".t.0000000000000001", "{\"half");
    open_at(&spool);
    ck_assert(!has("tmp/" N("5") ".t.0000000000000001"));
    ck_assert(!has("new/" N("5") ".t.0000000000000001"));
    ck_assert(has("new/" N("1") ".t.0000000000000001"));
    ck_assert_str_eq(state, "told\n");
    remove_all(&spool);
}
END_TEST

START_TEST(a_record_that_the_state_counts_is_delivered)
{
    struct spool spool = fresh(10);

    spool_close(&spool);
    write_at("tmp/" N("5") ".r.0000000000000001", "{}\n");
    write_at("state", N("5") "\ntold\n");
    open_at(&spool);
    ck_assert(has("new/" N("5") ".r.0000000000000001"));
    ck_assert_str_eq(state, "told\n");
    remove_all(&spool);
}
END_TEST

START_TEST(a_state_of_other_bytes_is_none)
{
    static const char *const bad[] = {"", "x", N("5"), "00000000000000000x05\ntold\n", "\n\n\n"};
    struct spool spool = fresh(10);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        spool_close(&spool);
        write_at("state", bad[i]);
        open_at(&spool);
        ck_assert_str_eq(state, "");
    }
    remove_all(&spool);
}
END_TEST

START_TEST(a_link_in_the_way_is_not_followed)
{
    struct spool spool = fresh(10);
    char from[160], to[160];

    snprintf(from, sizeof from, "%s/victim", folder);
    snprintf(to, sizeof to, "%s/tmp/state", folder);
    write_at("victim", "mine");
    ck_assert_int_eq(symlink(from, to), 0);
    ck_assert_int_eq(put(&spool, SPOOL_TRIGGER, 1, 1), -1);
    ck_assert_uint_eq(spool_count(&spool), 0);
    remove_all(&spool);
}
END_TEST

START_TEST(names_follow_the_order_even_when_the_clock_does_not)
{
    struct spool spool = fresh(10);

    ck_assert_int_eq(put(&spool, SPOOL_TRIGGER, 1, 7), 0);
    ck_assert_int_eq(put(&spool, SPOOL_RESOLVE, 1, 3), 0);
    ck_assert(has("new/" N("7") ".t.0000000000000001"));
    ck_assert(has("new/" N("8") ".r.0000000000000001"));
    spool_close(&spool);
    open_at(&spool);
    ck_assert_int_eq(put(&spool, SPOOL_TRIGGER, 1, 1), 0);
    ck_assert(has("new/" N("9") ".t.0000000000000001"));
    remove_all(&spool);
}
END_TEST

START_TEST(a_full_spool_drops_the_oldest_moot_record_and_keeps_the_last_of_each)
{
    struct spool spool = fresh(3);

    ck_assert_int_eq(put(&spool, SPOOL_TRIGGER, 1, 1), 0);
    ck_assert_int_eq(put(&spool, SPOOL_TRIGGER, 2, 2), 0);
    ck_assert_int_eq(put(&spool, SPOOL_RESOLVE, 2, 3), 0);
    ck_assert_int_eq(put(&spool, SPOOL_TRIGGER, 3, 4), 0);
    ck_assert_uint_eq(spool_count(&spool), 3);
    ck_assert_uint_eq(spool.dropped, 1);
    ck_assert(!has("new/" N("2") ".t.0000000000000002"));
    errno = 0;
    ck_assert_int_eq(put(&spool, SPOOL_TRIGGER, 4, 5), -1);
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_int_eq(put(&spool, SPOOL_RESOLVE, 1, 5), 0);
    ck_assert(!has("new/" N("1") ".t.0000000000000001"));
    ck_assert(has("new/" N("3") ".r.0000000000000002"));
    ck_assert(has("new/" N("4") ".t.0000000000000003"));
    ck_assert(has("new/" N("5") ".r.0000000000000001"));
    remove_all(&spool);
}
END_TEST

START_TEST(nobody_else_may_read_a_record)
{
    struct spool spool = fresh(3);
    char path[160];
    struct stat st;

    umask(0);
    ck_assert_int_eq(put(&spool, SPOOL_TRIGGER, 1, 1), 0);
    snprintf(path, sizeof path, "%s/new/%s", folder, N("1") ".t.0000000000000001");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    remove_all(&spool);
}
END_TEST

UNIT_MAIN("zerotrunkd/spool", what_a_kill_left_half_written_is_never_delivered,
          a_record_that_the_state_counts_is_delivered, a_state_of_other_bytes_is_none,
          a_link_in_the_way_is_not_followed, names_follow_the_order_even_when_the_clock_does_not,
          a_full_spool_drops_the_oldest_moot_record_and_keeps_the_last_of_each,
          nobody_else_may_read_a_record)
