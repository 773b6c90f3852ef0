#include "rt/priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "rt/priv_caps.h"

#ifndef CAP_BPF
#define CAP_BPF 39
#endif

#define OWN_SOCKET 3 /* behind standard input, output and error */
#define MAX_FILES  16

uint32_t zti_priv_is_alone(void)
{
    DIR *tasks = opendir("/proc/self/task");
    uint32_t count = 0;

    /* Without /proc the kernel tells: it lets no thread of several leave the others. */
    if (tasks == NULL) return unshare(CLONE_THREAD) == 0;
    for (const struct dirent *d; (d = readdir(tasks)) != NULL;) count += d->d_name[0] != '.';
    closedir(tasks);
    return count == 1;
}

/* Standard input, output and error lead nowhere, so that no descriptor of a request is taken for
 * one of them. */
static int32_t close_all_but(int *sock)
{
    int null = open("/dev/null", O_RDWR);

    if (null < 0) return ZTRUNK_E_SYSTEM;
    if (null <= OWN_SOCKET) null = fcntl(null, F_DUPFD, OWN_SOCKET + 1);
    if (null < 0) return ZTRUNK_E_SYSTEM;
    if (*sock != OWN_SOCKET && dup2(*sock, OWN_SOCKET) < 0) return ZTRUNK_E_SYSTEM;
    *sock = OWN_SOCKET;
    for (int fd = 0; fd < OWN_SOCKET; fd++)
        if (dup2(null, fd) < 0) return ZTRUNK_E_SYSTEM;
    return close_range(OWN_SOCKET + 1, ~0U, 0) == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

/* A signal to the whole group is meant for the program: this process ends with it. */
static int32_t limit(void)
{
    static const struct rlimit none = {0, 0}, few = {MAX_FILES, MAX_FILES};
    struct rlimit processes; /* none but its spare: see priv_mate.c */
    sigset_t all;

    sigfillset(&all);
    if (sigprocmask(SIG_SETMASK, &all, NULL) != 0) return ZTRUNK_E_SYSTEM;
    if (getrlimit(RLIMIT_NPROC, &processes) != 0) return ZTRUNK_E_SYSTEM;
    processes.rlim_cur = 0;
    if (setrlimit(RLIMIT_CORE, &none) != 0 || setrlimit(RLIMIT_FSIZE, &none) != 0 ||
        setrlimit(RLIMIT_NPROC, &processes) != 0 || setrlimit(RLIMIT_NOFILE, &few) != 0)
        return ZTRUNK_E_SYSTEM;
    return chdir("/") == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

static int32_t leave_root(const ztrunk_priv_opts *opts)
{
    if (geteuid() != 0) return ZTRUNK_OK;
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || setgroups(0, NULL) != 0) return ZTRUNK_E_SYSTEM;
    if (setresgid(opts->gid, opts->gid, opts->gid) != 0) return ZTRUNK_E_SYSTEM;
    return setresuid(opts->uid, opts->uid, opts->uid) == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

int32_t zti_priv_confine(int *sock, const ztrunk_priv_opts *opts, uint64_t *caps)
{
    zti_caps has, keep = {0};
    int32_t err = zti_caps_get(&has);

    if (err == ZTRUNK_OK) err = close_all_but(sock);
    if (err == ZTRUNK_OK) err = limit();
    if (err == ZTRUNK_OK) err = zti_caps_bar();
    if (err == ZTRUNK_OK) err = leave_root(opts);
    keep.permitted = has.permitted & (ZTI_CAP(CAP_NET_ADMIN) | ZTI_CAP(CAP_BPF));
    keep.effective = keep.permitted;
    if (err == ZTRUNK_OK) err = zti_caps_set(&keep);
    if (err == ZTRUNK_OK && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) err = ZTRUNK_E_SYSTEM;
    (void)prctl(PR_SET_NAME, "ztrunk-priv", 0, 0, 0);
    if (err == ZTRUNK_OK) *caps = keep.permitted;
    return err;
}
