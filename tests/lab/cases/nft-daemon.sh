#!/usr/bin/env bash
# the daemon's table: silence on the whole range, lists and blocks in the kernel, a dry run that does not lie
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up

# One trunk on IPv4 and one on IPv6, both with the same ports.
TRUNK_FAMILY=6 trunk_config
mv "$LAB_DIR/zerotrunkd.yaml" "$LAB_DIR/six.yaml"
trunk_config
trunk_as six "$LAB_DIR/six.yaml" -e 's/24000-24099/20000-21999/' >"$LAB_DIR/six"
cat "$LAB_DIR/six" >>"$LAB_DIR/zerotrunkd.yaml"
sed -i -e 's/^node:/&\n  firewall: nftables/' -e '0,/^      options_seconds: 0$/s//&\n      block: true/' \
    -e 's/^trunks:/admission:\n  block: {points: 20, seconds: 3}\n&/' "$LAB_DIR/zerotrunkd.yaml"
config=$LAB_DIR/zerotrunkd.yaml

table() { in_ns "${2:-edge}" nft list table inet "${1:-zerotrunk}"; }
in_set() { in_ns edge nft get element inet zerotrunk "$1" "{ $2 }" >/dev/null 2>&1; }
is_out() { ! in_set "$1" "$2"; }
reaches() { in_ns "$1" timeout 1 bash -c "exec 3<>/dev/tcp/$EDGE4/5061" 2>/dev/null; }
without() { # CAPABILITY FILE: the daemon, to its end
    trunk_command
    in_ns edge timeout 10 setpriv --bounding-set "-$1" --inh-caps "-$1" "${TRUNK_COMMAND[@]}" -c "$2" >"$LAB_DIR/refused" 2>&1
}
# Short slots: in long ones a burst finds no room, and what was sent would not be seen.
sniff_up() { # NAME ROLE
    lab_spawn "$2" "tcpdump-$1" tcpdump -i pub -B 16384 -U --immediate-mode -s 128 -Z root -w "$LAB_DIR/$1.pcap"
    CAPTURE_PID[$1]=$LAB_PID
    await_line "tcpdump-$1.log" 'listening on' 10
}
scan() { # WHEN: both families at once
    local address family pids=() pid
    for address in $EDGE4 $EDGE6; do
        family=()
        if [[ $address == *:* ]]; then family=(-6); fi
        in_ns stranger nmap "${family[@]}" -n -Pn -T5 --max-retries 0 --min-rate 6000 --host-timeout 20s -sS -sU \
            -p T:5061,20000-21999,U:5061,20000-21999 "$address" >"$LAB_DIR/nmap-$address" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
    for address in $EDGE4 $EDGE6; do
        # Nothing but silence, of which nmap cannot tell a UDP service that says nothing.
        if grep -E '^[0-9]+/(tcp|udp) +(open|closed|unfiltered)( |$)|(closed|unfiltered) (tcp|udp) ports' "$LAB_DIR/nmap-$address"; then
            lab_fail "$1: something was found at $address"
        fi
        grep -q 'scanned in' "$LAB_DIR/nmap-$address" || lab_fail "$1: $(<"$LAB_DIR/nmap-$address")"
    done
    printf '%s: nothing found\n' "$1"
}
prefixes() { # COUNT OTHERS: the first trunk's list
    local n list=$2
    for ((n = 0; n < $1; n++)); do list+=", 11.$((n / 256)).$((n % 256)).0/24"; done
    sed -i "0,/signalling_prefixes: .*/s||signalling_prefixes: [$list]|" "$config"
}
reloaded() {
    local before
    before=$(trunk_lines)
    kill -HUP "$TRUNK_PID"
    await 5 'the reload' trunk_log_since "$before" reload.done
}

# What cannot be is said with the key, the value and what would be right.
if without net_admin "$config"; then lab_fail 'it starts without the right to make a table'; fi
grep -q 'node.firewall "nftables": it needs CAP_NET_ADMIN' "$LAB_DIR/refused" || lab_fail "$(<"$LAB_DIR/refused")"
if table >/dev/null 2>&1; then lab_fail 'there is a table of nobody'; fi

# The dry run against what is loaded, both as nft(8) reads them.
"${TRUNK_COMMAND[@]}" --firewall=live -c "$config" >"$LAB_DIR/live.nft"
trunk_up
await_event 10 node.started
in_ns net nft -c -f "$LAB_DIR/live.nft"
in_ns net nft -f "$LAB_DIR/live.nft"
diff <(table zerotrunk net) <(table) || lab_fail 'the dry run is not what is loaded'
in_ns net nft delete table inet zerotrunk

sniff_up stranger stranger
scan 'with the table'

