#include <zerotrunk/priv.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/opts.h"
#include "rt/priv.h"
#include "rt/priv_caps.h"

static int32_t become(const struct passwd *pw)
{
    if (initgroups(pw->pw_name, pw->pw_gid) != 0) return ZTRUNK_E_SYSTEM;
    if (setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) != 0) return ZTRUNK_E_SYSTEM;
    return setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

/* All of the user's, or none: what the calls returned is not enough to go on. */
static int32_t check_ids(const struct passwd *pw)
{
    uid_t real, effective, saved;
    gid_t group, effective_group, saved_group;

    if (getresuid(&real, &effective, &saved) != 0) return ZTRUNK_E_SYSTEM;
    if (getresgid(&group, &effective_group, &saved_group) != 0) return ZTRUNK_E_SYSTEM;
    errno = EPERM;
    if (real != effective || real != saved || group != effective_group || group != saved_group)
        return ZTRUNK_E_SYSTEM;
    if (pw != NULL && (real != pw->pw_uid || group != pw->pw_gid)) return ZTRUNK_E_SYSTEM;
    if (real != 0 && setuid(0) == 0) return ZTRUNK_E_SYSTEM;
    return ZTRUNK_OK;
}

static int32_t look(ztrunk_priv_left *left)
{
    zti_caps caps;
    int32_t err = zti_caps_get(&caps);

    if (err != ZTRUNK_OK) return err;
    left->uid = getuid();
    left->gid = getgid();
    left->caps = caps.effective | caps.permitted | caps.inheritable | zti_caps_ambient();
    left->bounding = zti_caps_bounding();
    errno = EPERM;
    if (left->caps != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return ZTRUNK_E_SYSTEM;
    return ZTRUNK_OK;
}

static int32_t find_user(const char *user, const struct passwd **out)
{
    errno = 0;
    *out = getpwnam(user);
    if (*out != NULL) return ZTRUNK_OK;
    return errno == 0 || errno == ENOENT ? ZTRUNK_E_NOTFOUND : ZTRUNK_E_SYSTEM;
}

int32_t ztrunk_priv_drop(const char *user, ztrunk_priv_left *left)
{
    const zti_caps none = {0};
    ztrunk_priv_left l = {.size = sizeof l};
    const struct passwd *pw = NULL;
    int32_t err = zti_priv_is_alone() ? ZTRUNK_OK : ZTRUNK_E_STATE;

    if (err == ZTRUNK_OK && user != NULL) err = find_user(user, &pw);
    if (err == ZTRUNK_OK) err = zti_caps_bar();
    if (err == ZTRUNK_OK && pw != NULL) err = become(pw);
    if (err == ZTRUNK_OK) err = zti_caps_set(&none);
    /* The kernel sets it anew when the user changes. */
    if (err == ZTRUNK_OK && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) err = ZTRUNK_E_SYSTEM;
    if (err == ZTRUNK_OK) err = check_ids(pw);
    if (err == ZTRUNK_OK) err = look(&l);
    if (err != ZTRUNK_OK || left == NULL) return err;
    return zti_opts_write(left, &l, sizeof l);
}
