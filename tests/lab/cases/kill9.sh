#!/usr/bin/env bash
# kill -9 in mid-call, start again: nothing left behind blocks it
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
dial_cloud_to_pbx
both_heard
kill -9 "$TRUNK_PID"
wait "$TRUNK_PID" 2>/dev/null || true
trunk_up
# The phones know of no end: they hang up by themselves into the void.
baresip_do cloudphone hangup
baresip_do desk hangup
await_line desk.log "$OVER" 40
await_line cloudphone.log "$OVER" 40
good_call cloudphone
trunk_down
