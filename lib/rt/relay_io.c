#include "rt/relay_io.h"

int32_t zti_relay_io_open(ztrunk_ctx *ctx, uint32_t asked, int wake_fd,
                          const zti_relay_backend **chosen, zti_relay_io **io, const char **reason)
{
    const char *why = NULL;
    int32_t err = ZTRUNK_E_SYSTEM;

    *reason = "epoll was asked for";
    *chosen = &zti_relay_uring;
    if (asked != ZTRUNK_RELAY_EPOLL) err = zti_relay_uring.open(ctx, wake_fd, io, reason);
    if (err == ZTRUNK_OK) *reason = NULL;
    if (err == ZTRUNK_OK || asked == ZTRUNK_RELAY_URING) return err;
    *chosen = &zti_relay_epoll;
    return zti_relay_epoll.open(ctx, wake_fd, io, &why);
}

void zti_relay_sent(zti_relay_leg *leg, uint32_t is_rtcp, size_t len)
{
    zti_relay_counters *c = &leg->counters;

    if (is_rtcp) {
        zti_relay_count(&c->tx_rtcp, 1);
        return;
    }
    zti_relay_count(&c->tx_packets, 1);
    zti_relay_count(&c->tx_bytes, len);
}
