#!/usr/bin/env bash
# sipp on the inside: it echoes, so the cloud hears its own tone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
kamailio_up
phone_up
lab_spawn pbx sipp sipp -sn uas -i $PBX4 -p 5060 -mi $PBX4 -mp 6000 -rtp_echo -nostdin \
    -trace_msg -message_file "$LAB_DIR/sipp.messages"
await_listener pbx 5060
trunk_config
trunk_up
baresip_do cloudphone dial "sip:$DESK_USER@$SBC"
await_line cloudphone.log "$UP" 10
await 12 'the echo at the cloud' heard cloudphone $CLOUD_HZ $DESK_HZ
baresip_do cloudphone hangup
await_line cloudphone.log "$OVER" 10

# The caller's location comes beside the offer, as emergency calls have it (RFC 6442).
scripted_offer phone pidf >"$LAB_DIR/pidf.said" 2>&1 || true
grep -q '^status 200 BYE' "$LAB_DIR/pidf.said" || lab_fail "an offer in a multipart body: $(<"$LAB_DIR/pidf.said")"
"$LAB_SRC/tools/location.py" "$LAB_DIR/sipp.messages" "$PHONE4" || lab_fail 'the location did not cross as it should'
trunk_down
