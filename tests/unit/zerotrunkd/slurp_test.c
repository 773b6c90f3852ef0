/* Files that may hold a secret. */
#include "slurp.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "unit.h"

enum { MAX = 64 };

static char folder[] = "/tmp/zt-slurp-XXXXXX", path[64];

static void begin(void)
{
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
}

static void end(void)
{
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0);
}

static void write_file(size_t len)
{
    uint8_t bytes[MAX + 1];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    memset(bytes, 'k', sizeof bytes);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
    close(fd);
}

static const char *refusal(const char *file)
{
    const char *why = NULL;
    size_t len = 0;

    ck_assert_ptr_null(slurp(file, MAX, &len, &why));
    ck_assert_ptr_nonnull(why);
    return why;
}

START_TEST(what_is_no_file_of_bytes_is_refused_and_nothing_waits)
{
    begin();
    ck_assert_str_eq(refusal(path), "No such file or directory");
    ck_assert_str_eq(refusal(folder), "Is a directory");
    ck_assert_str_eq(refusal("/dev/zero"), "it is no regular file");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_str_eq(refusal(path), "it is no regular file");
    end();
}
END_TEST

START_TEST(the_bound_holds_to_the_byte)
{
    const char *why = NULL;
    uint8_t *data;
    size_t len = 0;

    begin();
    write_file(MAX + 1);
    ck_assert_str_eq(refusal(path), "the file is too large");
    write_file(MAX);
    data = slurp(path, MAX, &len, &why);
    ck_assert_ptr_nonnull(data);
    ck_assert_uint_eq(len, MAX);
    ck_assert_uint_eq(strlen((const char *)data), MAX);
    slurp_burn(data, MAX);
    write_file(0);
    data = slurp(path, MAX, &len, &why);
    ck_assert_ptr_nonnull(data);
    ck_assert_uint_eq(len, 0);
    slurp_burn(data, MAX);
    slurp_burn(NULL, MAX);
    end();
}
END_TEST

START_TEST(a_file_that_others_may_read_or_write_is_told)
{
    static const struct {
        mode_t mode;
        uint32_t want;
    } rows[] = {{0600, 0}, {0640, 0}, {0660, 0}, {0641, 0}, {0644, 1}, {0602, 1}, {0777, 1}};

    begin();
    write_file(1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_int_eq(chmod(path, rows[i].mode), 0);
        ck_assert_uint_eq(slurp_is_open_to_others(path), rows[i].want);
    }
    ck_assert_uint_eq(slurp_is_open_to_others("/nowhere"), 0);
    end();
}
END_TEST

UNIT_MAIN("zerotrunkd/slurp", what_is_no_file_of_bytes_is_refused_and_nothing_waits,
          the_bound_holds_to_the_byte, a_file_that_others_may_read_or_write_is_told)
