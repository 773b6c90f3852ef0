#include "rt/hosts.h"

#include "rig.h"

static char path[] = "/tmp/zti-hosts-XXXXXX";

static void write_file(const char *text)
{
    int fd;

    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static uint32_t find(const char *name, ztrunk_addr *addrs, uint32_t max)
{
    return zti_hosts_find(path, zti_str_of(name), addrs, max);
}

START_TEST(lines_that_are_not_hosts_are_skipped)
{
    ztrunk_addr a[4];

    write_file("# 192.0.2.9 pbx\n"
               "pbx 192.0.2.8\n"
               "192.0.2.300 pbx\n"
               "192.0.2.7\n"
               "\n"
               "192.0.2.6 other # pbx\n"
               "192.0.2.5 pbx.example.com pbxx\n"
               " \t192.0.2.1\tx PBX\t\r\n");
    ck_assert_uint_eq(find("pbx", a, 4), 1);
    ck_assert_uint_eq(a[0].ip[3], 1);
    ck_assert_uint_eq(find("", a, 4), 0);
    unlink(path);
}
END_TEST

START_TEST(ipv4_comes_first_and_the_bound_holds)
{
    ztrunk_addr a[3];

    write_file("2001:db8::1 h\n192.0.2.1 h\n192.0.2.2 h\n2001:db8::2 h");
    ck_assert_uint_eq(find("h", a, 3), 3);
    ck_assert_uint_eq(a[0].family, 4);
    ck_assert_uint_eq(a[1].ip[3], 2);
    ck_assert_uint_eq(a[2].family, 6);
    ck_assert_uint_eq(find("h", a, 2), 2);
    ck_assert_uint_eq(a[1].family, 4);
    unlink(path);
}
END_TEST

START_TEST(no_file_and_an_endless_one_end)
{
    ztrunk_addr a[1];

    ck_assert_uint_eq(zti_hosts_find("/nonexistent/hosts", ZTI_STR("h"), a, 1), 0);
    ck_assert_uint_eq(zti_hosts_find("/dev/zero", ZTI_STR("h"), a, 1), 0);
    ck_assert_uint_eq(zti_hosts_find("/", ZTI_STR("h"), a, 1), 0);
}
END_TEST

START_TEST(what_lies_beyond_64_kib_is_not_read)
{
    static char text[70000];
    ztrunk_addr a[1];
    size_t len = 0;

    while (len < 50000) len += (size_t)snprintf(text + len, sizeof text - len, "# filler line\n");
    snprintf(text + len, sizeof text - len, "192.0.2.1 near\n");
    write_file(text);
    ck_assert_uint_eq(find("near", a, 1), 1);
    unlink(path);
    len = 0;
    while (len < 69000) len += (size_t)snprintf(text + len, sizeof text - len, "# filler line\n");
    snprintf(text + len, sizeof text - len, "192.0.2.1 far\n");
    write_file(text);
    ck_assert_uint_eq(find("far", a, 1), 0);
    unlink(path);
}
END_TEST

UNIT_MAIN("rt/hosts", lines_that_are_not_hosts_are_skipped, ipv4_comes_first_and_the_bound_holds,
          no_file_and_an_endless_one_end, what_lies_beyond_64_kib_is_not_read)
