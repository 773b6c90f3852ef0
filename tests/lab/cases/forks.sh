#!/usr/bin/env bash
# two phones answer one call: one is kept, the other is acknowledged and hung up
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
trunk_up
lab_spawn pbx sipp sipp -sf "$LAB_SRC/peers/forks.xml" -i $PBX4 -p 5060 -mi $PBX4 -mp 6000 -m 1 -nostdin -nr -timeout 20 \
    -trace_err -error_file "$LAB_DIR/sipp.err"
sipp=$LAB_PID
await_listener pbx 5060
scripted_offer phone hear-bye >"$LAB_DIR/said" 2>&1 ||
    lab_fail "$(<"$LAB_DIR/said")"
grep -q '^status 200 INVITE' "$LAB_DIR/said" || lab_fail "no answer: $(<"$LAB_DIR/said")"
grep -q '^BYE' "$LAB_DIR/said" || lab_fail "the first phone's BYE did not come: $(<"$LAB_DIR/said")"
status=0
wait "$sipp" || status=$?
[ "$status" -eq 0 ] || lab_fail "the PBX was not treated as RFC 3261 13.2.2.4 has it: $(tail -n 12 "$LAB_DIR/sipp.err" 2>/dev/null)"
trunk_log call.end why='BYE from the inside' >/dev/null || lab_fail 'the call did not end by its own BYE'
trunk_down
