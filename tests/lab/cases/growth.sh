#!/usr/bin/env bash
# call after call: memory does not grow, no hole, port or descriptor stays behind
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
calls=${ZT_GROWTH_CALLS:-2500}
rate=100
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
lab_up
trunk_config
trunk_up
pbx_up

memory() { awk '/^RssAnon/ { print $2 }' "/proc/$TRUNK_PID/status"; }
descriptors() { find "/proc/$TRUNK_PID/fd" -mindepth 1 | wc -l; }
nothing_is_left() {
    [ "$(metric zerotrunk_pinholes_open)" -eq 0 ] && [ "$(metric zerotrunk_media_ports_free)" -eq "$ports" ] &&
        [ "$(descriptors)" -le "$open" ]
}
series() { in_ns phone "$LAB_SRC/tools/load.py" series "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" "$1" $rate; }

ports=$(metric zerotrunk_media_ports_free)
# Transactions outlive their calls by 32 s (RFC 3261 timers H, J), so the memory of as many calls as
# fit in that time is in use for good: the first 40 s of calls fill it.
series $((rate * 40))
before=$(memory) open=$(descriptors)
series "$calls"
after=$(memory)
printf '%s calls: from %s kB to %s kB\n' "$calls" "$before" "$after"
[ $((after - before)) -le $((before / 20)) ] || lab_fail 'memory grows with the calls'
# A call has four holes.
opened=$(trunk_log pinhole.opened | wc -l)
printf '%s holes opened, %s closed\n' "$opened" "$(trunk_log pinhole.closed | wc -l)"
[ "$opened" -ge $((calls * 4)) ] && [ "$(trunk_log pinhole.closed | wc -l)" -eq "$opened" ] || lab_fail 'a hole was not closed'
await 10 'everything to be given back' nothing_is_left || lab_fail "$(metrics | grep -E 'pinholes|ports'), $(descriptors) descriptors of $open"
trunk_down
