#!/usr/bin/env bash
# datagrams with a forged source, from outside: none is taken for the PBX's, none is answered
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
# The worst that a network can do: the forger is on our link, and the kernel checks no source.
in_ns edge sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.pub.rp_filter=0 net.ipv4.conf.inside.rp_filter=0
in_ns stranger ip route add 10.20.0.0/24 via $EDGE4
trunk_config
sed -i "s/^      transport: udp/&\n      interface: inside/; s/^      listen: \"$EDGE4:5061\"/&\n      interface: pub/" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
pbx_up
capture_up stranger stranger pub
capture_up inside edge inside

forged() { in_ns stranger "$LAB_SRC/tools/forge.py" "$@" >>"$LAB_DIR/forged.log"; }
lab_spawn phone call "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" $SBC "$LAB_DIR/pki" 2 5
call=$LAB_PID
await 20 'the calls to be up' has_line call.log '^up 2'
for source in $PBX4 $INSIDE4 $EDGE4 $PHONE4 127.0.0.1 224.0.0.1 255.255.255.255 0.0.0.0; do
    forged sip $source $INSIDE4:5060
    forged sip $source $EDGE4:5061
done
for source in $PBX4 $INSIDE4 127.0.0.1; do forged media $source $INSIDE4 22000 22199; done
for source in $PHONE4 $EDGE4; do forged media $source $EDGE4 20000 20199; done
wait "$call" || lab_fail "a call went wrong: $(cat "$LAB_DIR/call.log")"
rang 2
lab_stop "${CAPTURE_PID[stranger]}" "${CAPTURE_PID[inside]}"
"$LAB_SRC/tools/silence.py" "$LAB_DIR/stranger.pcap" $STRANGER4 $EDGE4 $INSIDE4 >"$LAB_DIR/stranger.facts"
paste -sd' ' "$LAB_DIR/stranger.facts" "$LAB_DIR/forged.log"
expect stranger answered == 0
if grep -aq ZT-FORGED "$LAB_DIR/inside.pcap"; then lab_fail 'forged media went inside'; fi
number() { sed -n "s/^calls.* $1 \([0-9]*\).*/\1/p" "$LAB_DIR/call.log"; }
[ "$(number bad)" -eq 0 ] && [ "$(number sent)" -eq "$(number received)" ] || lab_fail "the calls: $(cat "$LAB_DIR/call.log")"
if trunk_log call.start from=inside; then lab_fail 'a forged INVITE was taken for the PBX'; fi
trunk_down
