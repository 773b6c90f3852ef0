#include "alert_run.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEPT = 2 }; /* names that may be handed on */

/* No proxy, no library path, no startup file of a shell; where systemd puts secrets is needed. */
static void make_environment(char text[KEPT][1024], char *environment[KEPT + 1])
{
    const char *secrets = secure_getenv("CREDENTIALS_DIRECTORY");

    snprintf(text[0], 1024, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    environment[0] = text[0];
    environment[1] = environment[2] = NULL;
    if (secrets == NULL || strlen(secrets) > 512) return;
    snprintf(text[1], 1024, "CREDENTIALS_DIRECTORY=%s", secrets);
    environment[1] = text[1];
}

static int set_files(posix_spawn_file_actions_t *files)
{
    int err = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

    if (err == 0)
        err = posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (err == 0) err = posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
    return err;
}

/* The loop's signals are blocked here; a child would never hear them. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    int err;

    sigemptyset(&none);
    sigfillset(&all);
    err = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                   POSIX_SPAWN_SETSIGDEF);
    if (err == 0) err = posix_spawnattr_setsigmask(attributes, &none);
    if (err == 0) err = posix_spawnattr_setsigdefault(attributes, &all);
    return err;
}

static int spawn(pid_t *pid, const char *const argv[], const posix_spawn_file_actions_t *files,
                 const posix_spawnattr_t *attributes)
{
    char text[KEPT][1024], *environment[KEPT + 1], *copy[ALERT_RUN_ARGS + 1] = {NULL};

    make_environment(text, environment);
    for (size_t i = 0; i < ALERT_RUN_ARGS && argv[i] != NULL; i++)
        copy[i] = (char *)(uintptr_t)argv[i];
    return posix_spawn(pid, argv[0], files, attributes, copy, environment);
}

static int watch(struct alert_run *run)
{
    run->fd = pidfd_open(run->pid, 0);
    if (run->fd >= 0) return 0;
    alert_run_kill(run);
    return -1;
}

int alert_run_start(struct alert_run *run, const char *const argv[])
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int err;

    run->pid = 0;
    run->fd = -1;
    if (posix_spawn_file_actions_init(&files) != 0) return -1;
    err = posix_spawnattr_init(&attributes);
    if (err == 0) {
        err = set_files(&files);
        if (err == 0) err = set_attributes(&attributes);
        if (err == 0) err = spawn(&run->pid, argv, &files, &attributes);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    if (err == 0) return watch(run);
    run->pid = 0;
    errno = err;
    return -1;
}

static void forget(struct alert_run *run)
{
    if (run->fd >= 0) close(run->fd);
    run->fd = -1;
    run->pid = 0;
}

int alert_run_ended(struct alert_run *run, int *status)
{
    int code = 0;

    if (run->pid == 0 || waitpid(run->pid, &code, WNOHANG) != run->pid) return 0;
    *status = WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code);
    forget(run);
    return 1;
}

void alert_run_kill(struct alert_run *run)
{
    if (run->pid == 0) return;
    (void)kill(-run->pid, SIGKILL);
    while (waitpid(run->pid, NULL, 0) < 0 && errno == EINTR) continue;
    forget(run);
}
