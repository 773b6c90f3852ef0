#include <zerotrunk/nft.h>

#include <errno.h>
#include "base/addr.h"
#include "rt/loop.h"
#include "rt/nft_sync.h"

#define MAX_BLOCK_NS (30 * 86400 * ZTI_SECOND)

/* As a table's key: one spelling, and no scope, which no packet carries. */
static ztrunk_addr key_of(const ztrunk_addr *addr)
{
    ztrunk_addr key = zti_addr_normal(addr);

    key.scope_id = 0;
    return key;
}

static uint32_t has_family(const ztrunk_addr *addr)
{
    return addr->family == 4 || addr->family == 6;
}

static zti_nft_entry *find_or_add(zti_nft_table *t, const ztrunk_addr *key)
{
    zti_nft_entry *entry = zti_nft_table_find(t, key);

    if (entry != NULL) return entry;
    zti_nft_table_expire(t, ztrunk_rt_now_ns());
    return zti_nft_table_add(t, key);
}

int32_t ztrunk_nft_open(ztrunk_nft *nft, const ztrunk_addr *local, const ztrunk_addr *remote)
{
    ztrunk_addr key, from = {.family = 0};
    zti_nft_entry *hole;

    if (nft == NULL || local == NULL || !has_family(local) || local->port == 0)
        return ZTRUNK_E_INVALID;
    key = key_of(local);
    if (remote != NULL && remote->family != 0) {
        from = key_of(remote);
        from.port = 0;
        if (from.family != key.family) return ZTRUNK_E_INVALID;
    }
    hole = find_or_add(&nft->holes, &key);
    if (hole == NULL) return ZTRUNK_E_LIMIT;
    hole->remote = from;
    hole->lifetime_ns = nft->opts.lease_ns;
    zti_nft_table_soil(&nft->holes, hole);
    return ZTRUNK_OK;
}

/* What is wanted still, not what only waits to be taken out. */
static zti_nft_entry *find_live(zti_nft_table *t, const ztrunk_addr *addr, uint16_t port)
{
    ztrunk_addr key = key_of(addr);
    zti_nft_entry *entry;

    key.port = port;
    zti_nft_table_expire(t, ztrunk_rt_now_ns());
    entry = zti_nft_table_find(t, &key);
    return entry != NULL && entry->lifetime_ns > 0 ? entry : NULL;
}

int32_t ztrunk_nft_refresh(ztrunk_nft *nft, const ztrunk_addr *local)
{
    zti_nft_entry *hole;

    if (nft == NULL || local == NULL) return ZTRUNK_E_INVALID;
    hole = find_live(&nft->holes, local, local->port);
    if (hole == NULL) return ZTRUNK_E_NOTFOUND;
    zti_nft_table_soil(&nft->holes, hole);
    return ZTRUNK_OK;
}

int32_t ztrunk_nft_close(ztrunk_nft *nft, const ztrunk_addr *local)
{
    zti_nft_entry *hole;

    if (nft == NULL || local == NULL) return ZTRUNK_E_INVALID;
    hole = find_live(&nft->holes, local, local->port);
    if (hole == NULL) return ZTRUNK_E_NOTFOUND;
    hole->lifetime_ns = 0;
    zti_nft_table_soil(&nft->holes, hole);
    return ZTRUNK_OK;
}

int32_t ztrunk_nft_block(ztrunk_nft *nft, const ztrunk_addr *addr, uint64_t ns)
{
    zti_nft_entry *blocked;
    ztrunk_addr key;

    if (nft == NULL || addr == NULL || !has_family(addr)) return ZTRUNK_E_INVALID;
    if (ns < ZTI_MS || ns > MAX_BLOCK_NS) return ZTRUNK_E_INVALID;
    key = key_of(addr);
    key.port = 0;
    blocked = find_or_add(&nft->blocked, &key);
    if (blocked == NULL) return ZTRUNK_E_LIMIT;
    blocked->lifetime_ns = ns;
    zti_nft_table_soil(&nft->blocked, blocked);
    return ZTRUNK_OK;
}

int32_t ztrunk_nft_unblock(ztrunk_nft *nft, const ztrunk_addr *addr)
{
    zti_nft_entry *blocked;

    if (nft == NULL || addr == NULL) return ZTRUNK_E_INVALID;
    blocked = find_live(&nft->blocked, addr, 0);
    if (blocked == NULL) return ZTRUNK_E_NOTFOUND;
    blocked->lifetime_ns = 0;
    zti_nft_table_soil(&nft->blocked, blocked);
    return ZTRUNK_OK;
}

/* ENOENT: the table, or a part of it, is gone, and the event of that is still to be read. */
int32_t ztrunk_nft_commit(ztrunk_nft *nft)
{
    uint64_t now_ns;
    int32_t err;

    if (nft == NULL) return ZTRUNK_E_INVALID;
    if (!nft->is_started) return ZTRUNK_E_STATE;
    nft->error[0] = 0;
    if (zti_nft_table_dirty(&nft->holes) == NULL && zti_nft_table_dirty(&nft->blocked) == NULL)
        return ZTRUNK_OK;
    now_ns = ztrunk_rt_now_ns();
    err = zti_nft_update(nft, now_ns);
    return err == ZTRUNK_E_SYSTEM && errno == ENOENT ? zti_nft_build(nft, now_ns) : err;
}
