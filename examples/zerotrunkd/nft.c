#include "nft.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon.h"
#include "nftplan.h"

#define SECOND UINT64_C(1000000000)

enum { BATCH = 1024 };

struct nft {
    ztrunk_prefix batch[BATCH];
    uint32_t count;
};

static void log_failed(struct daemon *d, const char *what, int32_t err)
{
    const char *why = err == ZTRUNK_E_SYSTEM ? strerror(errno) : ztrunk_strerror(err);
    struct log_line line;

    log_begin(&line, &d->log, LOG_ERROR, "firewall.failed", 0);
    log_word(&line, "what", what);
    log_word(&line, "why", why);
    log_end(&line);
}

static int32_t set_sources(struct daemon *d, const struct nft_plan *plan)
{
    int32_t err = ztrunk_priv_nft_set_sources(d->priv, ZTRUNK_NFT_SIGNALLING, plan->sources[0],
                                              plan->source_count[0]);

    if (err != ZTRUNK_OK) return err;
    return ztrunk_priv_nft_set_sources(d->priv, ZTRUNK_NFT_MEDIA, plan->sources[1],
                                       plan->source_count[1]);
}

static int32_t make_table(struct daemon *d)
{
    struct nft_plan plan;
    int32_t err = nft_plan_make(&plan, d->config);

    if (err == ZTRUNK_OK) err = ztrunk_priv_nft_set_ports(d->priv, plan.ports, plan.port_count);
    if (err == ZTRUNK_OK) err = set_sources(d, &plan);
    if (err == ZTRUNK_OK) err = ztrunk_priv_nft_start(d->priv);
    nft_plan_end(&plan);
    return err;
}

static void explain(const struct daemon *d, int32_t err)
{
    int number = errno;

    if (err == ZTRUNK_E_DENIED)
        fprintf(
            stderr,
            "%s: node.firewall \"nftables\": it needs CAP_NET_ADMIN at the start: start it as "
            "root or with that capability (AmbientCapabilities=CAP_NET_ADMIN in a unit), or say "
            "none\n",
            d->file);
    else if (err == ZTRUNK_E_SYSTEM && number == EADDRINUSE)
        fprintf(
            stderr,
            "%s: node.firewall_table \"%s\": another process has the table of that name in this "
            "network namespace; give each its own, such as zerotrunk-2\n",
            d->file, d->config->firewall_table);
    else
        fprintf(stderr, "%s: node.firewall \"nftables\": %s\n", d->file,
                err == ZTRUNK_E_SYSTEM ? strerror(number) : ztrunk_strerror(err));
}

int nft_start(struct daemon *d)
{
    int32_t err = d->priv != NULL ? ZTRUNK_OK : ZTRUNK_E_DENIED;

    if (err == ZTRUNK_OK) err = ztrunk_priv_nft_set_table(d->priv, d->config->firewall_table);
    if (d->config->firewall == CONFIG_FIREWALL_NONE) {
        /* What a run that was killed has left would keep all media out. */
        if (err == ZTRUNK_OK) (void)ztrunk_priv_nft_remove(d->priv);
        return 0;
    }
    if (err == ZTRUNK_OK) err = make_table(d);
    if (err == ZTRUNK_OK) {
        d->nft = calloc(1, sizeof *d->nft);
        err = ZTRUNK_E_NOMEM;
    }
    if (d->nft != NULL) return 0;
    explain(d, err);
    return -1;
}

void nft_adopt(struct daemon *d)
{
    struct nft_plan plan;
    int32_t err;

    if (d->nft == NULL) return;
    err = nft_plan_make(&plan, d->config);
    if (err == ZTRUNK_OK) err = set_sources(d, &plan);
    if (err != ZTRUNK_OK) log_failed(d, "the allowlists", err);
    nft_plan_end(&plan);
}

void nft_flush(struct daemon *d)
{
    int32_t err;

    if (d->nft == NULL || d->nft->count == 0) return;
    err = ztrunk_priv_nft_holes(d->priv, d->nft->batch, d->nft->count);
    d->nft->count = 0;
    if (err != ZTRUNK_OK) log_failed(d, "a hole", err);
}

void nft_hole(struct daemon *d, const ztrunk_addr *local, uint32_t is_open)
{
    if (d->nft == NULL) return;
    if (d->nft->count == BATCH) nft_flush(d);
    d->nft->batch[d->nft->count++] = (ztrunk_prefix){.addr = *local, .bits = is_open};
}

void nft_block(struct daemon *d, const ztrunk_addr *addr, uint64_t ns)
{
    int32_t err = ZTRUNK_OK;

    if (d->nft != NULL && ns >= SECOND)
        err = ztrunk_priv_nft_block(d->priv, addr, (uint32_t)(ns / SECOND));
    if (err != ZTRUNK_OK) log_failed(d, "a blocked source", err);
}

void nft_end(struct daemon *d)
{
    if (d->nft == NULL) return;
    if (d->priv != NULL) (void)ztrunk_priv_nft_remove(d->priv);
    free(d->nft);
    d->nft = NULL;
}
