#!/usr/bin/env bash
# SIGHUP leaves a call alone; SIGTERM waits for its end
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
dial_cloud_to_pbx
both_heard
kill -HUP "$TRUNK_PID"
await_event 5 '.*reload.*'
both_heard
kill -TERM "$TRUNK_PID"
await_event 5 '.*drain.*'
if is_gone "$TRUNK_PID"; then lab_fail 'it did not wait for the call'; fi
scripted_offer phone good >"$LAB_DIR/late" 2>&1 || true
if grep -q '^status 200 INVITE' "$LAB_DIR/late"; then lab_fail 'a draining trunk took a call'; fi
hang_up desk
await 10 'the trunk to end' is_gone "$TRUNK_PID"
wait "$TRUNK_PID" || lab_fail 'it ended badly'
no_findings
