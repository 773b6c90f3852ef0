/* alert_run.h - the program that delivers, as a child that holds nothing up: one at a time, with a
 * limit of time, an environment of its own, and no descriptor of ours but standard error. */
#ifndef ZEROTRUNKD_ALERT_RUN_H
#define ZEROTRUNKD_ALERT_RUN_H

#include <stdint.h>
#include <sys/types.h>

enum { ALERT_RUN_ARGS = 8 };

struct alert_run {
    pid_t pid; /* 0: none runs */
    int fd;    /* readable when it ended */
};

/* argv[0] is the program, a path. 0, or -1 with errno. */
int alert_run_start(struct alert_run *run, const char *const argv[]);
/* 1 when it ended: *status is its exit status, or 128 and the signal. */
int alert_run_ended(struct alert_run *run, int *status);
/* At once, with the processes that it started. */
void alert_run_kill(struct alert_run *run);

#endif
