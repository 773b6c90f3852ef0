#include "rt/nft_sync.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include "base/time.h"
#include "rt/nft_owner.h"
#include "rt/nft_rule.h"

int32_t zti_nft_refused(ztrunk_nft *nft, const char *what, int number)
{
    snprintf(nft->error, sizeof nft->error, "%s: %s%s", what, strerror(number),
             number == EPERM ? " (it needs CAP_NET_ADMIN)" : "");
    errno = number;
    return ZTRUNK_E_SYSTEM;
}

int32_t zti_nft_claim(ztrunk_nft *nft)
{
    char what[64];

    if (nft->owner < 0) nft->owner = zti_nft_own(nft->opts.table);
    if (nft->owner >= 0) return ZTRUNK_OK;
    snprintf(what, sizeof what, "table %s: another process has it", nft->opts.table);
    return zti_nft_refused(nft, what, errno);
}

static int32_t send_batch(ztrunk_nft *nft)
{
    zti_nft_refusal why;
    char what[64];
    int32_t err = zti_nft_batch_end(&nft->batch);

    if (err != ZTRUNK_OK) return err;
    err = zti_nft_link_send(&nft->link, nft->batch.data, nft->batch.len, &why);
    if (err == ZTRUNK_OK) return ZTRUNK_OK;
    zti_nft_describe(&nft->batch, why.seq, what, sizeof what);
    return zti_nft_refused(nft, what, why.number);
}

const zti_nft_table *zti_nft_table_of(const ztrunk_nft *nft, uint32_t set)
{
    return set < ZTI_NFT_SIGNALLING ? &nft->blocked : &nft->holes;
}

uint32_t zti_nft_is_in(uint32_t set, const zti_nft_entry *entry, const ztrunk_addr *remote)
{
    uint32_t of = remote->family == 0 ? ZTI_NFT_OPEN : ZTI_NFT_HOLES;

    if (set < ZTI_NFT_SIGNALLING) of = ZTI_NFT_BLOCKED;
    return set == of + (entry->key.family == 6);
}

/* A dirty entry begins its time anew, any other has what is left of it. */
uint64_t zti_nft_left(const zti_nft_entry *entry, uint64_t now_ns)
{
    if (entry->is_dirty) return entry->lifetime_ns;
    return entry->until_ns > now_ns ? entry->until_ns - now_ns : 0;
}

static void put_entry(zti_nft_elems *e, const zti_nft_entry *entry, const ztrunk_addr *remote,
                      uint64_t lifetime_ns)
{
    const ztrunk_addr *source = e->set < ZTI_NFT_SIGNALLING ? &entry->key : remote;
    uint8_t key[36];
    size_t len = zti_nft_key(e->set, source, &entry->key, key);

    zti_nft_elem(e, key, len, 0, lifetime_ns);
}

static void settle(ztrunk_nft *nft, uint64_t now_ns)
{
    nft->commits++;
    zti_nft_table_settle(&nft->holes, now_ns);
    zti_nft_table_settle(&nft->blocked, now_ns);
}

/* ---- the whole ---- */

static void put_timed(ztrunk_nft *nft, uint32_t set, uint64_t now_ns)
{
    zti_nft_elems e = zti_nft_elems_of(&nft->batch, nft->opts.table, set, NFT_MSG_NEWSETELEM);
    const zti_nft_table *table = zti_nft_table_of(nft, set);
    const zti_nft_entry *entry;
    uint32_t place = 0;

    while ((entry = zti_nft_table_next(table, &place)) != NULL) {
        uint64_t left = zti_nft_left(entry, now_ns);

        if (left > 0 && zti_nft_is_in(set, entry, &entry->remote))
            put_entry(&e, entry, &entry->remote, left);
    }
    zti_nft_elems_end(&e);
}

static void put_list(ztrunk_nft *nft, uint32_t set)
{
    const zti_nft_list *list = &nft->lists[set >= ZTI_NFT_MEDIA];

    if (zti_nft_set_of(set)->family == 4)
        zti_nft_spans_put(&nft->batch, nft->opts.table, set, list->spans, list->v4);
    else if (list->v6 > 0)
        zti_nft_spans_put(&nft->batch, nft->opts.table, set, list->spans + list->v4, list->v6);
}

