#include "rt/relay_hole.h"

#include <string.h>
#include <zerotrunk/filter.h>
#include "base/map.h"

static zti_str key_of(const uint64_t *hole)
{
    return (zti_str){(const char *)hole, sizeof *hole};
}

static zti_port *port_of(const zti_relay_leg *leg, uint32_t is_rtcp)
{
    return is_rtcp ? &leg->ports->rtcp : &leg->ports->rtp;
}

static void tell_event(zti_relay_worker *w, uint32_t kind, const ztrunk_event *from,
                       const zti_relay_leg *leg, const ztrunk_addr *addr)
{
    zti_relay_event e = {.event = {.kind = kind,
                                   .id = leg->call->id,
                                   .at_ns = from->at_ns,
                                   .detail = leg->index | from->detail << 8}};

    e.addr = *addr;
    zti_relay_events_push(w->events, &e);
}

/* The table has closed it: so does the kernel, and the leg forgets it. */
static void forget(zti_relay_worker *w, zti_relay_leg *leg, uint32_t is_rtcp)
{
    (void)ztrunk_filter_park(port_of(leg, is_rtcp)->fd);
    (void)zti_map_del(&w->by_hole, key_of(&leg->holes[is_rtcp]));
    leg->holes[is_rtcp] = 0;
    zti_relay_unlatch(leg, is_rtcp);
}

void zti_relay_holes_tell(zti_relay_worker *w)
{
    ztrunk_event event = {.size = sizeof event};

    while (ztrunk_pinholes_poll(w->holes, &event) == ZTRUNK_OK && event.kind != ZTRUNK_EV_NONE) {
        zti_relay_leg *leg = zti_map_get(&w->by_hole, key_of(&event.id));
        uint32_t is_rtcp;

        if (leg == NULL) continue;
        is_rtcp = leg->holes[1] == event.id;
        if (event.kind == ZTRUNK_EV_PINHOLE_OPENED)
            tell_event(w, ZTRUNK_EV_RELAY_OPENED, &event, leg, &port_of(leg, is_rtcp)->local);
        if (event.kind == ZTRUNK_EV_PINHOLE_LATCHED)
            tell_event(w, ZTRUNK_EV_RELAY_LATCHED, &event, leg, &leg->latched[is_rtcp]);
        if (event.kind == ZTRUNK_EV_PINHOLE_CLOSED) {
            tell_event(w, ZTRUNK_EV_RELAY_CLOSED, &event, leg, &port_of(leg, is_rtcp)->local);
            forget(w, leg, is_rtcp);
        }
    }
}

static int32_t open_hole(zti_relay_worker *w, zti_relay_leg *leg, uint32_t is_rtcp, uint64_t now_ns)
{
    const zti_relay_call *call = leg->call;
    ztrunk_pinhole_spec spec = {.size = sizeof spec, .dialog_id = call->id};
    zti_port *port = port_of(leg, is_rtcp);
    int32_t err;

    spec.local = port->local;
    spec.prefix_count = call->prefix_count[leg->index];
    memcpy(spec.prefixes, call->prefixes[leg->index], sizeof spec.prefixes);
    err = ztrunk_pinholes_open(w->holes, now_ns, &spec, &leg->holes[is_rtcp]);
    if (err != ZTRUNK_OK) return err;
    err = zti_map_put(&w->by_hole, key_of(&leg->holes[is_rtcp]), leg);
    if (err == ZTRUNK_OK) err = zti_port_admit(port, spec.prefixes, spec.prefix_count);
    if (err != ZTRUNK_OK) {
        (void)ztrunk_pinholes_close(w->holes, now_ns, leg->holes[is_rtcp], ZTRUNK_PINHOLE_ASKED);
        forget(w, leg, is_rtcp);
    }
    return err;
}

static void answer(zti_relay_worker *w, zti_relay_leg *leg, uint32_t is_rtcp, uint64_t now_ns)
{
    const ztrunk_addr *remote = is_rtcp ? &leg->spec.rtcp : &leg->spec.rtp;
    ztrunk_pinhole_info info = {.size = sizeof info};

    if (remote->family == 0) return;
    (void)ztrunk_pinholes_answered(w->holes, now_ns, leg->holes[is_rtcp], remote);
    if (ztrunk_pinholes_get_info(w->holes, leg->holes[is_rtcp], &info) != ZTRUNK_OK) return;
    if (!info.is_latched) zti_relay_unlatch(leg, is_rtcp);
}

static void set_hole(zti_relay_worker *w, zti_relay_leg *leg, uint32_t is_rtcp, uint64_t now_ns)
{
    if (leg->holes[is_rtcp] == 0 && open_hole(w, leg, is_rtcp, now_ns) != ZTRUNK_OK) return;
    answer(w, leg, is_rtcp, now_ns);
}

void zti_relay_holes_set(zti_relay_worker *w, zti_relay_leg *leg, uint64_t now_ns)
{
    set_hole(w, leg, 0, now_ns);
    if (!leg->spec.rtcp_mux)
        set_hole(w, leg, 1, now_ns);
    else if (leg->holes[1] != 0)
        (void)ztrunk_pinholes_close(w->holes, now_ns, leg->holes[1], ZTRUNK_PINHOLE_REPLACED);
    zti_relay_holes_tell(w);
}

void zti_relay_holes_close(zti_relay_worker *w, zti_relay_leg *leg, uint64_t now_ns)
{
    for (uint32_t is_rtcp = 0; is_rtcp < 2; is_rtcp++)
        if (leg->holes[is_rtcp] != 0)
            (void)ztrunk_pinholes_close(w->holes, now_ns, leg->holes[is_rtcp],
                                        ZTRUNK_PINHOLE_DIALOG_ENDED);
    zti_relay_holes_tell(w);
}

void zti_relay_holes_expire(zti_relay_worker *w, uint64_t now_ns)
{
    (void)ztrunk_pinholes_expire(w->holes, now_ns);
    zti_relay_holes_tell(w);
}
