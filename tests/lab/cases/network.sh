#!/usr/bin/env bash
# media is lost, doubled, reordered and delayed: counted to the packet, and the tones are heard
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# shellcheck source=tests/lab/verdicts.sh
. "$LAB_SRC/verdicts.sh"
lab_up

# The phone's link goes through one wire, that of the PBX through another.
ip -n "$LAB-net" link set phone nomaster
ip -n "$LAB-net" link add wire type veth peer name bridged
ip -n "$LAB-net" link set bridged master br0 up
ip -n "$LAB-net" link set wire up
ip -n "$LAB-edge" link del inside
ip -n "$LAB-edge" link add inside type veth peer name edge0 netns "$LAB-net"
ip -n "$LAB-pbx" link add eth0 type veth peer name pbx0 netns "$LAB-net"
ip -n "$LAB-net" link set edge0 up
ip -n "$LAB-net" link set pbx0 up
ip -n "$LAB-edge" addr add $INSIDE4/24 dev inside
ip -n "$LAB-edge" link set inside up
ip -n "$LAB-pbx" addr add $PBX4/24 dev eth0
ip -n "$LAB-pbx" link set eth0 up

declare -A WIRE=()
wires_up() { # CALL LOSS DOUBLE LATE JITTER_MS
    lab_spawn net "wire-$1" "$LAB_SRC/tools/network.py" bridge phone wire 20000 21999 "$@" "$LAB_DIR/wire-$1"
    WIRE[$1]=$LAB_PID
    lab_spawn net "inner-$1" "$LAB_SRC/tools/network.py" bridge pbx0 edge0 22000 23999 "$@" "$LAB_DIR/inner-$1"
    WIRE[inner-$1]=$LAB_PID
    await_line "wire-$1.log" ready 10
    await_line "inner-$1.log" ready 10
}
# What is under way arrives before the call ends.
wires_calm() { # CALL
    kill -USR1 "${WIRE[$1]}" "${WIRE[inner-$1]}"
    await_line "wire-$1.log" calm 5
    await_line "inner-$1.log" calm 5
    sleep 0.5
}
recorded() { trunk_log_since "$lines" call.record -p "$1"; }
counted() { # WHAT RECORD WIRE-FACT...: the record's figure is the sum of the wire's
    local name=$1 is sum=0 key
    is=$(recorded "$2")
    for key in "${@:3}"; do sum=$((sum + $(fact "$name" "$key"))); done
    [ "$is" -le "$sum" ] && [ "$is" -ge $((sum - slack)) ] ||
        lab_fail "$name: the trunk counted $2 $is, the wire $sum: $(paste -sd' ' "$LAB_DIR/$name.facts")"
}
has_size() { [ "$(stat -c %s "$LAB_DIR/$1")" -gt "$2" ]; }
disturbed_call() { # CALL LOSS DOUBLE LATE JITTER_MS
    lines=$(trunk_lines)
    wires_up "$@"
    capture_up "inside-$1" edge inside
    dial_cloud_to_pbx
    await 30 'enough media' has_size "inside-$1.pcap" 200000
    wires_calm "$1"
    hang_up cloudphone
    await 5 'the record of the call' trunk_log_since "$lines" call.record
    lab_stop "${CAPTURE_PID[inside-$1]}" "${WIRE[$1]}" "${WIRE[inner-$1]}"
    "$LAB_SRC/tools/network.py" judge "$LAB_DIR/wire-$1" 0 "$LAB_DIR/inside-$1.pcap" $INSIDE4 >"$LAB_DIR/wire-$1.facts"
    "$LAB_SRC/tools/network.py" judge "$LAB_DIR/inner-$1" 0 >"$LAB_DIR/inner-$1.facts"
    printf '%s\n  the cloud sent %s\n  the PBX sent %s\n  the record: %s\n' "$*" "$(paste -sd' ' "$LAB_DIR/wire-$1.facts")" \
        "$(paste -sd' ' "$LAB_DIR/inner-$1.facts")" "$(trunk_log_since "$lines" call.record -p cloud_rx cloud_lost \
        cloud_dropped cloud_jitter_us cloud_tx inside_rx inside_lost inside_dropped inside_duplicate inside_jitter_us inside_tx)"
    judged "$1"
}
judged() { # CALL
    expect "wire-$1" rtp '>=' 400
    expect "wire-$1" lost '>=' 5
    expect "wire-$1" doubled_rtp '>=' 5
    slack=0
    counted "wire-$1" cloud_lost lost
    counted "wire-$1" cloud_dropped_replay doubled_rtp doubled_rtcp
    counted "inner-$1" inside_lost lost
    counted "inner-$1" inside_duplicate doubled_rtp
    counted "inner-$1" inside_dropped doubled_rtp
    # What is sent together with BYE may find the hole closed; baresip's first and last RTCP is in clear.
    slack=2
    counted "wire-$1" cloud_rx rtp
    counted "wire-$1" inside_tx rtp
    counted "wire-$1" cloud_dropped doubled_rtp doubled_rtcp clear
    expect "wire-$1" wrong '<=' "$slack"
    # On the inside no replay is refused: a double is received twice, and sealed once.
    counted "inner-$1" inside_rx rtp doubled_rtp
    counted "inner-$1" cloud_tx rtp
    stays_well "$1" "$lines"
}
cast_up
disturbed_call bad 4 3 2 10
heard desk $CLOUD_HZ $DESK_HZ || lab_fail 'the tone of the cloud at the desk'
heard cloudphone $DESK_HZ $CLOUD_HZ || lab_fail 'the tone of the desk at the cloud'
disturbed_call worse 5 5 5 200
trunk_down
