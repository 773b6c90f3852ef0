#include "pinhole/hole.h"

#include "base/addr.h"
#include "base/time.h"

/* What was under way when the peer moved has arrived by then; whoever still sends from the old
 * place stays there, whatever its SDP says. */
#define MOVE_NS (2 * ZTI_SECOND)

#define MAX_PREFIXES (sizeof((ztrunk_pinhole_spec *)0)->prefixes / sizeof(ztrunk_prefix))

int32_t zti_hole_spec_check(const ztrunk_pinhole_spec *spec)
{
    if (spec->local.family != 4 && spec->local.family != 6) return ZTRUNK_E_INVALID;
    if (spec->local.port == 0 || spec->prefix_count > MAX_PREFIXES) return ZTRUNK_E_INVALID;
    if (spec->flags & ~(uint32_t)ZTRUNK_PINHOLE_NO_LATCH) return ZTRUNK_E_INVALID;
    if (spec->remote.family == 0) return ZTRUNK_OK;
    return zti_hole_covers(spec, &spec->remote) ? ZTRUNK_OK : ZTRUNK_E_DENIED;
}

uint32_t zti_hole_covers(const ztrunk_pinhole_spec *spec, const ztrunk_addr *addr)
{
    for (uint32_t i = 0; i < spec->prefix_count; i++)
        if (ztrunk_prefix_contains(&spec->prefixes[i], addr)) return 1;
    return spec->prefix_count == 0;
}

uint32_t zti_hole_admits(const zti_hole *hole, const ztrunk_addr *from)
{
    if (hole->is_latched) return ztrunk_addr_equal(&hole->latched, from);
    if (hole->spec.flags & ZTRUNK_PINHOLE_NO_LATCH)
        return ztrunk_addr_equal(&hole->spec.remote, from);
    return zti_hole_covers(&hole->spec, from);
}

void zti_hole_move(zti_hole *hole, uint64_t now_ns)
{
    if (hole->is_latched) hole->left = hole->latched;
    hole->is_latched = 0;
    hole->left_until_ns = zti_time_add(now_ns, MOVE_NS);
}

uint32_t zti_hole_may_latch(const zti_hole *hole, uint64_t now_ns, const ztrunk_addr *from)
{
    if (now_ns >= hole->left_until_ns || ztrunk_addr_equal(&hole->spec.remote, from)) return 1;
    return !ztrunk_addr_equal(&hole->left, from);
}

uint64_t zti_hole_deadline(const zti_hole *hole, const ztrunk_pinholes_opts *opts, uint32_t *reason)
{
    *reason = ZTRUNK_PINHOLE_UNANSWERED;
    if (!hole->is_answered) return zti_time_add(hole->opened_ns, opts->answer_ns);
    *reason = ZTRUNK_PINHOLE_SILENCE;
    if (opts->idle_ns == 0) return ZTI_NEVER;
    return zti_time_add(hole->touched_ns, opts->idle_ns);
}
