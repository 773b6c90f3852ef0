#include "proof_log.h"
#include <zerotrunk/proof.h>

static const char *yes(uint32_t is_so)
{
    return is_so ? "yes" : "no";
}

void proof_log_judged(struct daemon *d, const struct bound_flow *bound, const ztrunk_addr *remote,
                      uint32_t facts, uint32_t missing, int32_t verdict)
{
    struct log_line line;

    log_begin(&line, &d->log, missing != 0 ? LOG_WARNING : LOG_INFO, "identity.judged", 0);
    log_word(&line, "trunk", bound->trunk->conf->name);
    log_word(&line, "side", bound->side == CLOUD ? "cloud" : "inside");
    log_addr(&line, "remote", remote);
    log_word(&line, "source", yes(facts & ZTRUNK_FACT_SOURCE));
    log_word(&line, "certificate", yes(facts & ZTRUNK_FACT_CERTIFICATE));
    log_word(&line, "reverse_proof", yes(facts & ZTRUNK_FACT_REVERSE));
    if (missing != 0) log_word(&line, "missing", ztrunk_fact_text(missing));
    log_word(&line, "verdict",
             verdict != ZTRUNK_OK ? "refused"
             : missing != 0       ? "accepted with a warning"
                                  : "accepted");
    log_end(&line);
}

void proof_log_noted(struct daemon *d, const struct trunk *trunk, const ztrunk_addr *remote)
{
    struct log_line line;

    log_begin(&line, &d->log, LOG_INFO, "proof.noted", 0);
    log_word(&line, "trunk", trunk->conf->name);
    log_addr(&line, "remote", remote);
    log_end(&line);
}

void proof_log_failed(struct daemon *d, const struct trunk *trunk, const ztrunk_addr *remote,
                      struct brake *brake, const char *event, const char *cause, const char *why)
{
    uint64_t left_out = 0;
    struct log_line line;

    if (!brake_allows(brake, ztrunk_rt_now_ns(), &left_out)) return;
    log_begin(&line, &d->log, LOG_WARNING, event, 0);
    log_word(&line, "trunk", trunk->conf->name);
    log_addr(&line, "remote", remote);
    if (cause != NULL) log_word(&line, "cause", cause);
    log_word(&line, "why", why);
    if (left_out > 0) log_number(&line, "left_out", left_out);
    log_end(&line);
}
