#!/usr/bin/env bash
# an answer that drops SRTP, at once or in the middle of a call, ends it: no clear packet goes out
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
export TRUNK_PEER=$PHONE4:5061
trunk_config
trunk_up
lab_spawn phone cloud "$LAB_SRC/tools/downgrade.py" cloud $PHONE4:5061 "$LAB_DIR/pki"
await_line cloud.log ready 10
capture_up public
capture_up inside edge inside
status=0
in_ns pbx "$LAB_SRC/tools/downgrade.py" pbx $PBX4 $INSIDE4:5060 +1555 >"$LAB_DIR/pbx.out" || status=$?
cat "$LAB_DIR/pbx.out"
[ "$status" -eq 0 ] || lab_fail 'a call went on without SRTP'
await 5 'all holes to close' test "$(metric zerotrunk_pinholes_open)" = 0
# The cloud hears BYE for each, for it had answered.
await_line cloud.log 'no-media again ended' 5
[ "$(count_lines cloud.log ended)" -eq 14 ] || lab_fail "the cloud: $(paste -sd, "$LAB_DIR/cloud.log")"
capture_down public
lab_stop "${CAPTURE_PID[inside]}"
wire_is_clean public
# Seven of the calls had SRTP, until the second answer.
expect public media_from_edge '>=' 70
sound='\xd5{100}'
LC_ALL=C grep -qaP "$sound" "$LAB_DIR/inside.pcap" || lab_fail 'the PBX sent no sound'
if LC_ALL=C grep -qaP "$sound" "$LAB_DIR/public.pcap"; then lab_fail 'sound of the PBX went out in clear'; fi
[ "$(trunk_log sdp.refused | wc -l)" -eq 14 ] || lab_fail "refused: $(trunk_log sdp.refused -p why)"
trunk_down
