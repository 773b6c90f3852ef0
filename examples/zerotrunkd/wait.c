#include "wait.h"
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <zerotrunk/rt.h>
#include "config.h"
#include "log.h"

/* A certificate and its key come one after the other; what stays wrong is told by the start. */
enum { PATIENCE_S = 5 };

static uint32_t is_there(const struct config *config)
{
    return access(config->identity.certificate, F_OK) == 0 &&
           access(config->identity.key, F_OK) == 0;
}

static void tell(const struct config *config, const char *file)
{
    struct log log;
    struct log_line line;

    if (log_open(&log, config->log_file, config->log_format, config->fqdn) != 0) return;
    log_begin(&line, &log, LOG_WARNING, "identity.waiting", 0);
    log_word(&line, "file", file);
    log_word(&line, "certificate", config->identity.certificate);
    log_word(&line, "key", config->identity.key);
    log_end(&line);
    log_close(&log);
}

static uint32_t is_usable(ztrunk_ctx *ctx, const char *file, struct config_report *report)
{
    struct config *config;

    report->count = 0;
    config = config_load(ctx, file, ztrunk_rt_wall_s(), report);
    config_free(config);
    return config != NULL;
}

static int watch(ztrunk_ctx *ctx, const struct config *config, const char *file,
                 struct config_report *report)
{
    const struct timespec second = {1, 0};
    uint32_t tried = 0;
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    while (tried < PATIENCE_S) {
        if (is_there(config) && (tried++, is_usable(ctx, file, report))) return WAIT_OVER;
        if (sigtimedwait(&ends, NULL, &second) > 0) return WAIT_ENDED;
    }
    return WAIT_OVER;
}

int wait_for_identity(ztrunk_ctx *ctx, const char *file)
{
    struct config_report *report = calloc(1, sizeof *report);
    struct config *config = NULL;
    sigset_t ends, before;
    int came = WAIT_OVER;

    if (report != NULL) config = config_read(ctx, file, ztrunk_rt_wall_s(), report);
    if (config != NULL && config->identity.wait && report->count == 0 && !is_there(config)) {
        sigemptyset(&ends);
        sigaddset(&ends, SIGTERM);
        sigaddset(&ends, SIGINT);
        sigprocmask(SIG_BLOCK, &ends, &before);
        tell(config, file);
        came = watch(ctx, config, file, report);
        sigprocmask(SIG_SETMASK, &before, NULL);
    }
    config_free(config);
    free(report);
    return came;
}
