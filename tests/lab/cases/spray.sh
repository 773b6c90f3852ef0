#!/usr/bin/env bash
# media nobody asked for, on every port and in open holes: nothing crosses, nothing answers
# alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
# The host of the one call may send media as well as that of the other.
sed -i "s|media_prefixes:.*|media_prefixes: [\"$PHONE4/32\", \"$KAM4/32\"]|" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
capture_up public
capture_up inside edge inside
capture_up stranger stranger pub
capture_up phone phone pub
capture_up cloud cloud pub

one_call() { # ROLE
    lab_spawn "$1" "call-$1" "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" $SBC "$LAB_DIR/pki" 1 "$seconds"
    calls+=("$LAB_PID")
    await 20 'the call to be up' has_line "call-$1.log" '^up 1'
}
sprayed=0
spray() { # ROLE ARGUMENTS...
    in_ns "$1" "$LAB_SRC/tools/spray.py" "${@:2}" >"$LAB_DIR/sprayed"
    sprayed=$(sed -n 's/^sent //p' "$LAB_DIR/sprayed")
    printf '%s %s: %s packets\n' "$1" "${*:2}" "$sprayed"
}
everywhere() { # TIMES: by a stranger, and by one who might have a call
    spray stranger range $EDGE4 20000 21999 "$1"
    spray cloud range $EDGE4 20000 21999 "$1"
}

# Each attack is in the holes of the phone's call: from a host that may send media, from that host's
# own call, from the phone's host, and from the very port of the phone.
seconds=16
calls=()
pbx_up
everywhere 1
one_call phone
one_call cloud
sleep 2 # a hundred packets to copy
everywhere 3
in_holes=0
for attack in 'cloud 6666' 'cloud own' 'phone 6666' 'phone same'; do
    spray "${attack% *}" hole $EDGE4 "$LAB_DIR/public.pcap" $PHONE4 "${attack#* }"
    in_holes=$((in_holes + sprayed))
done
for attack in 'stranger 6666' 'cloud own' 'phone 6666' 'phone same'; do
    spray "${attack% *}" sweep $EDGE4 "$LAB_DIR/public.pcap" $PHONE4 "${attack#* }" 20000 21999
done
for pid in "${calls[@]}"; do
    if is_gone "$pid"; then lab_fail 'the attack took longer than the calls'; fi
done
for pid in "${calls[@]}"; do wait "$pid" || lab_fail "a call went wrong: $(cat "$LAB_DIR"/call-*.log)"; done
everywhere 1
spray phone hole $EDGE4 "$LAB_DIR/public.pcap" $PHONE4 same
lab_stop "$pbx"
for name in public stranger phone cloud; do capture_down $name; done
capture_down inside $INSIDE4

number() { sed -n "s/^calls.* $1 \([0-9]*\).*/\1/p" "$LAB_DIR/$2.log"; }
got=$(number received load) back=$(number sent load)
phone=$(number received call-phone) cloud=$(number received call-cloud)
sent=$(($(number sent call-phone) + $(number sent call-cloud)))
printf 'media: %s of %s in, %s of %s out\n' "$got" "$sent" $((phone + cloud)) "$back"
[ "$sent" -gt $((seconds * 90)) ] || lab_fail 'the calls had no media'
[ "$got" -eq "$sent" ] && [ $((phone + cloud)) -eq "$back" ] || lab_fail 'the attacks cost the calls media'
expect stranger packets '>' 8000
expect stranger udp_from_edge == 0
expect stranger icmp_from_edge == 0
expect public icmp_from_edge == 0
expect phone udp_from_edge == "$phone"
expect cloud udp_from_edge == "$cloud"
expect inside media_from_edge == "$sent"
if grep -aq ZT-SPRAY "$LAB_DIR/inside.pcap"; then lab_fail 'a byte of the sprayer went inside'; fi
# Six packets of each host's sweeps reach the holes of a call, but the stranger's. What waits for a
# slow machine may not fit.
in_holes=$((in_holes + 24))
dropped=$(trunk_log call.end call=1 -p cloud_dropped)
printf 'the relay counted %s of %s forged packets\n' "$dropped" "$in_holes"
[ "$dropped" -le "$in_holes" ] && [ "$dropped" -ge $((in_holes * 9 / 10)) ] || lab_fail 'not as many were dropped'
[ "$(trunk_log pinhole.latched | wc -l)" -eq 4 ] || lab_fail 'a hole moved'

# Holes are under fire before the first good packet, and close with the call, though good media goes on.
capture_up late edge inside
pbx_up
lab_spawn cloud fire "$LAB_SRC/tools/spray.py" range $EDGE4 20000 21999 100000
fire=$LAB_PID
in_ns phone "$LAB_SRC/tools/spray.py" linger "$EDGE4:5061" $SBC "$LAB_DIR/pki" 10 >"$LAB_DIR/linger" || lab_fail 'a call did not end'
lab_stop "$fire" "$pbx" "${CAPTURE_PID[late]}"
"$LAB_SRC/tools/spray.py" late "$LAB_DIR/late.pcap" "$LAB_DIR/linger" >"$LAB_DIR/late.facts"
printf 'media ends %s ms after BYE was answered, at most\n' "$(fact late late_ms)"
expect late calls == 10
expect late late_ms '<=' 100
[ "$(trunk_log pinhole.latched side=cloud address="^$KAM4:" | wc -l)" -eq 1 ] || lab_fail 'a hole latched to the sprayer'
await 10 'no hole to be left' [ "$(metric zerotrunk_pinholes_open)" -eq 0 ]
trunk_down
