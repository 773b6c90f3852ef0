#!/usr/bin/env bash
# SIGHUP leaves a call alone, also when its connection is drained, and refuses a wrong file whole; SIGTERM waits for the end of a call, a second does not
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
config=$LAB_DIR/zerotrunkd.yaml

reload_refused() { # WHY FILTER: a reload of the file as the sed filter leaves it
    local before
    before=$(trunk_lines)
    cp "$config" "$config.good"
    sed -i "$2" "$config"
    kill -HUP "$TRUNK_PID"
    await 5 "a refusal: $1" trunk_log_since "$before" reload.refused why="$1"
    if trunk_log_since "$before" reload.done; then lab_fail "taken: $2"; fi
    mv "$config.good" "$config"
}

dial_cloud_to_pbx
both_heard
reload_refused 'does not belong' 's|/sbc\.key|/cloud.key|'
reload_refused 'no such key here' 's/signalling_prefixes/signaling_prefixes/'
reload_refused 'cannot be read|No such file' 's|/root\.pem|/nowhere.pem|'
# The connection of the old certificate goes when its time is over; the call that it bore does not.
sed -i 's/^identity:/&\n  drain_seconds: 1/' "$config"
kill -HUP "$TRUNK_PID"
await_event 5 reload.done
await_event 8 flow.drained why='its time was over'
both_heard
kill -TERM "$TRUNK_PID"
await_event 5 drain.start
if is_gone "$TRUNK_PID"; then lab_fail 'it did not wait for the call'; fi
scripted_offer phone good >"$LAB_DIR/late" 2>&1 || true
if grep -q '^status 200 INVITE' "$LAB_DIR/late"; then lab_fail 'a draining trunk took a call'; fi
hang_up desk
await 10 'the trunk to end' is_gone "$TRUNK_PID"
wait "$TRUNK_PID" || lab_fail 'it ended badly'

trunk_up
dial_pbx_to_cloud
both_heard
desk=$((1 + $(count_lines desk.log "$OVER"))) phone=$((1 + $(count_lines cloudphone.log "$OVER")))
kill -TERM "$TRUNK_PID"
await_event 5 drain.start
kill -TERM "$TRUNK_PID"
await 5 'the desk phone to be told of the end' has_lines desk.log "$OVER" "$desk"
await 5 'the cloud phone to be told of the end' has_lines cloudphone.log "$OVER" "$phone"
await 5 'the trunk to end' is_gone "$TRUNK_PID"
wait "$TRUNK_PID" || lab_fail 'it ended badly'
no_findings
