#!/usr/bin/env bash
# the same with SIP over TCP on the inside
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
export TRUNK_INSIDE=tcp
lab_up
cast_up
good_call cloudphone
dial_pbx_to_cloud
both_heard
hang_up cloudphone
trunk_down
