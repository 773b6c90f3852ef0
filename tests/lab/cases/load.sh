#!/usr/bin/env bash
# 200 calls at once with media both ways: no packet lost in the relay
# alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
calls=${ZT_LOAD_CALLS:-200}
seconds=${ZT_LOAD_SECONDS:-10}
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
lab_up
trunk_config
trunk_up
pbx_up
memory() { awk '/^RssAnon/ { print $2 }' "/proc/$TRUNK_PID/status"; }
idle=$(memory)
lab_spawn phone cloud "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" "$calls" "$seconds"
cloud=$LAB_PID
await 60 'all calls to be up' has_line cloud.log '^up '
printf '%s; memory %s kB for each call\n' "$(<"$LAB_DIR/cloud.log")" $((($(memory) - idle) / calls))
wait "$cloud" || lab_fail "not every call was answered and ended: $(<"$LAB_DIR/cloud.log")"
lab_stop "$pbx"
tail -n 1 "$LAB_DIR/load.log"

number() { sed -n "s/.* $2 \([0-9]*\).*/\1/p" "$1" | tail -n 1; }
sent=$(number "$LAB_DIR/cloud.log" sent) got=$(number "$LAB_DIR/load.log" received)
back=$(number "$LAB_DIR/load.log" sent) heard=$(number "$LAB_DIR/cloud.log" received)
printf 'cloud to PBX %s of %s, PBX to cloud %s of %s\n' "$got" "$sent" "$heard" "$back"
# What the relay itself counted says on which side of it a packet went missing.
trunk_log call.end -p cloud_rx inside_tx inside_rx cloud_tx |
    awk '{ a += $1; b += $2; c += $3; d += $4 } END { print "relay: in", a, "out", b, "and in", c, "out", d }'
[ "$sent" -gt 0 ] || lab_fail "nothing was sent"
[ "$got" -eq "$sent" ] || lab_fail 'packets lost on the way to the PBX'
[ "$heard" -eq "$back" ] || lab_fail 'packets lost on the way to the cloud'
[ "$(number "$LAB_DIR/cloud.log" bad)" -eq 0 ] || lab_fail 'packets that do not authenticate'
[ "$(trunk_log call.record | wc -l)" -eq "$calls" ] || lab_fail 'not every call has its record'
trunk_down
