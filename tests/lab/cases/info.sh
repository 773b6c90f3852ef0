#!/usr/bin/env bash
# a digit by INFO crosses with its body, each way, and so does the answer's body
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
trunk_up
lab_spawn pbx sipp sipp -sf "$LAB_SRC/peers/info.xml" -i $PBX4 -p 5060 -mi $PBX4 -mp 6000 -m 1 -nostdin \
    -trace_err -error_file "$LAB_DIR/sipp.err"
pbx=$LAB_PID
await_listener pbx 5060
scripted_offer phone info >"$LAB_DIR/info.said" 2>&1 || lab_fail "$(<"$LAB_DIR/info.said")"
cat "$LAB_DIR/info.said"
await 10 'the PBX to have heard it all' is_gone "$pbx" || lab_fail "$(tail -n 12 "$LAB_DIR/sipp.err" 2>/dev/null)"
wait "$pbx" || lab_fail "the PBX: $(tail -n 12 "$LAB_DIR/sipp.err" 2>/dev/null)"
grep -q '^status 200 INFO: heard 5$' "$LAB_DIR/info.said" || lab_fail 'the body of the answer did not come back'
grep -q '^INFO: Signal=7$' "$LAB_DIR/info.said" || lab_fail 'the digit of the PBX did not come'
grep -q '^status 200 BYE' "$LAB_DIR/info.said" || lab_fail 'the call did not end'
trunk_down
