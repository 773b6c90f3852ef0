/* The daemon without its privileges: a process of their own puts the source filters on. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "alarm.h"
#include "daemon.h"
#include "nft.h"

static void log_plain(struct daemon *d, uint32_t level, const char *event, const char *why)
{
    struct log_line line;

    log_begin(&line, &d->log, level, event, 0);
    log_word(&line, "why", why);
    log_end(&line);
}

/* Nobody renews the holes any more, which close within 60 s: better to end with the calls that are
 * up, as a failure, and to be started again with the privilege. */
static void give_in(struct daemon *d)
{
    const struct alarm alarm = {.key = "firewall",
                                .event = "firewall.lost",
                                .severity = ALARM_CRITICAL,
                                .summary = "nobody holds the table in the kernel; the node drains "
                                           "and ends, to be started again"};

    nft_end(d);
    d->is_lost = 1;
    alarm_raise(d, &alarm);
    (void)kill(getpid(), SIGTERM);
}

/* Once: the filters that are there stay, and on_accept refuses what they would. */
static void gone(struct daemon *d)
{
    (void)ztrunk_rt_on_readable(d->rt, ztrunk_priv_fd(d->priv), NULL, NULL);
    (void)ztrunk_net_set_priv(d->net, NULL);
    ztrunk_priv_free(d->priv);
    d->priv = NULL;
    log_plain(
        d, LOG_ERROR, "privileges.process_gone",
        "no source filter can change now; strangers to new lists are closed after the accept");
    if (d->nft != NULL) give_in(d);
}

void privileges_taken_over(struct daemon *d)
{
    d->counts.takeovers++;
    log_plain(d, LOG_ERROR, "privileges.taken_over",
              "the privileged process was killed; its spare has the table and the filters now");
    nft_restore(d);
}

static void on_priv(void *opaque)
{
    struct daemon *d = opaque;
    int32_t err = ztrunk_priv_readable(d->priv);

    if (err == ZTRUNK_E_CLOSED) {
        gone(d);
        return;
    }
    if (err == ZTRUNK_E_STATE) privileges_taken_over(d);
    if (err != ZTRUNK_OK && err != ZTRUNK_E_STATE)
        log_plain(d, LOG_ERROR, "firewall.failed", ztrunk_strerror(err));
    nft_readable(d);
}

static int watch(struct daemon *d)
{
    if (d->priv == NULL) return 0;
    if (ztrunk_net_set_priv(d->net, d->priv) == ZTRUNK_OK &&
        ztrunk_rt_on_readable(d->rt, ztrunk_priv_fd(d->priv), on_priv, d) == ZTRUNK_OK)
        return 0;
    fputs("zerotrunkd: cannot watch the privileged process\n", stderr);
    return -1;
}

static void log_dropped(struct daemon *d, const ztrunk_priv_left *left)
{
    ztrunk_priv_info info = {.size = sizeof info};
    struct log_line line;
    char caps[24];

    snprintf(caps, sizeof caps, "%016" PRIx64, left->caps);
    log_begin(&line, &d->log, LOG_INFO, "privileges.dropped", 0);
    log_number(&line, "uid", left->uid);
    log_word(&line, "capabilities", caps);
    if (ztrunk_priv_get_info(d->priv, &info) == ZTRUNK_OK) {
        snprintf(caps, sizeof caps, "%016" PRIx64, info.caps);
        log_number(&line, "process", (uint64_t)info.pid);
        log_word(&line, "process_capabilities", caps);
    }
    log_end(&line);
    if (left->uid == 0)
        log_plain(d, LOG_WARNING, "privileges.root",
                  "without capabilities, but root's files are its own; name another node.user");
}

int privileges_drop(struct daemon *d)
{
    ztrunk_priv_left left = {.size = sizeof left};
    const char *user = d->config->user;
    int32_t err;

    if (watch(d) != 0) return -1;
    if (geteuid() != 0 || strcmp(user, "root") == 0) user = NULL;
    err = ztrunk_priv_drop(user, &left);
    if (err != ZTRUNK_OK) {
        fprintf(stderr, "%s: node.user \"%s\": privileges cannot be given up: %s\n", d->file,
                d->config->user,
                err == ZTRUNK_E_NOTFOUND ? "there is no such user"
                : err == ZTRUNK_E_SYSTEM ? strerror(errno)
                                         : ztrunk_strerror(err));
        return -1;
    }
    log_dropped(d, &left);
    return 0;
}
