#include <zerotrunk/nft.h>

#include <errno.h>
#include "rt/loop.h"
#include "rt/nft_sync.h"

/* Two programs that each take the table for their own must not keep a processor busy with it. */
#define PAUSE_NS (100 * ZTI_MS)
#define RETRY_NS ZTI_SECOND

int ztrunk_nft_fd(const ztrunk_nft *nft)
{
    return nft != NULL && nft->is_started ? nft->events.fd : -1;
}

static int32_t try_again_later(ztrunk_nft *nft, int32_t err)
{
    int number = errno;

    zti_nft_events_wake(&nft->events, RETRY_NS);
    errno = number;
    return err;
}

int32_t ztrunk_nft_readable(ztrunk_nft *nft, uint32_t *rebuilt)
{
    uint64_t now_ns, ready_ns;
    int32_t err;

    if (nft == NULL) return ZTRUNK_E_INVALID;
    if (!nft->is_started) return ZTRUNK_E_STATE;
    nft->error[0] = 0;
    if (rebuilt != NULL) *rebuilt = 0;
    nft->is_touched |= zti_nft_events_read(&nft->events, nft->opts.table);
    if (!nft->is_touched) return ZTRUNK_OK;
    now_ns = ztrunk_rt_now_ns();
    ready_ns = zti_time_add(nft->rebuilt_ns, PAUSE_NS);
    if (nft->rebuilt_ns != 0 && now_ns < ready_ns) {
        zti_nft_events_wake(&nft->events, ready_ns - now_ns);
        return ZTRUNK_OK;
    }
    err = zti_nft_build(nft, now_ns);
    nft->rebuilt_ns = ztrunk_rt_now_ns(); /* a long list takes its time, which is no pause */
    if (err != ZTRUNK_OK) return try_again_later(nft, err);
    nft->is_touched = 0;
    nft->rebuilds++;
    if (rebuilt != NULL) *rebuilt = 1;
    return ZTRUNK_OK;
}
