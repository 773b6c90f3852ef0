#!/usr/bin/env bash
# however a call ends, its holes end with it: nothing answers there, and their ports rest
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
# Ports for five calls, so that they come round again; who is listed sprays them all the while.
TRUNK_CLOUD_PORTS=20000-20009 trunk_config
sed -i -e 's/^  drain_seconds/  answer_seconds: 10\n&/' -e 's/^    request_uri:/    media_timeout_seconds: 2\n&/' \
    -e "s|media_prefixes:.*|media_prefixes: [\"$PHONE4/32\", \"$KAM4/32\"]|" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
lab_spawn pbx pbx "$LAB_SRC/tools/ends.py" pbx $PBX4 5060
await_line pbx.log ready 10
capture_up cloud cloud pub
lab_spawn cloud spray "$LAB_SRC/tools/spray.py" range $EDGE4 20000 20009 10000000
spray=$LAB_PID

opened() { trunk_log pinhole.opened | wc -l; }
no_hole_is_open() { [ "$(metric zerotrunk_pinholes_open)" -eq 0 ]; }
ends_by() { # WAY HOLES WHY
    local before lines
    before=$(opened) lines=$(trunk_lines)
    in_ns phone timeout 30 "$LAB_SRC/tools/ends.py" cloud $EDGE4:5061 $SBC "$LAB_DIR/pki" "$1" || lab_fail "$1 did not end"
    await 15 "the end by $1" trunk_log_since "$lines" call.end why="$3"
    await 2 'its holes to end' no_hole_is_open
    printf '%s: %s holes\n' "$1" $(($(opened) - before))
    [ $(($(opened) - before)) -eq "$2" ] || lab_fail "$1: $2 holes were to open"
}
ends_by offer 0 'the offer was refused'
ends_by answer 0 'the answer was refused'
ends_by bye 4 .
ends_by bye-pbx 4 .
ends_by cancel 4 .
ends_by busy 4 .
ends_by lost 4 .
ends_by media 4 'no media'
ends_by timeout 4 'nobody answered in time'
trunk_log call.end why='nobody answered' status=408 >/dev/null || lab_fail 'ringing too long is 408'
trunk_log call.end -p why status | sort | uniq -c
lab_stop "$spray" "${CAPTURE_PID[cloud]}"
"$LAB_SRC/tools/silence.py" "$LAB_DIR/cloud.pcap" $KAM4 $EDGE4 >"$LAB_DIR/cloud.facts"
"$LAB_SRC/tools/ends.py" judge "$LAB_DIR/trunk.log" >"$LAB_DIR/holes.facts"
paste -sd' ' "$LAB_DIR/cloud.facts" "$LAB_DIR/holes.facts"
expect cloud asked '>' 10000
expect cloud answered == 0
expect holes left == 0
expect holes late_ms '<=' 100
expect holes rest_ms '>=' 5000
trunk_down
