#include <zerotrunk/pinhole.h>

#include "base/addr.h"
#include "base/ctx.h"
#include "base/event.h"
#include "base/map.h"
#include "base/opts.h"
#include "base/slots.h"
#include "base/time.h"
#include "pinhole/hole.h"

#define DEFAULT_MAX_OPEN  8192u
#define DEFAULT_ANSWER_NS (32 * ZTI_SECOND)

/* Waiting events per hole that may be open: a caller that never polls is told so by E_LIMIT. */
#define EVENTS_PER_HOLE 8u

struct ztrunk_pinholes {
    ztrunk_ctx *ctx;
    ztrunk_pinholes_opts opts;
    zti_slots holes;
    zti_map by_local;  /* spec.local -> hole */
    zti_map by_dialog; /* spec.dialog_id -> first hole of the dialog */
    zti_heap timers;
    zti_events events;
};

int32_t ztrunk_pinholes_new(ztrunk_ctx *ctx, const ztrunk_pinholes_opts *opts,
                            ztrunk_pinholes **out)
{
    ztrunk_pinholes_opts o;
    ztrunk_pinholes *p;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&o, sizeof o, opts);
    if (err != ZTRUNK_OK) return err;
    if (o.max_open == 0) o.max_open = DEFAULT_MAX_OPEN;
    if (o.answer_ns == 0) o.answer_ns = DEFAULT_ANSWER_NS;
    p = zti_calloc(ctx, sizeof *p);
    if (p == NULL) return ZTRUNK_E_NOMEM;
    p->ctx = zti_ctx_ref(ctx);
    p->opts = o;
    p->holes = zti_slots_of(ctx, o.max_open);
    p->by_local = zti_map_of(ctx, o.max_open);
    p->by_dialog = zti_map_of(ctx, o.max_open);
    p->timers = zti_heap_of(ctx);
    p->events = zti_events_of(ctx, (size_t)o.max_open * EVENTS_PER_HOLE);
    *out = p;
    return ZTRUNK_OK;
}

static zti_str bytes_of(const void *p, size_t len)
{
    return (zti_str){p, len};
}

static zti_str local_key(const zti_hole *hole)
{
    return bytes_of(&hole->spec.local, sizeof hole->spec.local);
}

static zti_str dialog_key(const zti_hole *hole)
{
    return bytes_of(&hole->spec.dialog_id, sizeof hole->spec.dialog_id);
}

/* A packet filter mirrors the events, so a closing must never be lost: before a hole opens or
 * moves there is room for its event now and for a LATCHED and a CLOSED of every hole later. */
static int32_t reserve_events(ztrunk_pinholes *p, size_t holes)
{
    return zti_events_reserve(&p->events, p->events.count + 1 + 2 * holes);
}

static void tell(ztrunk_pinholes *p, uint32_t kind, const zti_hole *hole, uint64_t now_ns,
                 uint32_t detail)
{
    ztrunk_event event = {.kind = kind, .id = hole->id, .at_ns = now_ns, .detail = detail};

    (void)zti_events_push(&p->events, event);
}

static void arm(ztrunk_pinholes *p, zti_hole *hole)
{
    uint32_t reason;

    (void)zti_heap_set(&p->timers, &hole->timer, zti_hole_deadline(hole, &p->opts, &reason));
}

static int32_t link_to_dialog(ztrunk_pinholes *p, zti_hole *hole)
{
    zti_hole *first = zti_map_get(&p->by_dialog, dialog_key(hole));

    if (first == NULL) return zti_map_put(&p->by_dialog, dialog_key(hole), hole);
    hole->next_of_dialog = first->next_of_dialog;
    first->next_of_dialog = hole;
    return ZTRUNK_OK;
}

static void unlink_from_dialog(ztrunk_pinholes *p, zti_hole *hole)
{
    zti_hole *at = zti_map_get(&p->by_dialog, dialog_key(hole));

    if (at == hole) {
        (void)zti_map_del(&p->by_dialog, dialog_key(hole));
        /* Cannot fail: an entry has just left the map. */
        if (hole->next_of_dialog != NULL)
            (void)zti_map_put(&p->by_dialog, dialog_key(hole->next_of_dialog),
                              hole->next_of_dialog);
        return;
    }
    while (at->next_of_dialog != hole) at = at->next_of_dialog;
    at->next_of_dialog = hole->next_of_dialog;
}

static void forget(ztrunk_pinholes *p, zti_hole *hole)
{
    zti_heap_remove(&p->timers, &hole->timer);
    (void)zti_map_del(&p->by_local, local_key(hole));
    (void)zti_slots_del(&p->holes, hole->id);
    zti_free(p->ctx, hole);
}

