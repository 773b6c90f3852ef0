/* What the engines have to say: bytes for the transports, ends of transactions and dialogs, holes.
 */
#include "call.h"
#include "leg.h"
#include "nft.h"

static void send_out(struct daemon *d, uint64_t flow, size_t len)
{
    int32_t err = ztrunk_net_send(d->net, flow, d->wire, len);

    if (err != ZTRUNK_OK) (void)ztrunk_txns_flow_failed(d->txns, ztrunk_rt_now_ns(), flow);
}

static uint32_t pull_all(struct daemon *d)
{
    uint32_t moved = 0;
    uint64_t flow = 0;
    size_t len = 0;

    while (ztrunk_txns_pull(d->txns, &flow, d->wire, sizeof d->wire, &len) == ZTRUNK_OK &&
           len > 0) {
        send_out(d, flow, len);
        moved = 1;
    }
    while (ztrunk_dialogs_pull(d->dialogs, &flow, d->wire, sizeof d->wire, &len) == ZTRUNK_OK &&
           len > 0) {
        (void)ztrunk_net_send(d->net, flow, d->wire, len);
        moved = 1;
    }
    return moved;
}

static uint32_t poll_txns(struct daemon *d)
{
    ztrunk_event event = {.size = sizeof event};
    uint32_t moved = 0;

    while (ztrunk_txns_poll(d->txns, &event) == ZTRUNK_OK && event.kind != ZTRUNK_EV_NONE) {
        moved = 1;
        if (event.kind == ZTRUNK_EV_TXN_TIMEOUT) call_txn_failed(d, event.id, 408);
        if (event.kind == ZTRUNK_EV_TXN_UNREACHABLE) call_txn_failed(d, event.id, 503);
        if (event.kind == ZTRUNK_EV_TXN_ENDED) call_txn_ended(d, event.id, event.error);
    }
    return moved;
}

static uint32_t poll_dialogs(struct daemon *d)
{
    ztrunk_event event = {.size = sizeof event};
    uint32_t moved = 0;

    while (ztrunk_dialogs_poll(d->dialogs, &event) == ZTRUNK_OK && event.kind != ZTRUNK_EV_NONE) {
        struct leg *leg = idmap_get(&d->dialog_of, event.id);

        moved = 1;
        if (event.kind == ZTRUNK_EV_DIALOG_NO_ACK && leg != NULL && !leg->call->is_over)
            call_end(leg->call, "no ACK came");
    }
    return moved;
}

static void log_hole(struct daemon *d, const ztrunk_event *event, const struct call *call)
{
    static const char *const names[] = {"pinhole.opened", "pinhole.latched", "pinhole.closed"};
    struct log_line line;

    log_begin(&line, &d->log, LOG_INFO, names[event->kind - ZTRUNK_EV_RELAY_OPENED],
              call != NULL ? call->id : 0);
    log_word(&line, "side", (event->detail & 0xff) == CLOUD ? "cloud" : "inside");
    if (event->data != NULL) log_addr(&line, "address", (const ztrunk_addr *)event->data);
    if (event->kind == ZTRUNK_EV_RELAY_CLOSED)
        log_word(&line, "why", ztrunk_pinhole_reason_text(event->detail >> 8));
    log_end(&line);
}

static uint32_t poll_relay(struct daemon *d)
{
    ztrunk_event event = {.size = sizeof event};
    uint32_t moved = 0;

    while (ztrunk_relay_poll(d->relay, &event) == ZTRUNK_OK && event.kind != ZTRUNK_EV_NONE) {
        struct call *call = idmap_get(&d->relay_of, event.id);

        moved = 1;
        if (event.kind <= ZTRUNK_EV_RELAY_CLOSED) log_hole(d, &event, call);
        if (event.kind != ZTRUNK_EV_RELAY_LATCHED && event.kind <= ZTRUNK_EV_RELAY_CLOSED &&
            (event.detail & 0xff) == CLOUD && event.data != NULL)
            nft_hole(d, (const ztrunk_addr *)event.data, event.kind == ZTRUNK_EV_RELAY_OPENED);
        d->counts.holes_opened += event.kind == ZTRUNK_EV_RELAY_OPENED;
        d->counts.holes_closed += event.kind == ZTRUNK_EV_RELAY_CLOSED;
        if (event.kind == ZTRUNK_EV_RELAY_SILENT && call != NULL && call->is_answered &&
            !call->is_over)
            call_end(call, "no media");
    }
    nft_flush(d);
    return moved;
}

/* The relay's events first: what it has opened is open in the kernel's table, too, before more is
 * sent. */
uint32_t pump_engines(struct daemon *d)
{
    uint32_t moved = poll_relay(d);

    moved |= poll_txns(d);
    moved |= poll_dialogs(d);
    moved |= pull_all(d);
    return moved;
}
