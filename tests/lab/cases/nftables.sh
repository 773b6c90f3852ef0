#!/usr/bin/env bash
# the perimeter in nftables: holes come and go with calls, a flush is mended, kill -9 leaves silence
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
in_ns edge nft -f - <<'RULES'
table inet other {
    set names { type ipv4_addr; elements = { 192.0.2.1 } }
    chain input { type filter hook input priority 5; policy accept; ip saddr @names drop; }
}
RULES
other=$(in_ns edge nft list table inet other)

kamailio_up cloud 4
phone_up
desk_up
TRUNK_CLOUD_PORTS=20000-20099 trunk_config
sed -i 's/^node:/&\n  firewall: nftables/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up

table() { in_ns edge nft list table inet zerotrunk 2>/dev/null; }
holes() { table | grep -cE '^[[:space:]]*(elements = \{ )?[0-9.]+ \. 200[0-9][0-9] ' || true; }
has_holes() { [ "$(holes)" -gt 0 ]; }
has_none() { table >/dev/null && [ "$(holes)" -eq 0 ]; }
has_no_table() { ! table >/dev/null; }
now_ms() { printf '%s\n' $((${EPOCHREALTIME/./} / 1000)); }
ended_ms() { date -d "$(trunk_log call.end -p ts | tail -n 1)" +%s%3N; }
# The judge is the capture.
knock() {
    in_ns stranger nmap -n -Pn -T5 --max-retries 0 --min-rate 2000 -sU -p 20000-20099 $EDGE4 >>"$LAB_DIR/nmap" 2>&1
    in_ns stranger nmap -n -Pn -T5 --max-retries 0 -sS -p 5061 $EDGE4 >>"$LAB_DIR/nmap" 2>&1
}

capture_up stranger stranger pub
dial_cloud_to_pbx
both_heard
has_holes || lab_fail "no hole in the kernel during a call: $(table)"
knock
[ "$(in_ns edge nft list table inet other)" = "$other" ] || lab_fail 'another table was touched'
in_ns edge nft flush ruleset
await 3 'the table to be made again' has_holes
both_heard

baresip_do cloudphone hangup
await 10 'the end of the call' trunk_log call.end
await 5 'the holes to close' has_none
gone=$(($(now_ms) - $(ended_ms)))
printf 'no hole in the kernel %s ms after the end of the call, as nft(8) shows it\n' "$gone"
[ "$gone" -le 500 ] || lab_fail "a hole stood for $gone ms"

kill -9 "$TRUNK_PID"
await 5 'the trunk to be gone' is_gone "$TRUNK_PID"
await 5 'the table to stay without holes' has_none
knock
trunk_up
good_call desk
kill -9 "$TRUNK_PID"
await 5 'the trunk to be gone' is_gone "$TRUNK_PID"
capture_down stranger
expect stranger icmp_from_edge == 0
expect stranger tcp_from_edge == 0
expect stranger media_from_edge == 0
# A table that nobody takes over would keep all media out.
sed -i '/^  firewall:/d' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
await 3 'the table of a killed run to go' has_no_table
good_call desk
trunk_down
sed -i 's/^node:/&\n  firewall: nftables/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
await 3 'the table' table
trunk_down
if table >/dev/null; then lab_fail 'the table is left after an orderly end'; fi
