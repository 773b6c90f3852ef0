#!/usr/bin/env bash
# baresip talks mutual TLS to the trunk directly
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
export TRUNK_PEER=$PHONE4:5061
lab_spawn phone names "$LAB_SRC/tools/names.py"
await_listener phone 53
baresip_up phone cloudphone $PHONE4 5060 $CLOUD_HZ "<sip:$CLOUD_USER@$CLOUD;transport=tls>;\
outbound=\"sip:$EDGE4:5061;transport=tls\";regint=0;mediaenc=srtp-mand;answermode=auto;audio_codecs=pcmu/8000/1"
desk_up
trunk_config
trunk_up
good_call cloudphone
dial_pbx_to_cloud
both_heard
hang_up desk
trunk_down