static int32_t enter(ztrunk_pinholes *p, zti_hole *hole)
{
    int32_t err = zti_heap_reserve(&p->timers, p->holes.count + 1);

    if (err == ZTRUNK_OK) err = zti_slots_put(&p->holes, hole, &hole->id);
    if (err != ZTRUNK_OK) {
        zti_free(p->ctx, hole);
        return err;
    }
    err = zti_map_put(&p->by_local, local_key(hole), hole);
    if (err == ZTRUNK_OK) err = link_to_dialog(p, hole);
    if (err != ZTRUNK_OK) forget(p, hole);
    return err;
}

static int32_t read_spec(const ztrunk_pinhole_spec *given, ztrunk_pinhole_spec *spec)
{
    int32_t err = zti_opts_read(spec, sizeof *spec, given);

    if (err != ZTRUNK_OK) return err;
    spec->local = zti_addr_normal(&spec->local);
    spec->remote = zti_addr_normal(&spec->remote);
    return zti_hole_spec_check(spec);
}

int32_t ztrunk_pinholes_open(ztrunk_pinholes *p, uint64_t now_ns, const ztrunk_pinhole_spec *given,
                             uint64_t *id)
{
    ztrunk_pinhole_spec spec;
    zti_hole *hole;
    int32_t err;

    if (p == NULL || given == NULL || id == NULL) return ZTRUNK_E_INVALID;
    err = read_spec(given, &spec);
    if (err != ZTRUNK_OK) return err;
    if (zti_map_get(&p->by_local, bytes_of(&spec.local, sizeof spec.local)) != NULL)
        return ZTRUNK_E_STATE;
    if (p->holes.count >= p->opts.max_open) return ZTRUNK_E_LIMIT;
    err = reserve_events(p, p->holes.count + 1);
    if (err != ZTRUNK_OK) return err;
    hole = zti_calloc(p->ctx, sizeof *hole);
    if (hole == NULL) return ZTRUNK_E_NOMEM;
    hole->spec = spec;
    hole->opened_ns = now_ns;
    hole->touched_ns = now_ns;
    hole->timer.owner = hole;
    err = enter(p, hole);
    if (err != ZTRUNK_OK) return err;
    arm(p, hole);
    tell(p, ZTRUNK_EV_PINHOLE_OPENED, hole, now_ns, 0);
    *id = hole->id;
    return ZTRUNK_OK;
}

int32_t ztrunk_pinholes_answered(ztrunk_pinholes *p, uint64_t now_ns, uint64_t id,
                                 const ztrunk_addr *remote)
{
    zti_hole *hole;
    ztrunk_addr plain;
    int32_t err;

    if (p == NULL || remote == NULL || (remote->family != 4 && remote->family != 6))
        return ZTRUNK_E_INVALID;
    hole = zti_slots_get(&p->holes, id);
    if (hole == NULL) return ZTRUNK_E_NOTFOUND;
    plain = zti_addr_normal(remote);
    if (!zti_hole_covers(&hole->spec, &plain)) return ZTRUNK_E_DENIED;
    err = reserve_events(p, p->holes.count);
    if (err != ZTRUNK_OK) return err;
    if (hole->spec.remote.family != 0 && !ztrunk_addr_equal(&hole->spec.remote, &plain))
        zti_hole_move(hole, now_ns);
    hole->spec.remote = plain;
    hole->is_answered = 1;
    hole->touched_ns = now_ns;
    arm(p, hole);
    return ZTRUNK_OK;
}

int32_t ztrunk_pinholes_check(ztrunk_pinholes *p, const ztrunk_addr *from, const ztrunk_addr *to,
                              uint64_t *id)
{
    ztrunk_addr source, local;
    zti_hole *hole;

    if (p == NULL || from == NULL || to == NULL || id == NULL) return ZTRUNK_E_INVALID;
    source = zti_addr_normal(from);
    local = zti_addr_normal(to);
    hole = zti_map_get(&p->by_local, bytes_of(&local, sizeof local));
    if (hole == NULL) return ZTRUNK_E_DENIED;
    if (!zti_hole_admits(hole, &source)) {
        hole->denied++;
        return ZTRUNK_E_DENIED;
    }
    *id = hole->id;
    return ZTRUNK_OK;
}

int32_t ztrunk_pinholes_touch(ztrunk_pinholes *p, uint64_t now_ns, uint64_t id,
                              const ztrunk_addr *from)
{
    zti_hole *hole;
    ztrunk_addr source;

    if (p == NULL || from == NULL) return ZTRUNK_E_INVALID;
    hole = zti_slots_get(&p->holes, id);
    if (hole == NULL) return ZTRUNK_E_NOTFOUND;
    source = zti_addr_normal(from);
    if (!zti_hole_admits(hole, &source)) return ZTRUNK_E_DENIED;
    hole->packets++;
    hole->touched_ns = now_ns;
    if (hole->is_latched || !zti_hole_may_latch(hole, now_ns, &source)) return ZTRUNK_OK;
    hole->is_latched = 1;
    hole->latched = source;
    tell(p, ZTRUNK_EV_PINHOLE_LATCHED, hole, now_ns, 0);
    return ZTRUNK_OK;
}

