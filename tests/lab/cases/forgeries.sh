#!/usr/bin/env bash
# every changed byte, every cut, wrong rollovers, replays: none crosses, none costs a good packet
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
trunk_up
pbx_up
capture_up inside edge inside
in_ns phone timeout 60 "$LAB_SRC/tools/forgeries.py" "$EDGE4:5061" $SBC "$LAB_DIR/pki" $DESK_USER each >"$LAB_DIR/cloud.facts" ||
    lab_fail "$(paste -sd' ' "$LAB_DIR/cloud.facts")"
await 5 'the record of the call' trunk_log call.record
lab_stop "$pbx"
capture_down inside $INSIDE4

number() { sed -n "s/.*\<$1 \([0-9]*\).*/\1/p" "$LAB_DIR/$2" | tail -n 1; }
record() { trunk_log call.record -p "$1"; }
is() { # WHAT VALUE WANTED
    [ "$2" -eq "$3" ] || lab_fail "$1: $2, not $3"
}
hostile=$(number hostile cloud.facts) sent=$(number sent cloud.facts) reports=$(number reports cloud.facts)
printf '%s; the trunk refused %s\n' "$(paste -sd' ' "$LAB_DIR/cloud.facts")" "$(record cloud_dropped)"
[ "$hostile" -gt 2000 ] || lab_fail 'too few were forged'
is 'refused by the trunk' "$(record cloud_dropped)" "$hostile"
is 'good packets received' "$(record cloud_rx)" "$sent"
is 'good packets at the PBX' "$(number received load.log)" "$sent"
is 'packets inside, RTP and RTCP' "$(fact inside media_from_edge)" $((sent + reports))
is 'good packets back' "$(number back cloud.facts)" "$sent"
is 'bad packets at the cloud' "$(number bad cloud.facts)" 0
is 'lost' "$(record cloud_lost)" 0
is 'rollovers taken over' "$(record cloud_recovered)" 0
[ "$(trunk_log pinhole.latched side=cloud | wc -l)" -eq 2 ] || lab_fail 'a hole moved'
[ "$(record verdict)" = none ] || lab_fail 'a verdict on a healthy call'
trunk_down
