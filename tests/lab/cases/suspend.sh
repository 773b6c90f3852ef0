#!/usr/bin/env bash
# the process stands still for longer than every timer of a call: those that are up live, those that should have ended end, and nothing spins
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# Longer than the 32 s of timers B, F and H, and than any silence of media that is borne.
pause=${ZT_SUSPEND_SECONDS:-35}
lab_up
TRUNK_OPTIONS=20 trunk_config
sed -i 's/^    request_uri:/    media_timeout_seconds: 5\n&/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
pbx_up
lab_spawn cloud answers "$LAB_SRC/tools/churn.py" answers $KAM4:5061 "$LAB_DIR/pki" $PHONE4
await_listener cloud 5061
await_event 25 trunk.up side=cloud

# More calls than a worker serves in one round, some without media, and one whose ACK is under way.
lab_spawn phone talk "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" $SBC "$LAB_DIR/pki" 100 $((pause + 12))
talk=$LAB_PID
await_line talk.log '^up 100' 30
twice_up cloud
printf 'answer\n' >&9
await_line cloud.log '^answered' 5
before=$(trunk_lines)
cpu() { awk '{ print $14 + $15 }' "/proc/$TRUNK_PID/stat"; }
kill -STOP "$TRUNK_PID"
printf 'ack\n' >&9
sleep "$pause"
kill -CONT "$TRUNK_PID"

# Nobody's media was missing but while nobody could hear it.
sleep 3
if trunk_log_since "$before" call.end; then lab_fail 'a call was ended'; fi
if trunk_log_since "$before" trunk.down; then lab_fail 'the cloud was said to be down'; fi
up=$(metric zerotrunk_calls_active)
[ "$up" -eq 102 ] || lab_fail "$up calls are up, not 102"
# twice.py's two calls have no media, and end now as they would have.
await 8 'a call without media to end' trunk_log_since "$before" call.end why='no media' || lab_fail 'a call without media goes on'
used=$(cpu)
sleep 2
used=$(($(cpu) - used))
wait "$talk" || lab_fail "not every call lived: $(<"$LAB_DIR/talk.log")"
printf '%s s at rest; %s ticks of CPU in 2 s with 100 calls up; %s\n' "$pause" $used "$(tail -n 1 "$LAB_DIR/talk.log")"
scripted_offer phone good >"$LAB_DIR/said" 2>&1 || true
grep -q '^status 200 BYE' "$LAB_DIR/said" || lab_fail "no new call: $(<"$LAB_DIR/said")"
exec 9>&-
trunk_down
