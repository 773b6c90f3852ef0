#!/usr/bin/env bash
# rules for a firewall in front: well formed, alike, and a router with them passes calls alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
TRUNK_FAMILY=6 trunk_config
trunk_as six "$LAB_DIR/zerotrunkd.yaml" >"$LAB_DIR/six"
trunk_config
cat "$LAB_DIR/six" >>"$LAB_DIR/zerotrunkd.yaml"
trunk_command

# Where it is written there need be no certificate, key or name server.
sed -E 's|^( *(certificate\|key\|trust): ).*|\1/nowhere|' "$LAB_DIR/zerotrunkd.yaml" >"$LAB_DIR/bare.yaml"
write() { "${TRUNK_COMMAND[@]}" --firewall="$1" -c "$LAB_DIR/bare.yaml" >"$LAB_DIR/$1" || lab_fail "--firewall=$1"; }
for form in aws terraform nft nft-bridge; do write $form; done

cat >"$LAB_DIR/wanted" <<EOF
in tcp 5061-5061 $KAM4/32
in tcp 5061-5061 $KAM6/128
in tcp 5061-5061 $PHONE4/32
in tcp 5061-5061 $PHONE6/128
in udp 20000-21999 $PHONE4/32
in udp 24000-24099 $PHONE6/128
out tcp 5061-5061 $KAM4/32
out tcp 5061-5061 $KAM6/128
out udp 1024-65535 $PHONE4/32
out udp 1024-65535 $PHONE6/128
EOF
for form in aws terraform; do
    "$LAB_SRC/tools/firewall.py" $form "$LAB_DIR/$form" >"$LAB_DIR/$form.rules" || lab_fail "$form is not well formed"
    LC_ALL=C sort "$LAB_DIR/wanted" | diff - "$LAB_DIR/$form.rules" || lab_fail "$form has other rules"
done

for form in nft nft-bridge; do
    [ "$(grep -c ' dport ' "$LAB_DIR/$form")" -eq "$(wc -l <"$LAB_DIR/wanted")" ] || lab_fail "$form has other rules"
done
in_ns net nft -c -f "$LAB_DIR/nft" || lab_fail 'nft does not take it'
# A kernel without nf_conntrack_bridge takes what is left when nothing is tracked.
in_ns net nft -c -f "$LAB_DIR/nft-bridge" 2>/dev/null ||
    sed '/ct state/d' "$LAB_DIR/nft-bridge" | in_ns net nft -c -f - || lab_fail 'nft does not take it for a bridge'

# The bridge between the node and the rest becomes a router, which answers for either.
route_edge() {
    in_ns net sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    ip -n "$LAB-net" link set edge nomaster
    ip -n "$LAB-net" addr add 198.51.100.254/24 dev br0
    ip -n "$LAB-net" addr add 2001:db8:51::fe/64 dev br0 nodad
    ip -n "$LAB-net" route add $EDGE4/32 dev edge
    ip -n "$LAB-net" route add $EDGE6/128 dev edge
    local leg
    for leg in br0 edge; do in_ns net sysctl -qw net.ipv4.conf.$leg.proxy_arp=1 net.ipv6.conf.$leg.proxy_ndp=1; done
    ip -n "$LAB-net" neigh add proxy $EDGE6 dev br0
    for leg in $KAM6 $PHONE6 $STRANGER6; do ip -n "$LAB-net" neigh add proxy "$leg" dev edge; done
}
route_edge
in_ns net nft -f "$LAB_DIR/nft"
in_ns net nft list ruleset >"$LAB_DIR/once"
in_ns net nft -f "$LAB_DIR/nft"
in_ns net nft list ruleset | diff "$LAB_DIR/once" - || lab_fail 'a second load adds to the first'

# All that would pass without it: a service on the node, and the node to a service out there.
told() { # TEXT FROM ADDRESS PORT: FROM says TEXT to the TCP server there
    echo "$1" | in_ns "$2" timeout 2 socat -u - "TCP:$3:$4,connect-timeout=1" 2>/dev/null
}
for family in 4 6; do
    only=; if [ $family = 6 ]; then only=,ipv6only; fi
    lab_spawn edge "edge$family" socat -u "TCP$family-LISTEN:7777,fork,reuseaddr$only" STDOUT
    lab_spawn cloud "cloud$family" socat -u "TCP$family-LISTEN:7777,fork,reuseaddr$only" STDOUT
done
await_listener edge 7777
await_listener cloud 7777
for pair in "cloud edge $EDGE4 4" "cloud edge [$EDGE6] 6" "edge cloud $KAM4 4" "edge cloud [$KAM6] 6"; do
    read -r from to address family <<<"$pair"
    if told closed "$from" "$address" 7777; then lab_fail "$from reaches port 7777 of $to at $address"; fi
done

# And what a trunk is for passes.
cast_up
dial_cloud_to_pbx
both_heard
hang_up cloudphone
dial_pbx_to_cloud
both_heard
hang_up desk
trunk_down

in_ns net nft delete table inet zerotrunkd_edge
for pair in "cloud edge $EDGE4 4" "cloud edge [$EDGE6] 6" "edge cloud $KAM4 4" "edge cloud [$KAM6] 6"; do
    read -r from to address family <<<"$pair"
    told open "$from" "$address" 7777 || lab_fail "port 7777 of $to is closed without the rules, too"
    await_line "$to$family.log" '^open$' 5
    if grep closed "$LAB_DIR/$to$family.log"; then lab_fail "what was to be dropped came to $to"; fi
done
