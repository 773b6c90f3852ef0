# shellcheck shell=bash
# calls.sh: the usual cast (Kamailio, the cloud's phone, the PBX's desk phone, the trunk) and what
# they do. Needs lib.sh, peers.sh and daemon.sh.

CLOUD_USER=+15550100 DESK_USER=+4930123
CLOUD_HZ=1000 DESK_HZ=440

phone_up() { # the cloud's phone, behind Kamailio; FAMILY 6 on IPv6
    local address=$PHONE4 proxy=$KAM4
    if [ "${TRUNK_FAMILY:-4}" = 6 ]; then address="[$PHONE6]" proxy="[$KAM6]"; fi
    baresip_up phone cloudphone "$address" 5060 $CLOUD_HZ "<sip:$CLOUD_USER@$address:5060;transport=udp>;\
outbound=\"sip:$proxy:5060;transport=udp\";regint=0;mediaenc=srtp-mand;answermode=auto;audio_codecs=pcmu/8000/1,pcma/8000/1"
}

desk_up() { # the PBX's phone
    local transport=${TRUNK_INSIDE:-udp}
    baresip_up pbx desk "$PBX4" 5060 $DESK_HZ "<sip:$DESK_USER@$PBX4:5060;transport=$transport>;\
outbound=\"sip:$INSIDE4:5060;transport=$transport\";regint=0;answermode=${DESK_ANSWERS:-auto};audio_codecs=pcmu/8000/1,pcma/8000/1"
}

cast_up() {
    kamailio_up cloud "${TRUNK_FAMILY:-4}"
    phone_up
    desk_up
    trunk_config
    trunk_up
}

count_lines() { grep -cE -- "$2" "$LAB_DIR/$1" || true; }
has_lines() { [ "$(count_lines "$1" "$2")" -ge "$3" ]; }
# Two names differ in how baresip says it: an established call, an ended one.
UP='Call established' OVER='terminated \(duration|session closed'

dial_cloud_to_pbx() {
    local desk=$((1 + $(count_lines desk.log "$UP"))) phone=$((1 + $(count_lines cloudphone.log "$UP")))
    baresip_do cloudphone dial "sip:$DESK_USER@${TRUNK_DOMAIN:-$SBC}"
    await 15 'the desk phone to answer' has_lines desk.log "$UP" "$desk"
    await 10 'the cloud phone to see it' has_lines cloudphone.log "$UP" "$phone"
}

dial_pbx_to_cloud() {
    local desk=$((1 + $(count_lines desk.log "$UP"))) phone=$((1 + $(count_lines cloudphone.log "$UP")))
    baresip_do desk dial "sip:$CLOUD_USER@$INSIDE4"
    await 15 'the cloud phone to answer' has_lines cloudphone.log "$UP" "$phone"
    await 10 'the desk phone to see it' has_lines desk.log "$UP" "$desk"
}

hang_up() { # NAME: ends the call there and sees it end at both
    local desk=$((1 + $(count_lines desk.log "$OVER"))) phone=$((1 + $(count_lines cloudphone.log "$OVER")))
    baresip_do "$1" hangup
    await 10 'the desk phone to see the end' has_lines desk.log "$OVER" "$desk"
    await 10 'the cloud phone to see the end' has_lines cloudphone.log "$OVER" "$phone"
}

# Each end hears the other's tone and nothing of its own.
both_heard() {
    await 12 'the tone of the cloud at the desk' heard desk $CLOUD_HZ $DESK_HZ
    await 12 'the tone of the desk at the cloud' heard cloudphone $DESK_HZ $CLOUD_HZ
}

good_call() { # [NAME of who hangs up]
    dial_cloud_to_pbx
    both_heard
    hang_up "${1:-cloudphone}"
}

# A scripted cloud: says what came of the offer that STORY names.
scripted_offer() { # ROLE STORY [CERT]
    in_ns "$1" "$LAB_SRC/tools/offer.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" "${@:2}"
}

expect() { # CAPTURE NAME COMPARISON VALUE
    local value
    value=$(fact "$1" "$2")
    awk -v a="$value" -v b="$4" "BEGIN { exit !(a $3 b) }" || lab_fail "$1: $2 is $value, not $3 $4"
}

# What a capture of the public side may never hold.
wire_is_clean() { # CAPTURE
    expect "$1" sip_in_clear == 0
    expect "$1" inside_address == 0
    expect "$1" icmp_from_edge == 0
    expect "$1" streams_in_clear == 0
}

# What Kamailio decrypted: all that the trunk ever told the cloud.
read_by_cloud() { awk '/READ-BEGIN/ { on = 1 } on { print } /READ-END/ { on = 0 }' "$LAB_DIR/kamailio.log"; }

cloud_saw_no_inside() {
    if read_by_cloud | grep -nE '10\.20\.' >&2; then lab_fail 'an inside address reached the cloud'; fi
    if ! read_by_cloud | grep -E '@sbc6?\.example\.test' >/dev/null; then lab_fail 'the cloud never read our name'; fi
}

# A PBX that never answers and counts what rings: pcap of the inside.
inside_watch_up() { capture_up inside edge inside; }
invites_inside() { { grep -aoE 'INVITE sip:' "$LAB_DIR/inside.pcap" || true; } | wc -l; }

# A PBX that answers every call and each packet; its pid is in $pbx, its counts come at its end.
pbx_up() {
    : >"$LAB_DIR/load.log"
    lab_spawn pbx load "$LAB_SRC/tools/load.py" pbx $PBX4 5060
    pbx=$LAB_PID
    await_line load.log ready 20
}
calls_answered() { # by the PBX, which ends
    lab_stop "$pbx"
    sed -n 's/^calls \([0-9]*\) .*/\1/p' "$LAB_DIR/load.log"
}
rang() { # N: so many calls came to the PBX, which ends
    local calls
    calls=$(calls_answered)
    [ "$calls" -eq "$1" ] || lab_fail "$calls calls rang, not $1"
}

# A cloud that asks what it reads from standard input, and holds the answers against it.
asks() { in_ns phone "$LAB_SRC/tools/asks.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" || lab_fail 'see above'; }

# A cloud with a call up under that certificate, told by descriptor 9 what to do next.
twice_up() { # CERT
    mkfifo "$LAB_DIR/$1.orders"
    (cd "$LAB_DIR" && exec ip netns exec "$LAB-phone" "$LAB_SRC/tools/twice.py" "$EDGE4:5061" $SBC "$LAB_DIR/pki" "$1") \
        >"$LAB_DIR/$1.log" 2>&1 <"$LAB_DIR/$1.orders" &
    LAB_PIDS+=("$!")
    exec 9>"$LAB_DIR/$1.orders"
    await_line "$1.log" '^up' 10
}

# Of calls with media that load.py placed: each packet came back.
all_heard() { # NAME
    local sent received
    sent=$(sed -n 's/^calls.* sent \([0-9]*\).*/\1/p' "$LAB_DIR/$1.log")
    received=$(sed -n 's/^calls.* received \([0-9]*\).*/\1/p' "$LAB_DIR/$1.log")
    [ "$sent" -gt 0 ] && [ "$received" -eq "$sent" ] || lab_fail "media was lost: $(<"$LAB_DIR/$1.log")"
}
