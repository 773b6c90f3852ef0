#include "rt/priv.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rt/priv_caps.h"
#include "unit.h"

/* What stands in the way of this process, or 0; the descriptors of the test are its own. */
static int wrong(int sock, uint64_t kept, uint64_t had)
{
    const uint64_t may_keep = ZTI_CAP(CAP_NET_ADMIN) | ZTI_CAP(39);
    zti_caps now = {0};

    if (sock != 3) return 1;
    for (int fd = 4; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0) return 2;
    if (zti_caps_get(&now) != ZTRUNK_OK || now.permitted != kept) return 3;
    if (kept != (had & may_keep) || now.inheritable != 0) return 4;
    if (geteuid() == 0) return 5;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 6;
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 7;
    if (fork() >= 0) return 8;
    return raise(SIGTERM) == 0 ? 0 : 9;
}

START_TEST(it_keeps_what_a_filter_needs_and_nothing_else)
{
    const ztrunk_priv_opts opts = {.size = sizeof opts, .uid = 65533, .gid = 65533};
    zti_caps had;
    int status = -1, pair[2], file = open("/dev/null", O_RDONLY);
    pid_t pid;

    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(zti_caps_get(&had), ZTRUNK_OK);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    pid = fork();
    if (pid == 0) {
        uint64_t kept = 0;
        int32_t err = zti_priv_confine(&pair[1], &opts, &kept);

        _exit(err != ZTRUNK_OK ? 99 : wrong(pair[1], kept, had.permitted));
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

static void *wait_for_end(void *opaque)
{
    char byte;

    return read(*(int *)opaque, &byte, 1) == 0 ? opaque : NULL;
}

/* 0, or which answer was wrong. */
static int see_a_second_thread(void)
{
    int fds[2], seen;
    pthread_t thread;

    if (pipe(fds) != 0) return 1;
    if (!zti_priv_is_alone()) return 2;
    if (pthread_create(&thread, NULL, wait_for_end, &fds[0]) != 0) return 3;
    seen = !zti_priv_is_alone();
    close(fds[1]);
    pthread_join(thread, NULL);
    close(fds[0]);
    return seen ? 0 : 4;
}

START_TEST(a_second_thread_is_seen)
{
    ck_assert_int_eq(see_a_second_thread(), 0);
}
END_TEST

/* The leak sanitizer wants /proc at an exit: this one ends without it. */
static _Noreturn void see_without_proc(const char *folder)
{
    if (chdir(folder) != 0 || rmdir(folder) != 0 || chroot(".") != 0) _exit(10);
    _exit(access("/proc/self/task", F_OK) == 0 ? 11 : see_a_second_thread());
}

/* As in a chroot: a program that has no threads is not to be told that it has, nor the other way
 * round. */
START_TEST(a_second_thread_is_seen_without_proc)
{
    char folder[] = "/tmp/zt-no-proc-XXXXXX";
    int status = 0;
    pid_t pid;

    if (geteuid() != 0) return;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    pid = fork();
    if (pid == 0) see_without_proc(folder);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

UNIT_MAIN("rt/priv_confine", it_keeps_what_a_filter_needs_and_nothing_else, a_second_thread_is_seen,
          a_second_thread_is_seen_without_proc)
