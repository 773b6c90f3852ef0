#!/usr/bin/env bash
# a call each way: both tones heard, ciphertext on the wire
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
capture_up public
dial_cloud_to_pbx
both_heard
hang_up cloudphone
dial_pbx_to_cloud
both_heard
hang_up desk
await_line kamailio.log "PEER version=${ZT_EXPECT_TLS:-TLSv1\\.[23]} .*verified=1" 5
cloud_saw_no_inside
capture_down public
wire_is_clean public
expect public rst_from_edge == 0
expect public media_from_edge '>' 120
expect public media_to_edge '>' 120
trunk_down
