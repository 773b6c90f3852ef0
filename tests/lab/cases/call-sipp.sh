#!/usr/bin/env bash
# sipp on the inside: it echoes, so the cloud hears its own tone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
kamailio_up
phone_up
lab_spawn pbx sipp sipp -sn uas -i $PBX4 -p 5060 -mi $PBX4 -mp 6000 -rtp_echo -nostdin
await_listener pbx 5060
trunk_config
trunk_up
baresip_do cloudphone dial "sip:$DESK_USER@$SBC"
await_line cloudphone.log "$UP" 10
await 12 'the echo at the cloud' heard cloudphone $CLOUD_HZ $DESK_HZ
baresip_do cloudphone hangup
await_line cloudphone.log "$OVER" 10
# An offer that comes beside the caller's location, as emergency calls have it (RFC 6442).
scripted_offer phone pidf >"$LAB_DIR/pidf.said" 2>&1 || true
grep -q '^status 200 BYE' "$LAB_DIR/pidf.said" || lab_fail "an offer in a multipart body: $(<"$LAB_DIR/pidf.said")"
trunk_down
