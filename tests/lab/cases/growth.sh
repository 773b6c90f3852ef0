#!/usr/bin/env bash
# call after call: memory does not grow
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
calls=${ZT_GROWTH_CALLS:-1000}
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
lab_up
trunk_config
trunk_up
lab_spawn pbx load "$LAB_SRC/tools/load.py" pbx $PBX4 5060
await_line load.log ready 10

memory() { awk '/^RssAnon/ { print $2 }' "/proc/$TRUNK_PID/status"; }
series() { in_ns phone "$LAB_SRC/tools/load.py" series $EDGE4:5061 $SBC "$LAB_DIR/pki" "$1"; }

series $((calls / 4))
before=$(memory)
series "$calls"
after=$(memory)
printf '%s calls: from %s kB to %s kB\n' "$calls" "$before" "$after"
# A transaction lives on for 32 s after its end (RFC 3261 timers B, H, J): as many calls as fit in
# that time may be held; half a kB a call is far below one leaked call.
[ $((after - before)) -le $((calls / 2 + 512)) ] || lab_fail 'memory grows with the calls'
trunk_down
