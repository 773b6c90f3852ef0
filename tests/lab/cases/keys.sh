#!/usr/bin/env bash
# a thousand calls with a tone: no packet of the public side decodes as it, and no key comes twice
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
trunk_unlimited
trunk_up
: >"$LAB_DIR/load.log"
lab_spawn pbx load "$LAB_SRC/tools/keys.py" pbx $PBX4 5060
pbx=$LAB_PID
await_line load.log ready 20
capture_up public
capture_up inside edge inside
in_ns phone timeout 80 "$LAB_SRC/tools/keys.py" calls "$EDGE4:5061" $SBC "$LAB_DIR/pki" 1000 50 "$LAB_DIR/keys" ||
    lab_fail 'not every packet came back'
lab_stop "$pbx" "${CAPTURE_PID[public]}" "${CAPTURE_PID[inside]}"
for side in public inside; do
    "$LAB_SRC/tools/keys.py" judge "$LAB_DIR/$side.pcap" "$LAB_DIR/keys" >"$LAB_DIR/$side.facts"
    printf '%s: %s\n' $side "$(paste -sd' ' "$LAB_DIR/$side.facts")"
done
# Of 20,000 packets a side; what tcpdump had not read at its end is in no capture.
expect inside packets '>=' 19000
expect public packets '>=' 19000
# Inside, where it is RTP, each packet has the tone: whoever judges can hear.
expect inside heard == "$(fact inside packets)"
expect public heard == 0
expect public keys == 2000
expect public doubled == 0
expect public seen == 0
trunk_down
