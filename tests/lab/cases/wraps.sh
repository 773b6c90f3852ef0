#!/usr/bin/env bash
# ten wraps of the sequence number, new offers, holds, ports, sources and keys: no packet is lost
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
trunk_up
wraps=10
lab_spawn pbx load "$LAB_SRC/tools/wraps.py" pbx $PBX4 5060
pbx=$LAB_PID
await_line load.log ready 20
began=$SECONDS
in_ns phone timeout 120 "$LAB_SRC/tools/wraps.py" cloud "$EDGE4:5061" $SBC "$LAB_DIR/pki" $DESK_USER $wraps >"$LAB_DIR/cloud.facts" ||
    lab_fail "$(paste -sd' ' "$LAB_DIR/cloud.facts")"
printf '%s in %s s\n' "$(paste -sd' ' "$LAB_DIR/cloud.facts")" $((SECONDS - began))
await 5 'the record of the call' trunk_log call.record
lab_stop "$pbx"

number() { sed -n "s/.*\<$1 \([0-9]*\).*/\1/p" "$LAB_DIR/$2" | tail -n 1; }
record() { # KEY VALUE
    local is
    is=$(trunk_log call.record -p "$1")
    [ "$is" = "$2" ] || lab_fail "the record: $1 is $is, not $2"
}
sent=$(number sent cloud.facts)
[ "$sent" -gt $((wraps * 60000)) ] || lab_fail 'not so many were sent'
[ "$(number back cloud.facts)" -eq "$sent" ] || lab_fail 'not every packet came back'
[ "$(number bad cloud.facts)" -eq 0 ] || lab_fail 'the cloud could not open a packet'
[ "$(number received load.log)" -eq "$sent" ] || lab_fail 'not every packet came to the PBX'
[ "$(number wraps cloud.facts)" -gt $wraps ] || lab_fail 'too few wraps'
[ "$(number held load.log)" -ge 2 ] || lab_fail 'the PBX was not told of the holds'
record cloud_rx "$sent"
record cloud_tx "$sent"
record inside_rx "$sent"
record inside_tx "$sent"
for key in cloud_lost cloud_dropped cloud_recovered inside_lost inside_dropped; do record $key 0; done
record verdict none
if trunk_log media.verdict; then lab_fail 'a verdict on a healthy call'; fi
trunk_down
