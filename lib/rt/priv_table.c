#include "rt/priv_table.h"

#include <errno.h>
#include <string.h>
#include "rt/loop.h"
#include "rt/nft_sync.h"

#define LEASE_NS   (60 * ZTI_SECOND)
#define REFRESH_NS (20 * ZTI_SECOND)

static int32_t set_up(zti_priv_table *t)
{
    ztrunk_nft_opts opts = {.size = sizeof opts,
                            .flags = ZTRUNK_NFT_KEEP,
                            .max_prefixes = ZTRUNK_FILTER_MAX,
                            .max_ports = 1024,
                            .max_holes = 16384,
                            .lease_ns = LEASE_NS};
    int32_t err = ZTRUNK_OK;

    if (t->nft != NULL) return ZTRUNK_OK;
    memcpy(opts.table, t->name, sizeof opts.table);
    if (t->ctx == NULL) err = ztrunk_ctx_new(&t->ctx);
    return err == ZTRUNK_OK ? ztrunk_nft_new(t->ctx, &opts, &t->nft) : err;
}

static int32_t set_name(zti_priv_table *t, const ztrunk_prefix *list, uint32_t count)
{
    char name[32];

    if (t->nft != NULL) return ZTRUNK_E_STATE;
    if (count != 2) return ZTRUNK_E_INVALID;
    memcpy(name, list[0].addr.ip, 16);
    memcpy(name + 16, list[1].addr.ip, 16);
    if (name[31] != 0) return ZTRUNK_E_INVALID;
    if (strncmp(name, ZTI_PRIV_TABLE, sizeof ZTI_PRIV_TABLE - 1) != 0) return ZTRUNK_E_DENIED;
    memcpy(t->name, name, sizeof name);
    return ZTRUNK_OK;
}

static int32_t set_ports(zti_priv_table *t, const ztrunk_prefix *list, uint32_t count)
{
    ztrunk_nft_port ports[ZTI_PRIV_MAX_PORTS];

    if (count > sizeof ports / sizeof ports[0]) return ZTRUNK_E_LIMIT;
    for (uint32_t i = 0; i < count; i++) {
        ports[i] = (ztrunk_nft_port){.kind = list[i].reserved & 0xff,
                                     .protocol = list[i].reserved >> 8,
                                     .first = list[i].addr.port,
                                     .last = list[i].bits,
                                     .addr = list[i].addr};
        ports[i].addr.port = 0;
    }
    return ztrunk_nft_set_ports(t->nft, ports, count);
}

/* A hole that is gone already is closed. */
static int32_t queue_hole(zti_priv_table *t, const ztrunk_prefix *entry)
{
    int32_t err = entry->bits != 0 ? ztrunk_nft_open(t->nft, &entry->addr, NULL)
                                   : ztrunk_nft_close(t->nft, &entry->addr);

    return err == ZTRUNK_E_NOTFOUND && entry->bits == 0 ? ZTRUNK_OK : err;
}

static int32_t queue(zti_priv_table *t, uint32_t kind, const ztrunk_prefix *list, uint32_t count)
{
    int32_t first = ZTRUNK_OK, err;

    for (uint32_t i = 0; i < count; i++) {
        err = kind == ZTI_PRIV_HOLES
                  ? queue_hole(t, &list[i])
                  : ztrunk_nft_block(t->nft, &list[i].addr, list[i].bits * ZTI_SECOND);
        if (first == ZTRUNK_OK) first = err;
    }
    err = ztrunk_nft_commit(t->nft);
    return first != ZTRUNK_OK ? first : err;
}

static int32_t start(zti_priv_table *t)
{
    int32_t err = ztrunk_nft_start(t->nft);

    if (err == ZTRUNK_OK) t->refresh_ns = ztrunk_rt_now_ns() + REFRESH_NS;
    return err;
}

void zti_priv_table_forget(zti_priv_table *t)
{
    ztrunk_nft_free(t->nft);
    ztrunk_ctx_free(t->ctx);
    t->nft = NULL;
    t->ctx = NULL;
    t->refresh_ns = 0;
}

/* Also what a run that was killed has left, though nothing was started here. */
static int32_t remove_it(zti_priv_table *t)
{
    zti_nft_refusal why = {.number = 0};
    int32_t err = zti_nft_claim(t->nft);
    int number;

    if (err == ZTRUNK_OK && t->refresh_ns == 0) err = zti_nft_link_open(&t->nft->link, &why);

    if (err == ZTRUNK_OK) err = zti_nft_remove(t->nft);
    number = errno;
    zti_priv_table_forget(t);
    errno = number;
    return err;
}

int32_t zti_priv_table_do(zti_priv_table *t, uint32_t kind, const ztrunk_prefix *list,
                          uint32_t count)
{
    int32_t err = ZTRUNK_OK;

    if (kind == ZTI_PRIV_NAME) return set_name(t, list, count);
    err = set_up(t);
    if (err != ZTRUNK_OK) return err;
    if (kind == ZTI_PRIV_PORTS) return set_ports(t, list, count);
    if (kind == ZTI_PRIV_SIGNALLING)
        return ztrunk_nft_set_sources(t->nft, ZTRUNK_NFT_SIGNALLING, list, count);
    if (kind == ZTI_PRIV_MEDIA)
        return ztrunk_nft_set_sources(t->nft, ZTRUNK_NFT_MEDIA, list, count);
    if (kind == ZTI_PRIV_START) return start(t);
    if (kind == ZTI_PRIV_REMOVE) return remove_it(t);
    return queue(t, kind, list, count);
}

int zti_priv_table_fd(const zti_priv_table *t)
{
    return t->refresh_ns != 0 ? ztrunk_nft_fd(t->nft) : -1;
}

int zti_priv_table_wait_ms(const zti_priv_table *t)
{
    uint64_t now = ztrunk_rt_now_ns();

    if (t->refresh_ns == 0) return -1;
    return t->refresh_ns > now ? (int)((t->refresh_ns - now) / ZTI_MS) + 1 : 0;
}

/* Opened again for another lease, or not at all. */
static void each_hole(zti_priv_table *t, int32_t (*fn)(ztrunk_nft *, const ztrunk_addr *))
{
    uint32_t place = 0;
    const zti_nft_entry *hole;

    while ((hole = zti_nft_table_next(&t->nft->holes, &place)) != NULL) {
        ztrunk_addr local = hole->key;

        (void)fn(t->nft, &local);
    }
    (void)ztrunk_nft_commit(t->nft);
}

void zti_priv_table_tend(zti_priv_table *t, uint32_t is_touched)
{
    uint64_t now = ztrunk_rt_now_ns();

    if (t->refresh_ns == 0) return;
    if (is_touched) (void)ztrunk_nft_readable(t->nft, NULL);
    if (now < t->refresh_ns) return;
    each_hole(t, ztrunk_nft_refresh);
    t->refresh_ns = now + REFRESH_NS;
}

void zti_priv_table_leave(zti_priv_table *t)
{
    if (t->refresh_ns != 0) each_hole(t, ztrunk_nft_close);
    zti_priv_table_forget(t);
}
