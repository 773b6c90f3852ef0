#include "nft.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon.h"
#include "nftplan.h"

#define SECOND UINT64_C(1000000000)

enum { BATCH = 1024, TRIES = 3, PORTS = 65536 };

struct nft {
    ztrunk_prefix batch[BATCH];
    uint32_t count;
    uint32_t is_behind; /* not all of what is open was said */
    uint8_t *open;      /* a bit for each port of each trunk */
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
        if (d->nft != NULL) d->nft->open = calloc(d->trunk_count, PORTS / 8);
        err = ZTRUNK_E_NOMEM;
    }
    if (d->nft != NULL && d->nft->open != NULL) return 0;
    explain(d, err);
    return -1;
}

/* ---- what is open: said again when another process has the table ---- */

/* Of a media port of the cloud's side; -1: it is none. */
static int64_t place_of(const struct daemon *d, const ztrunk_addr *local)
{
    for (uint32_t i = 0; i < d->trunk_count; i++) {
        const struct config_side *cloud = &d->trunks[i].conf->side[CLOUD];
        ztrunk_addr addr = cloud->media_listen;

        addr.port = local->port;
        if (local->port >= cloud->ports.first && local->port <= cloud->ports.last &&
            ztrunk_addr_equal(&addr, local))
            return (int64_t)i * PORTS + local->port;
    }
    return -1;
}

static void note(struct daemon *d, const ztrunk_addr *local, uint32_t is_open)
{
    int64_t place = place_of(d, local);

    if (place < 0) return;
    d->nft->open[place / 8] &= (uint8_t) ~(1u << place % 8);
    if (is_open) d->nft->open[place / 8] |= (uint8_t)(1u << place % 8);
}

static int32_t send_batch(struct daemon *d)
{
    int32_t err = ZTRUNK_OK;

    if (d->nft->count > 0) err = ztrunk_priv_nft_holes(d->priv, d->nft->batch, d->nft->count);
    if (err == ZTRUNK_OK) d->nft->count = 0;
    return err;
}

static int32_t open_trunk(struct daemon *d, uint32_t trunk)
{
    const struct config_side *cloud = &d->trunks[trunk].conf->side[CLOUD];
    ztrunk_addr local = cloud->media_listen;
    int32_t err = ZTRUNK_OK;

    for (uint32_t port = cloud->ports.first; port <= cloud->ports.last; port++) {
        uint64_t place = (uint64_t)trunk * PORTS + port;

        if ((d->nft->open[place / 8] >> place % 8 & 1) == 0) continue;
        if (d->nft->count == BATCH) err = send_batch(d);
        if (err != ZTRUNK_OK) return err;
        local.port = (uint16_t)port;
        d->nft->batch[d->nft->count++] = (ztrunk_prefix){.addr = local, .bits = 1};
    }
    return ZTRUNK_OK;
}

static int32_t say_all(struct daemon *d)
{
    int32_t err;

    (void)ztrunk_priv_readable(d->priv);
    err = ztrunk_priv_nft_set_table(d->priv, d->config->firewall_table);
    if (err == ZTRUNK_OK) err = make_table(d);
    d->nft->count = 0;
    for (uint32_t i = 0; err == ZTRUNK_OK && i < d->trunk_count; i++) err = open_trunk(d, i);
    return err == ZTRUNK_OK ? send_batch(d) : err;
}

/* A process that takes over while it is told is told from the beginning. */
void nft_restore(struct daemon *d)
{
    int32_t err = ZTRUNK_E_STATE;

    if (d->nft == NULL) return;
    for (uint32_t i = 0; i < TRIES && err == ZTRUNK_E_STATE; i++) err = say_all(d);
    d->nft->is_behind = err == ZTRUNK_E_LIMIT;
    if (err != ZTRUNK_OK && err != ZTRUNK_E_LIMIT)
        log_failed(d, "the table of another process", err);
}

void nft_adopt(struct daemon *d)
{
    struct nft_plan plan;
    int32_t err;

    if (d->nft == NULL) return;
    err = nft_plan_make(&plan, d->config);
    if (err == ZTRUNK_OK) err = set_sources(d, &plan);
    nft_plan_end(&plan);
    if (err == ZTRUNK_E_STATE) {
        privileges_taken_over(d);
        return;
    }
    if (err != ZTRUNK_OK) log_failed(d, "the allowlists", err);
}

/* A process that is behind has the batch later. */
void nft_flush(struct daemon *d)
{
    int32_t err;

    if (d->nft == NULL || d->nft->count == 0) return;
    err = send_batch(d);
    if (err == ZTRUNK_E_STATE) privileges_taken_over(d);
    if (err == ZTRUNK_OK || err == ZTRUNK_E_STATE || err == ZTRUNK_E_LIMIT) return;
    d->nft->count = 0;
    log_failed(d, "a hole", err);
}

void nft_readable(struct daemon *d)
{
    if (d->nft == NULL) return;
    if (d->nft->is_behind)
        nft_restore(d);
    else
        nft_flush(d);
}

void nft_hole(struct daemon *d, const ztrunk_addr *local, uint32_t is_open)
{
    if (d->nft == NULL) return;
    note(d, local, is_open);
    if (d->nft->count == BATCH) nft_flush(d);
    if (d->nft->count == BATCH)
        d->nft->is_behind = 1;
    else
        d->nft->batch[d->nft->count++] = (ztrunk_prefix){.addr = *local, .bits = is_open};
}

/* The limits of admission hold without the kernel, which only spares the work. */
void nft_block(struct daemon *d, const ztrunk_addr *addr, uint64_t ns)
{
    int32_t err = ZTRUNK_OK;

    if (d->nft != NULL && ns >= SECOND)
        err = ztrunk_priv_nft_block(d->priv, addr, (uint32_t)(ns / SECOND));
    if (err == ZTRUNK_E_STATE) privileges_taken_over(d);
    if (err != ZTRUNK_OK && err != ZTRUNK_E_STATE) log_failed(d, "a blocked source", err);
}

static void remove_table(struct daemon *d)
{
    if (ztrunk_priv_nft_remove(d->priv) != ZTRUNK_E_STATE) return;
    (void)ztrunk_priv_readable(d->priv);
    (void)ztrunk_priv_nft_set_table(d->priv, d->config->firewall_table);
    (void)ztrunk_priv_nft_remove(d->priv);
}

void nft_end(struct daemon *d)
{
    if (d->nft == NULL) return;
    if (d->priv != NULL) remove_table(d);
    free(d->nft->open);
    free(d->nft);
    d->nft = NULL;
}
