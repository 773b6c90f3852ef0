#include "nftplan.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TCP = 6, UDP = 17 };

static uint32_t has_port(const struct nft_plan *plan, const ztrunk_nft_port *one)
{
    for (uint32_t i = 0; i < plan->port_count; i++)
        if (plan->ports[i].kind == one->kind && plan->ports[i].protocol == one->protocol &&
            plan->ports[i].first == one->first &&
            ztrunk_addr_equal(&plan->ports[i].addr, &one->addr))
            return 1;
    return 0;
}

static void add_port(struct nft_plan *plan, uint32_t kind, uint32_t protocol,
                     const ztrunk_addr *addr, const struct config_ports *ports)
{
    ztrunk_nft_port one = {.kind = kind,
                           .protocol = protocol,
                           .first = ports->first,
                           .last = ports->last,
                           .addr = *addr};

    one.addr.port = 0;
    if (!has_port(plan, &one)) plan->ports[plan->port_count++] = one;
}

/* Of each port the protocol, too, that nobody uses there: what holds it while the program runs
 * (silence.h) is gone when the program was killed, and the kernel would answer with a reset or with
 * ICMP. */
static void add_ports(struct nft_plan *plan, const struct config_side *cloud)
{
    const struct config_ports listen = {cloud->listen.port, cloud->listen.port};

    add_port(plan, ZTRUNK_NFT_SIGNALLING, TCP, &cloud->listen, &listen);
    add_port(plan, ZTRUNK_NFT_SIGNALLING, UDP, &cloud->listen, &listen);
    add_port(plan, ZTRUNK_NFT_MEDIA, UDP, &cloud->media_listen, &cloud->ports);
    add_port(plan, ZTRUNK_NFT_SIGNALLING, TCP, &cloud->media_listen, &cloud->ports);
}

static const struct config_prefixes *list_of(const struct config_trunk *trunk, uint32_t is_media)
{
    return is_media ? &trunk->side[CLOUD].media_from : &trunk->side[CLOUD].signalling;
}

static int32_t add_sources(struct nft_plan *plan, const struct config *config, uint32_t is_media)
{
    uint32_t count = 0, room = 1;
    ztrunk_prefix *all;

    for (uint32_t i = 0; i < config->trunk_count; i++)
        room += list_of(&config->trunks[i], is_media)->count + 1;
    all = calloc(room, sizeof *all);
    if (all == NULL) return ZTRUNK_E_NOMEM;
    for (uint32_t i = 0; i < config->trunk_count; i++) {
        const struct config_prefixes *list = list_of(&config->trunks[i], is_media);

        if (list->count > 0) memcpy(all + count, list->items, list->count * sizeof *all);
        count += list->count;
        if (!is_media)
            count += config_probe_source(config, &config->trunks[i].side[CLOUD], &all[count]);
    }
    plan->sources[is_media] = all;
    plan->source_count[is_media] = count;
    return ZTRUNK_OK;
}

int32_t nft_plan_make(struct nft_plan *plan, const struct config *config)
{
    int32_t err;

    *plan = (struct nft_plan){.port_count = 0};
    for (uint32_t i = 0; i < config->trunk_count; i++)
        add_ports(plan, &config->trunks[i].side[CLOUD]);
    err = add_sources(plan, config, 0);
    if (err == ZTRUNK_OK) err = add_sources(plan, config, 1);
    if (err != ZTRUNK_OK) nft_plan_end(plan);
    return err;
}

void nft_plan_end(struct nft_plan *plan)
{
    free(plan->sources[0]);
    free(plan->sources[1]);
    *plan = (struct nft_plan){.port_count = 0};
}

static int32_t fill(ztrunk_nft *nft, const struct nft_plan *plan)
{
    int32_t err = ztrunk_nft_set_ports(nft, plan->ports, plan->port_count);

    if (err == ZTRUNK_OK)
        err = ztrunk_nft_set_sources(nft, ZTRUNK_NFT_SIGNALLING, plan->sources[0],
                                     plan->source_count[0]);
    if (err == ZTRUNK_OK)
        err =
            ztrunk_nft_set_sources(nft, ZTRUNK_NFT_MEDIA, plan->sources[1], plan->source_count[1]);
    return err;
}

static int print(ztrunk_nft *nft, FILE *stream)
{
    size_t len = 0, written = 0;
    char *text = NULL;

    if (ztrunk_nft_print(nft, NULL, 0, &len) == ZTRUNK_E_SPACE) text = malloc(len);
    if (text == NULL) return -1;
    if (ztrunk_nft_print(nft, text, len, &len) == ZTRUNK_OK) written = fwrite(text, 1, len, stream);
    free(text);
    return written == len && len > 0 && fflush(stream) == 0 ? 0 : -1;
}

int nft_plan_print(ztrunk_ctx *ctx, const struct config *config, void *stream)
{
    ztrunk_nft_opts opts = {.size = sizeof opts, .max_ports = 1024, .max_prefixes = 65536};
    struct nft_plan plan;
    ztrunk_nft *nft = NULL;
    int err = -1;

    if (nft_plan_make(&plan, config) != ZTRUNK_OK) return -1;
    memcpy(opts.table, config->firewall_table, sizeof opts.table);
    if (ztrunk_nft_new(ctx, &opts, &nft) == ZTRUNK_OK && fill(nft, &plan) == ZTRUNK_OK)
        err = print(nft, stream);
    ztrunk_nft_free(nft);
    nft_plan_end(&plan);
    return err;
}
