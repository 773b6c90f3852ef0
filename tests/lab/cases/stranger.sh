#!/usr/bin/env bash
# a stranger gets silence, during a call and after it
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
dial_cloud_to_pbx
both_heard
capture_up stranger stranger pub
in_ns stranger "$LAB_SRC/tools/stranger.py" $EDGE4 20000 20099
both_heard
hang_up cloudphone
in_ns stranger "$LAB_SRC/tools/stranger.py" $EDGE4 20000 20099
capture_down stranger
expect stranger icmp_from_edge == 0
expect stranger tcp_from_edge == 0
expect stranger media_from_edge == 0
good_call desk
trunk_down
