#include "rt/priv_mate.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"

static int program[2]; /* its end, and that of the two */

enum { NOTHING = 'n', TOOK_OVER = 't' };

/* A server, which ends as it is told, and its spare, which says what it does then. */
static pid_t start(void (*end)(zti_priv_mate *))
{
    pid_t pid;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, program), 0);
    pid = fork();
    if (pid != 0) return pid;
    close(program[0]);
    {
        zti_priv_mate mate = {.fd = -1};
        char says = NOTHING;

        if (!zti_priv_mate_fork(&mate)) {
            if (end != NULL) end(&mate);
            if (end != NULL) _exit(0);
            (void)send(program[1], &says, 1, 0);
            (void)pause();
        }
        if (zti_priv_mate_wait(&mate, program[1])) says = TOOK_OVER;
        (void)send(program[1], &says, 1, MSG_NOSIGNAL);
        _exit(0);
    }
}

static char heard(void)
{
    char byte = 0;

    return recv(program[0], &byte, 1, 0) == 1 ? byte : 0;
}

START_TEST(a_spare_takes_over_from_one_that_was_killed)
{
    pid_t pid = start(NULL);

    close(program[1]);
    ck_assert_int_eq(heard(), NOTHING);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(heard(), TOOK_OVER);
    ck_assert_int_eq(heard(), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    close(program[0]);
}
END_TEST

START_TEST(a_spare_ends_with_one_that_was_to_end)
{
    pid_t pid = start(zti_priv_mate_dismiss);

    close(program[1]);
    ck_assert_int_eq(heard(), NOTHING);
    ck_assert_int_eq(heard(), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    close(program[0]);
}
END_TEST

START_TEST(a_spare_ends_with_the_program)
{
    pid_t pid = start(NULL);

    close(program[1]);
    ck_assert_int_eq(heard(), NOTHING);
    ck_assert_int_eq(shutdown(program[0], SHUT_WR), 0);
    ck_assert_int_eq(heard(), NOTHING);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    close(program[0]);
}
END_TEST

START_TEST(one_after_the_other_is_not_forked_at_once)
{
    zti_priv_mate mate = {.fd = -1};

    ck_assert_int_eq(zti_priv_mate_wait_ms(&mate), 0);
    if (zti_priv_mate_fork(&mate)) _exit(0);
    ck_assert_int_ge(mate.fd, 0);
    ck_assert_int_eq(zti_priv_mate_wait_ms(&mate), -1);
    zti_priv_mate_lost(&mate);
    ck_assert_int_gt(zti_priv_mate_wait_ms(&mate), 0);
    ck_assert_uint_eq(zti_priv_mate_fork(&mate), 0);
    ck_assert_int_eq(mate.fd, -1);
    (void)wait(NULL);
}
END_TEST

UNIT_MAIN("rt/priv_mate", a_spare_takes_over_from_one_that_was_killed,
          a_spare_ends_with_one_that_was_to_end, a_spare_ends_with_the_program,
          one_after_the_other_is_not_forked_at_once)