/* Deleting what is not there is an error that takes the batch with it: so it is made first. */
static void put_fresh_table(ztrunk_nft *nft)
{
    zti_nft_msg(&nft->batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, nft->opts.table);
    zti_nft_msg(&nft->batch, NFT_MSG_DELTABLE, 0, nft->opts.table);
    zti_nft_msg(&nft->batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, nft->opts.table);
}

static void put_rules(ztrunk_nft *nft)
{
    const zti_nft_rule *fixed;

    for (uint32_t i = 0; i < nft->port_count; i++) {
        zti_nft_rule rule = zti_nft_rule_of_port(&nft->ports[i]);

        zti_nft_rule_put(&nft->batch, nft->opts.table, &rule);
    }
    for (uint32_t i = 0; (fixed = zti_nft_rule_fixed(i)) != NULL; i++)
        zti_nft_rule_put(&nft->batch, nft->opts.table, fixed);
}

int32_t zti_nft_build(ztrunk_nft *nft, uint64_t now_ns)
{
    zti_nft_batch *b = &nft->batch;
    int32_t err;

    zti_nft_batch_begin(b);
    put_fresh_table(nft);
    for (uint32_t set = 0; set < ZTI_NFT_SETS; set++) {
        zti_nft_set_put(b, nft->opts.table, set);
        if (zti_nft_set_of(set)->is_timed)
            put_timed(nft, set, now_ns);
        else
            put_list(nft, set);
    }
    for (uint32_t chain = 0; chain < ZTI_NFT_CHAINS; chain++)
        zti_nft_chain_put(b, nft->opts.table, chain, nft->opts.priority);
    put_rules(nft);
    err = send_batch(nft);
    if (err == ZTRUNK_OK) settle(nft, now_ns);
    return err;
}

/* ---- what is queued ----
 *
 * What the kernel has of a dirty entry goes, what is wanted comes. The old element may have ended
 * by itself, and taking out what is not there would fail the batch: so it is put in once more,
 * which changes nothing when it is there, and then taken out. */

enum pass { PUT_OLD, TAKE_OLD, PUT_NEW };

static void pass_entry(zti_nft_elems *e, const zti_nft_entry *entry, enum pass pass)
{
    if (pass == PUT_NEW) {
        if (entry->lifetime_ns > 0 && zti_nft_is_in(e->set, entry, &entry->remote))
            put_entry(e, entry, &entry->remote, entry->lifetime_ns);
    } else if (entry->is_sent && zti_nft_is_in(e->set, entry, &entry->sent)) {
        put_entry(e, entry, &entry->sent, pass == PUT_OLD ? ZTI_SECOND : 0);
    }
}

static void put_changes(ztrunk_nft *nft, uint32_t set, enum pass pass)
{
    uint16_t type = pass == TAKE_OLD ? NFT_MSG_DELSETELEM : NFT_MSG_NEWSETELEM;
    zti_nft_elems e = zti_nft_elems_of(&nft->batch, nft->opts.table, set, type);
    const zti_nft_table *table = zti_nft_table_of(nft, set);
    const zti_nft_entry *entry = zti_nft_table_dirty(table);

    for (; entry != NULL; entry = zti_nft_table_dirty_after(table, entry))
        pass_entry(&e, entry, pass);
    zti_nft_elems_end(&e);
}

int32_t zti_nft_update(ztrunk_nft *nft, uint64_t now_ns)
{
    int32_t err;

    zti_nft_batch_begin(&nft->batch);
    for (uint32_t set = 0; set < ZTI_NFT_SETS; set++) {
        if (!zti_nft_set_of(set)->is_timed) continue;
        put_changes(nft, set, PUT_OLD);
        put_changes(nft, set, TAKE_OLD);
        put_changes(nft, set, PUT_NEW);
    }
    err = send_batch(nft);
    if (err == ZTRUNK_OK) settle(nft, now_ns);
    return err;
}

int32_t zti_nft_remove(ztrunk_nft *nft)
{
    zti_nft_batch_begin(&nft->batch);
    zti_nft_msg(&nft->batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, nft->opts.table);
    zti_nft_msg(&nft->batch, NFT_MSG_DELTABLE, 0, nft->opts.table);
    return send_batch(nft);
}
