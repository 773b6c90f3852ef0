#include "nft.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon.h"

#define SECOND UINT64_C(1000000000)

enum { TCP = 6, UDP = 17, MOST_PORTS = 64, BATCH = 1024 };

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

static uint32_t has_port(const ztrunk_nft_port *ports, uint32_t count, const ztrunk_nft_port *one)
{
    for (uint32_t i = 0; i < count; i++)
        if (ports[i].kind == one->kind && ports[i].first == one->first &&
            ztrunk_addr_equal(&ports[i].addr, &one->addr))
            return 1;
    return 0;
}

static int32_t set_ports(struct daemon *d)
{
    ztrunk_nft_port ports[MOST_PORTS];
    uint32_t count = 0;

    for (uint32_t i = 0; i < d->trunk_count; i++) {
        const struct config_side *cloud = &d->trunks[i].conf->side[CLOUD];
        ztrunk_nft_port listen = {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = TCP};
        ztrunk_nft_port media = {.kind = ZTRUNK_NFT_MEDIA, .protocol = UDP};

        if (count + 2 > MOST_PORTS) return ZTRUNK_E_LIMIT;
        listen.first = listen.last = cloud->listen.port;
        listen.addr = cloud->listen;
        listen.addr.port = 0;
        if (!has_port(ports, count, &listen)) ports[count++] = listen;
        media.first = cloud->ports.first;
        media.last = cloud->ports.last;
        media.addr = cloud->media_listen;
        ports[count++] = media;
    }
    return ztrunk_priv_nft_set_ports(d->priv, ports, count);
}

static const struct config_prefixes *list_of(const struct trunk *trunk, uint32_t kind)
{
    const struct config_side *cloud = &trunk->conf->side[CLOUD];

    return kind == ZTRUNK_NFT_MEDIA ? &cloud->media_from : &cloud->signalling;
}

static int32_t set_sources(struct daemon *d, uint32_t kind)
{
    uint32_t count = 0, room = 0;
    ztrunk_prefix *all;
    int32_t err;

    for (uint32_t i = 0; i < d->trunk_count; i++) room += list_of(&d->trunks[i], kind)->count;
    all = calloc(room + 1, sizeof *all);
    if (all == NULL) return ZTRUNK_E_NOMEM;
    for (uint32_t i = 0; i < d->trunk_count; i++) {
        const struct config_prefixes *list = list_of(&d->trunks[i], kind);

        if (list->count > 0) memcpy(all + count, list->items, list->count * sizeof *all);
        count += list->count;
    }
    err = ztrunk_priv_nft_set_sources(d->priv, kind, all, count);
    free(all);
    return err;
}

static int32_t set_all_sources(struct daemon *d)
{
    int32_t err = set_sources(d, ZTRUNK_NFT_SIGNALLING);

    return err == ZTRUNK_OK ? set_sources(d, ZTRUNK_NFT_MEDIA) : err;
}

int nft_start(struct daemon *d)
{
    int32_t err = d->priv != NULL ? ZTRUNK_OK : ZTRUNK_E_DENIED;

    if (d->config->firewall == CONFIG_FIREWALL_NONE) {
        /* What a run that was killed has left would keep all media out. */
        if (d->priv != NULL) (void)ztrunk_priv_nft_remove(d->priv);
        return 0;
    }
    if (err == ZTRUNK_OK) err = set_ports(d);
    if (err == ZTRUNK_OK) err = set_all_sources(d);
    if (err == ZTRUNK_OK) err = ztrunk_priv_nft_start(d->priv);
    if (err == ZTRUNK_OK) d->nft = calloc(1, sizeof *d->nft);
    if (d->nft != NULL) return 0;
    fprintf(stderr, "%s: node.firewall \"nftables\": %s\n", d->file,
            err == ZTRUNK_E_DENIED   ? "it needs CAP_NET_ADMIN at the start"
            : err == ZTRUNK_E_SYSTEM ? strerror(errno)
                                     : ztrunk_strerror(err));
    return -1;
}

void nft_adopt(struct daemon *d)
{
    int32_t err = d->nft != NULL ? set_all_sources(d) : ZTRUNK_OK;

    if (err != ZTRUNK_OK) log_failed(d, "the allowlists", err);
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
