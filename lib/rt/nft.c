#include <zerotrunk/nft.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/addr.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/opts.h"
#include "base/time.h"
#include "rt/loop.h"
#include "rt/nft_print.h"
#include "rt/nft_sync.h"

#define DAY_NS      (86400 * ZTI_SECOND)
#define MAX_TEXT    ((size_t)64 << 20)
/* Of the longest element: an IPv6 hole, three times in a batch; and the messages around them. */
#define ENTRY_BYTES (3 * 64)
#define FIRST_BYTES 65536u

/* ---- options ---- */

static uint32_t is_name(const char *name, size_t cap)
{
    size_t len = strnlen(name, cap);

    for (size_t i = 0; i < len; i++)
        if (!zti_is_alnum(name[i]) && name[i] != '_' && name[i] != '-') return 0;
    /* nft(8) reads no name that begins with anything else. */
    return len > 0 && len < cap && zti_is_alnum(name[0]) && !zti_is_digit(name[0]);
}

static uint32_t set_bound(uint32_t *bound, uint32_t standard, uint32_t most)
{
    if (*bound == 0) *bound = standard;
    return *bound <= most;
}

static int32_t read_opts(ztrunk_nft_opts *o, const ztrunk_nft_opts *given)
{
    int32_t err = zti_opts_read(o, sizeof *o, given);

    if (err != ZTRUNK_OK) return err;
    if (o->table[0] == 0) memcpy(o->table, "zerotrunk", sizeof "zerotrunk");
    if (o->priority == 0) o->priority = -10;
    if (o->lease_ns == 0) o->lease_ns = 60 * ZTI_SECOND;
    if (!is_name(o->table, sizeof o->table) || o->priority < -400 || o->priority > 400)
        return ZTRUNK_E_INVALID;
    if ((o->flags & ~(uint32_t)ZTRUNK_NFT_KEEP) != 0 || o->lease_ns > DAY_NS ||
        o->lease_ns < ZTI_MS)
        return ZTRUNK_E_INVALID;
    return set_bound(&o->max_ports, 64, 1024) && set_bound(&o->max_prefixes, 16384, 65536) &&
                   set_bound(&o->max_holes, 8192, 65536) && set_bound(&o->max_blocked, 4096, 65536)
               ? ZTRUNK_OK
               : ZTRUNK_E_INVALID;
}

/* ---- life ---- */

int32_t ztrunk_nft_new(ztrunk_ctx *ctx, const ztrunk_nft_opts *opts, ztrunk_nft **out)
{
    ztrunk_nft_opts o;
    ztrunk_nft *nft;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = read_opts(&o, opts);
    if (err != ZTRUNK_OK) return err;
    nft = zti_calloc(ctx, sizeof *nft);
    if (nft == NULL) return ZTRUNK_E_NOMEM;
    nft->ctx = zti_ctx_ref(ctx);
    nft->opts = o;
    nft->events = (zti_nft_events){.fd = -1, .timer = -1};
    nft->owner = -1;
    err = zti_nft_table_init(&nft->holes, ctx, o.max_holes);
    if (err == ZTRUNK_OK) err = zti_nft_table_init(&nft->blocked, ctx, o.max_blocked);
    if (err == ZTRUNK_OK)
        err = zti_nft_batch_init(&nft->batch, ctx,
                                 FIRST_BYTES + ((size_t)o.max_holes + o.max_blocked) * ENTRY_BYTES);
    if (err != ZTRUNK_OK) {
        ztrunk_nft_free(nft);
        return err;
    }
    *out = nft;
    return ZTRUNK_OK;
}

void ztrunk_nft_free(ztrunk_nft *nft)
{
    ztrunk_ctx *ctx;

    if (nft == NULL) return;
    ctx = nft->ctx;
    if (nft->is_started && !(nft->opts.flags & ZTRUNK_NFT_KEEP)) (void)zti_nft_remove(nft);
    if (nft->is_started) zti_nft_events_close(&nft->events);
    zti_nft_link_close(&nft->link);
    if (nft->owner >= 0) close(nft->owner);
    zti_nft_batch_free(&nft->batch);
    zti_nft_table_free(&nft->blocked);
    zti_nft_table_free(&nft->holes);
    for (uint32_t i = 0; i < 2; i++) zti_free(ctx, nft->lists[i].spans);
    zti_free(ctx, nft->ports);
    zti_free(ctx, nft);
    ztrunk_ctx_free(ctx);
}

/* Listens first: what happens to the table once it is there is seen. */
static int32_t open_sockets(ztrunk_nft *nft)
{
    zti_nft_refusal why;

    if (zti_nft_link_open(&nft->link, &why) != ZTRUNK_OK)
        return zti_nft_refused(nft, "netlink socket", why.number);
    if (zti_nft_events_open(&nft->events, zti_nft_link_port(&nft->link)) != ZTRUNK_OK)
        return zti_nft_refused(nft, "netlink events", errno);
    return ZTRUNK_OK;
}

int32_t ztrunk_nft_start(ztrunk_nft *nft)
{
    int32_t err;
    int number;

    if (nft == NULL) return ZTRUNK_E_INVALID;
    if (nft->is_started) return ZTRUNK_E_STATE;
    nft->error[0] = 0;
    err = zti_nft_claim(nft);
    if (err != ZTRUNK_OK) return err;
    err = open_sockets(nft);
    if (err == ZTRUNK_OK) err = zti_nft_build(nft, ztrunk_rt_now_ns());
    if (err == ZTRUNK_OK) {
        nft->is_started = 1;
        return ZTRUNK_OK;
    }
    number = errno;
    zti_nft_events_close(&nft->events);
    zti_nft_link_close(&nft->link);
    errno = number;
    return err;
}

int32_t ztrunk_nft_print(ztrunk_nft *nft, char *text, size_t cap, size_t *len)
{
    zti_buf b;
    int32_t err;

    if (nft == NULL || len == NULL || (text == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    b = zti_buf_of(nft->ctx, MAX_TEXT);
    zti_nft_print_table(&b, nft, ztrunk_rt_now_ns());
    zti_buf_char(&b, 0);
    err = b.err != ZTRUNK_OK ? b.err : zti_copy_out(zti_buf_view(&b), text, cap, len);
    if (err == ZTRUNK_OK) *len -= 1;
    zti_buf_free(&b);
    return err;
}

const char *ztrunk_nft_error(const ztrunk_nft *nft)
{
    return nft != NULL ? nft->error : "";
}

int32_t ztrunk_nft_get_info(const ztrunk_nft *nft, ztrunk_nft_info *info)
{
    ztrunk_nft_info now = {.size = sizeof now};

    if (nft == NULL || info == NULL) return ZTRUNK_E_INVALID;
    now.is_up = nft->is_started && !nft->is_touched;
    now.ports = nft->port_count;
    now.holes = nft->holes.count;
    now.blocked = nft->blocked.count;
    now.signalling = nft->lists[0].v4 + nft->lists[0].v6;
    now.media = nft->lists[1].v4 + nft->lists[1].v6;
    now.commits = nft->commits;
    now.rebuilds = nft->rebuilds;
    return zti_opts_write(info, &now, sizeof now);
}
