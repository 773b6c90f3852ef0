#!/usr/bin/env bash
# hold and resume from each side; the tones come back
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
dial_cloud_to_pbx
both_heard
for who in cloudphone desk; do
    baresip_do $who hold
    await_line $who.log 'hold|sendonly|inactive' 5
    baresip_do $who resume
done
both_heard
hang_up cloudphone
trunk_down
