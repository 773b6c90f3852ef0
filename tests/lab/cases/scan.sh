#!/usr/bin/env bash
# nmap over the SIP port and all media ports: silence, and calls lose nothing
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up

# One trunk on IPv4 and one on IPv6, both with the same ports.
TRUNK_FAMILY=6 trunk_config
mv "$LAB_DIR/zerotrunkd.yaml" "$LAB_DIR/six.yaml"
trunk_config
trunk_as six "$LAB_DIR/six.yaml" -e 's/24000-24099/20000-21999/' -e 's/^      peer:$/&\n        from_check: off/' >"$LAB_DIR/six"
cat "$LAB_DIR/six" >>"$LAB_DIR/zerotrunkd.yaml"
trunk_up
pbx_up
capture_up stranger stranger pub

# Silence is all that nmap may find; for UDP it cannot tell it from a service that says nothing.
nmap_finds() { # STATE ADDRESS NMAP-ARGUMENTS...
    local state=$1 address=$2 found
    shift 2
    if [[ $address == *:* ]]; then set -- -6 "$@"; fi
    in_ns stranger nmap -n -Pn -T5 --max-retries 0 --min-rate 2000 --host-timeout 20s "$@" "$address" \
        >"$LAB_DIR/nmap" 2>&1
    cat "$LAB_DIR/nmap" >>"$LAB_DIR/nmap.log"
    found=$(sed -nE -e 's/^[0-9]+\/(tcp|udp) +([^ ]+).*/\2/p' -e 's/^Not shown: [0-9]+ //p' "$LAB_DIR/nmap" |
        sed -E 's/ (tcp|udp) ports \(no-response\)$//' | sort -u)
    [ "$found" = "$state" ] || lab_fail "nmap $* $address: $(<"$LAB_DIR/nmap")"
}
scan() { # WHEN
    local address
    for address in $EDGE4 $EDGE6; do
        nmap_finds filtered "$address" -sS -p 5061,20000-21999
        nmap_finds filtered "$address" -sA -p 5061
        nmap_finds 'open|filtered' "$address" -sX -p 5061
        nmap_finds 'open|filtered' "$address" -sU -p 5061,20000-21999
    done
    printf '%s: nothing found\n' "$1"
}
calls() { # ADDRESS NAME: two calls with media for as long as the scan takes
    lab_spawn phone "cloud-$2" "$LAB_SRC/tools/load.py" cloud "$1:5061" "$2" "$LAB_DIR/pki" 2 $seconds
    clouds+=("$LAB_PID")
    await 20 'the calls to be up' has_line "cloud-$2.log" '^up 2'
}
number() { # NAME LOG...
    cat "${@:2}" | sed -n "s/^calls.* $1 \([0-9]*\).*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}

seconds=8
clouds=()
scan 'before the calls'
calls $EDGE4 $SBC
calls "[$EDGE6]" sbc6.example.test
scan 'during the calls'
for pid in "${clouds[@]}"; do
    if is_gone "$pid"; then lab_fail 'the scan took longer than the calls'; fi
done
for pid in "${clouds[@]}"; do wait "$pid" || lab_fail "a call went wrong: $(cat "$LAB_DIR"/cloud-*.log)"; done
scan 'after the calls'
lab_stop "$pbx"

cd "$LAB_DIR"
sent=$(number sent cloud-*.log) got=$(number received load.log)
back=$(number sent load.log) heard=$(number received cloud-*.log)
printf 'media: %s of %s in, %s of %s out\n' "$got" "$sent" "$heard" "$back"
[ "$sent" -gt $((seconds * 150)) ] || lab_fail 'the calls had no media'
[ "$got" -eq "$sent" ] && [ "$heard" -eq "$back" ] || lab_fail 'the scan cost the calls media'

lab_stop "${CAPTURE_PID[stranger]}"
"$LAB_SRC/tools/silence.py" "$LAB_DIR/stranger.pcap" $STRANGER4 $EDGE4 >"$LAB_DIR/four.facts"
"$LAB_SRC/tools/silence.py" "$LAB_DIR/stranger.pcap" $STRANGER6 $EDGE6 >"$LAB_DIR/six.facts"
for family in four six; do
    paste -sd' ' "$LAB_DIR/$family.facts"
    expect $family udp_ports '>=' 2001
    expect $family tcp_ports '>=' 2001
    expect $family answered == 0
    expect $family answered_bytes == 0
done

# A listed host without a certificate is told less than three times what it says.
capture_up phone phone pub
in_ns phone timeout 5 openssl s_client -connect $EDGE4:5061 -servername $SBC </dev/null >"$LAB_DIR/client" 2>&1 || true
await 5 'it to be refused' trunk_log tls.refused cause=no-certificate
lab_stop "${CAPTURE_PID[phone]}"
"$LAB_SRC/tools/silence.py" "$LAB_DIR/phone.pcap" $PHONE4 $EDGE4 >"$LAB_DIR/phone.facts"
paste -sd' ' "$LAB_DIR/phone.facts"
expect phone answered_bytes '>' 0
expect phone answered_bytes '<=' $((3 * $(fact phone asked_bytes)))
trunk_down