static void close_hole(ztrunk_pinholes *p, zti_hole *hole, uint64_t now_ns, uint32_t reason)
{
    tell(p, ZTRUNK_EV_PINHOLE_CLOSED, hole, now_ns, reason);
    unlink_from_dialog(p, hole);
    forget(p, hole);
}

int32_t ztrunk_pinholes_close(ztrunk_pinholes *p, uint64_t now_ns, uint64_t id, uint32_t reason)
{
    zti_hole *hole;

    if (p == NULL) return ZTRUNK_E_INVALID;
    hole = zti_slots_get(&p->holes, id);
    if (hole == NULL) return ZTRUNK_E_NOTFOUND;
    close_hole(p, hole, now_ns, reason);
    return ZTRUNK_OK;
}

int32_t ztrunk_pinholes_close_dialog(ztrunk_pinholes *p, uint64_t now_ns, uint64_t dialog_id,
                                     uint32_t *closed)
{
    uint32_t count = 0;
    zti_hole *hole;

    if (p == NULL) return ZTRUNK_E_INVALID;
    while ((hole = zti_map_get(&p->by_dialog, bytes_of(&dialog_id, sizeof dialog_id))) != NULL) {
        close_hole(p, hole, now_ns, ZTRUNK_PINHOLE_DIALOG_ENDED);
        count++;
    }
    if (closed != NULL) *closed = count;
    return ZTRUNK_OK;
}

int32_t ztrunk_pinholes_get_info(const ztrunk_pinholes *p, uint64_t id, ztrunk_pinhole_info *info)
{
    ztrunk_pinhole_info i = {0};
    const zti_hole *hole;

    if (p == NULL || info == NULL) return ZTRUNK_E_INVALID;
    hole = zti_slots_get(&p->holes, id);
    if (hole == NULL) return ZTRUNK_E_NOTFOUND;
    i.is_latched = hole->is_latched;
    i.dialog_id = hole->spec.dialog_id;
    i.local = hole->spec.local;
    i.remote = hole->spec.remote;
    if (hole->is_latched) i.latched = hole->latched;
    i.opened_ns = hole->opened_ns;
    i.touched_ns = hole->touched_ns;
    i.packets = hole->packets;
    i.denied = hole->denied;
    return zti_opts_write(info, &i, sizeof i);
}

uint32_t ztrunk_pinholes_count(const ztrunk_pinholes *p)
{
    return p != NULL ? (uint32_t)p->holes.count : 0;
}

int32_t ztrunk_pinholes_poll(ztrunk_pinholes *p, ztrunk_event *event)
{
    if (p == NULL) return ZTRUNK_E_INVALID;
    return zti_events_poll(&p->events, event);
}

uint64_t ztrunk_pinholes_deadline(const ztrunk_pinholes *p)
{
    return p != NULL ? zti_heap_deadline(&p->timers) : ZTI_NEVER;
}

int32_t ztrunk_pinholes_expire(ztrunk_pinholes *p, uint64_t now_ns)
{
    zti_heap_node *node;

    if (p == NULL) return ZTRUNK_E_INVALID;
    while ((node = zti_heap_due(&p->timers, now_ns)) != NULL) {
        zti_hole *hole = node->owner;
        uint32_t reason;

        /* Packets do not move the timer, they only note the time: look before closing. */
        if (zti_hole_deadline(hole, &p->opts, &reason) > now_ns)
            arm(p, hole);
        else
            close_hole(p, hole, now_ns, reason);
    }
    return ZTRUNK_OK;
}

const char *ztrunk_pinhole_reason_text(uint32_t reason)
{
    static const char *const texts[] = {"unknown",  "dialog ended", "offer unanswered",
                                        "no media", "media moved",  "asked to close"};

    return texts[reason < sizeof texts / sizeof texts[0] ? reason : 0];
}

void ztrunk_pinholes_free(ztrunk_pinholes *p)
{
    ztrunk_ctx *ctx;
    zti_hole *hole;
    size_t place = 0;

    if (p == NULL) return;
    while ((hole = zti_slots_next(&p->holes, &place)) != NULL) zti_free(p->ctx, hole);
    zti_slots_free(&p->holes);
    zti_map_free(&p->by_local);
    zti_map_free(&p->by_dialog);
    zti_heap_free(&p->timers);
    zti_events_free(&p->events);
    ctx = p->ctx;
    zti_free(ctx, p);
    ztrunk_ctx_free(ctx);
}
