#include <zerotrunk/priv.h>

#include <errno.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "rt/priv_caps.h"
#include "unit.h"

static int pipe_fds[2];

static void *wait_for_end(void *opaque)
{
    char byte;

    return read(pipe_fds[0], &byte, 1) == 0 ? opaque : NULL;
}

START_TEST(a_second_thread_would_keep_its_own_and_so_nothing_is_done)
{
    zti_caps before, now;
    pthread_t thread;

    ck_assert_int_eq(pipe(pipe_fds), 0);
    ck_assert_int_eq(zti_caps_get(&before), ZTRUNK_OK);
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_end, NULL), 0);
    ck_assert_int_eq(ztrunk_priv_drop(NULL, NULL), ZTRUNK_E_STATE);
    ck_assert_int_eq(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
    ck_assert_int_eq(zti_caps_get(&now), ZTRUNK_OK);
    ck_assert_uint_eq(now.permitted, before.permitted);
    close(pipe_fds[1]);
    pthread_join(thread, NULL);
}
END_TEST

START_TEST(a_user_that_does_not_exist_is_named_before_anything_is_done)
{
    ck_assert_int_eq(ztrunk_priv_drop("no such user", NULL), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
}
END_TEST

START_TEST(without_a_user_the_capabilities_go_and_the_user_stays)
{
    ztrunk_priv_left left = {.size = sizeof left};
    uid_t user = getuid();

    ck_assert_int_eq(ztrunk_priv_drop(NULL, &left), ZTRUNK_OK);
    ck_assert_uint_eq(left.caps, 0);
    ck_assert_uint_eq(left.uid, user);
    ck_assert_int_eq(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
    ck_assert_int_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    ck_assert_int_eq(ztrunk_priv_drop(NULL, &left), ZTRUNK_OK);
}
END_TEST

START_TEST(root_becomes_the_user_and_does_not_come_back)
{
    const struct sockaddr_in low = {.sin_family = AF_INET, .sin_port = htons(23)};
    const struct passwd *nobody = getpwnam("nobody");
    ztrunk_priv_left left = {.size = sizeof left};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (geteuid() != 0 || nobody == NULL) return;
    ck_assert_int_eq(ztrunk_priv_drop("nobody", &left), ZTRUNK_OK);
    ck_assert_uint_eq(left.uid, nobody->pw_uid);
    ck_assert_uint_eq(left.gid, nobody->pw_gid);
    ck_assert_uint_eq(left.caps | left.bounding, 0);
    ck_assert_uint_eq(geteuid(), nobody->pw_uid);
    ck_assert_int_ne(setuid(0), 0);
    ck_assert_int_ne(setgid(0), 0);
    ck_assert_int_ne(bind(fd, (const struct sockaddr *)&low, sizeof low), 0);
    ck_assert_int_eq(errno, EACCES);
    close(fd);
}
END_TEST

UNIT_MAIN("rt/priv_drop", a_second_thread_would_keep_its_own_and_so_nothing_is_done,
          a_user_that_does_not_exist_is_named_before_anything_is_done,
          without_a_user_the_capabilities_go_and_the_user_stays,
          root_becomes_the_user_and_does_not_come_back)
