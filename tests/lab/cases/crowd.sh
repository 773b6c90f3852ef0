#!/usr/bin/env bash
# a hundred thousand sources, listed or not: memory stays within its bound, calls go on
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# A sanitizer's memory is no measure; 20 bytes for each source are less than any record of it.
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
lab_up
in_ns edge ip route add 10.64.0.0/14 via $PBX4
in_ns edge sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.inside.rp_filter=0 net.ipv4.conf.pub.rp_filter=0
trunk_config
sed -i -e 's|^      transport: udp|&\n      prefixes: [10.20.0.0/24, 10.64.0.0/14]\n      media_prefixes: [10.20.0.0/24]|' \
    -e 's/^trunks:/admission:\n  max_addresses: 4096\n&/' -e 's/^    request_uri:/    max_calls: 10\n&/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
pbx_up

memory() { awk '/^RssAnon/ { print $2 }' "/proc/$TRUNK_PID/status"; }
crowd() { # ROLE NETWORK ADDRESS:PORT COUNT
    in_ns "$1" "$LAB_SRC/tools/forge.py" crowd "${@:2}"
}
good() { scripted_offer phone good | grep '^status 200 BYE' >/dev/null || lab_fail 'a good peer cannot call'; }

crowd pbx 10.64.0.0/16 $INSIDE4:5060 30000
good
filled=$(memory) dropped=$(metric zerotrunk_log_lines_dropped_total)
crowd pbx 10.65.0.0/16 $INSIDE4:5060 50000
crowd pbx 10.66.0.0/16 $INSIDE4:5060 50000
crowd stranger 203.0.112.0/20 $EDGE4:5061 4000
after=$(memory)
printf 'a hundred thousand sources more: from %s kB to %s kB\n' "$filled" "$after"
[ $((after - filled)) -le 2048 ] || lab_fail 'memory grows with the sources'
good
rang 2
[ "$(metric zerotrunk_log_lines_dropped_total)" -eq "$dropped" ] || lab_fail 'lines of the log were lost'
lines=$(trunk_lines)
printf '%s lines in the log\n' "$lines"
[ "$lines" -le 2000 ] || lab_fail 'a forged datagram costs a line of the log'
trunk_down
