#!/usr/bin/env bash
# every vector of the SDP policy as a call: refused before it rings, or plain inside
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
trunk_up
lab_spawn pbx pbx "$LAB_SRC/tools/policy.py" pbx $PBX4 5060 "$LAB_DIR/invites"
await_listener pbx 5060
status=0
in_ns phone "$LAB_SRC/tools/policy.py" cloud $EDGE4:5061 $SBC "$LAB_DIR/pki" \
    "$LAB_SRC/../vectors/sdp-policy.txt" "$LAB_DIR/invites" || status=$?
await 5 'all holes to close' test "$(metric zerotrunk_pinholes_open)" = 0
trunk_down
[ "$status" -eq 0 ] || lab_fail 'an offer was not treated as its verdict says'
