#!/usr/bin/env bash
# IPv6 on the cloud side, IPv4 inside
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
export TRUNK_FAMILY=6 TRUNK_DOMAIN=sbc6.example.test
export SBC=$TRUNK_DOMAIN
lab_up
cast_up
capture_up public
good_call desk
dial_pbx_to_cloud
both_heard
hang_up cloudphone
cloud_saw_no_inside
capture_down public $EDGE6
wire_is_clean public
expect public media_from_edge '>' 120
trunk_down
