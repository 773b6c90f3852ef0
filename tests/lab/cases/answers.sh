#!/usr/bin/env bash
# what the PBX refuses is refused in the cloud's terms; early media is heard before the answer
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
kamailio_up
phone_up
trunk_config
trunk_up

capture_up inside edge inside

pbx_plays() { # SCENARIO STATUS SIPP...
    fill "$1.xml" "$1.xml" "STATUS=$2"
    lab_spawn pbx sipp sipp -sf "$LAB_DIR/$1.xml" -i $PBX4 -p 5060 -mi $PBX4 -mp 6000 -m 1 -nostdin \
        -trace_err -error_file "$LAB_DIR/sipp.err" "${@:3}"
    pbx=$LAB_PID
    await_listener pbx 5060
}
pbx_is_done() {
    await 10 'the PBX to be done' is_gone "$pbx" && wait "$pbx" ||
        lab_fail "the PBX: $(tail -n 12 "$LAB_DIR/sipp.err" 2>/dev/null)"
}

# A redirection is not followed out of the trunk, a demand for credentials is none of the caller's.
while read -r said wanted; do
    pbx_plays answer "$said"
    scripted_offer phone good >"$LAB_DIR/said" 2>&1 || lab_fail "$(<"$LAB_DIR/said")"
    pbx_is_done
    printf '%s: %s\n' "$said" "$(paste -sd' ' "$LAB_DIR/said")"
    [ "$(tail -n 1 "$LAB_DIR/said")" = "status $wanted INVITE" ] || lab_fail "$said should come out as $wanted"
    trunk_log call.end status="$wanted" >/dev/null || lab_fail "$said: the log tells another status"
done <<'END'
302 480
401 403
407 403
404 404
408 408
480 480
486 486
500 500
503 503
603 603
END

pbx_plays early 183 -rtp_echo
baresip_do cloudphone dial "sip:$DESK_USER@$SBC"
await 10 'early media to be agreed' trunk_log media.agreed
await 10 'the echo at the cloud' heard cloudphone $CLOUD_HZ $DESK_HZ
if trunk_log call.answered >/dev/null; then lab_fail 'it was answered before the echo was heard'; fi
await_line cloudphone.log "$UP" 10
baresip_do cloudphone hangup
pbx_is_done
# Who asks for credentials is never told any (RFC 3261 22).
capture_down inside
grep -aqi '^WWW-Authenticate:' "$LAB_DIR/inside.pcap" || lab_fail 'nobody asked for credentials'
if grep -aqiE '^(Proxy-)?Authorization:' "$LAB_DIR/inside.pcap"; then lab_fail 'the trunk answered a challenge'; fi
trunk_down