# A reload reaches the kernel, with thousands of prefixes too.
reaches cloud || lab_fail 'the listed cloud cannot connect'
if reaches stranger; then lab_fail 'a stranger connects'; fi
lab_stop "${CAPTURE_PID[stranger]}"
prefixes 4090 "\"$PHONE4/32\", \"$STRANGER4/32\""
reloaded
in_set signalling4 11.15.249.7 || lab_fail 'the last of the prefixes is not in the kernel'
in_set signalling4 $STRANGER4 && reaches stranger || lab_fail 'who was listed cannot connect'
is_out signalling4 $KAM4 || lab_fail 'who is listed no more is in the kernel still'
sniff_up removed cloud
if reaches cloud; then lab_fail 'who is listed no more connects'; fi
lab_stop "${CAPTURE_PID[removed]}"
prefixes 0 "\"$PHONE4/32\""
reloaded

# Who abuses is dropped by the kernel for as long as the block lasts.
# Handshakes without a certificate, 10 points each.
for _ in 1 2 3; do
    in_ns phone timeout 5 openssl s_client -connect $EDGE4:5061 -servername $SBC </dev/null >>"$LAB_DIR/client" 2>&1 || true
done
await 10 'the block' trunk_log source.blocked "remote=$PHONE4"
await 1 'the block in the kernel' in_set blocked4 $PHONE4
table | grep -E "$PHONE4 timeout [0-9]+s" >/dev/null || lab_fail 'the block has no end'
if reaches phone; then lab_fail 'who is blocked connects'; fi
await 10 'the block to end in the kernel' is_out blocked4 $PHONE4
await 10 'who was blocked to connect' reaches phone

# The name belongs to one of them; another name is another table.
sed -e "s/$EDGE4:5061/$EDGE4:5071/" -e "s/$EDGE6\]:5061/$EDGE6]:5071/" -e 's/:9560/:9561/' -e 's/20000-21999/26000-26099/' \
    -e 's/22000-23999/26100-26199/' -e 's/24100-24199/26200-26299/' -e 's/0.1:5060/0.1:5080/' -e 's/0.1:5070/0.1:5081/' \
    "$config" >"$LAB_DIR/second.yaml"
if in_ns edge timeout 10 "${TRUNK_COMMAND[@]}" -c "$LAB_DIR/second.yaml" >"$LAB_DIR/refused" 2>&1; then
    lab_fail 'two daemons share a table'
fi
grep -q 'node.firewall_table "zerotrunk": another process' "$LAB_DIR/refused" || lab_fail "$(<"$LAB_DIR/refused")"
sed -i 's/^  firewall: nftables/&\n  firewall_table: zerotrunk-2/' "$LAB_DIR/second.yaml"
lab_spawn edge second "${TRUNK_COMMAND[@]}" -c "$LAB_DIR/second.yaml"
await 10 'the second daemon' has_line second.log node.started
table zerotrunk-2 | grep 5071 >/dev/null || lab_fail 'the second table is not there'
lab_stop "$LAB_PID"
if table zerotrunk-2 >/dev/null 2>&1; then lab_fail 'the table is left after an orderly end'; fi
table | grep 5061 >/dev/null || lab_fail 'the end of one daemon took the table of the other'

# Nobody holds the ports any more: the table alone keeps silent.
prefixes 0 "\"$KAM4/32\""
reloaded
kill -9 "$TRUNK_PID"
await 5 'the trunk to be gone' is_gone "$TRUNK_PID"
await 5 'its privileged processes to be gone' bash -c '! ip netns pids "$0" | xargs -r -n1 -I{} cat /proc/{}/comm | grep -q ztrunk-priv' "$LAB-edge"
sniff_up after stranger
scan 'after kill -9'
lab_stop "${CAPTURE_PID[after]}"
for capture in stranger after; do
    "$LAB_SRC/tools/silence.py" "$LAB_DIR/$capture.pcap" $STRANGER4 $EDGE4 >"$LAB_DIR/four.facts"
    "$LAB_SRC/tools/silence.py" "$LAB_DIR/$capture.pcap" $STRANGER6 $EDGE6 >"$LAB_DIR/six.facts"
    for family in four six; do
        printf '%s, IPv%s: %s\n' "$capture" "$family" "$(paste -sd' ' "$LAB_DIR/$family.facts")"
        expect $family udp_ports '>=' 2001
        expect $family tcp_ports '>=' 2001
        expect $family answered == 0
    done
done
"$LAB_SRC/tools/silence.py" "$LAB_DIR/removed.pcap" $KAM4 $EDGE4 >"$LAB_DIR/removed.facts"
expect removed asked '>=' 1
expect removed answered == 0
