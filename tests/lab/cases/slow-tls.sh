#!/usr/bin/env bash
# slow peers of every sort: 3,000 half-open connections of one source keep no good peer out
# alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
crowd=198.51.100.21 sorts=198.51.100.22 hellos=198.51.100.23
# A sanitizer's memory is no measure.
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
lab_up
for address in $crowd $sorts $hellos; do ip -n "$LAB-phone" addr add "$address/24" dev pub; done
kamailio_up
phone_up
desk_up
trunk_config
sed -i "s|$PHONE4/32|198.51.100.16/28|" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
slow() { in_ns "$1" "$LAB_SRC/tools/slow.py" "$2" $EDGE4:5061 "${@:3}"; }
memory() { awk '/^RssAnon/ { print $2 }' "/proc/$TRUNK_PID/status"; }
half_open() { in_ns edge ss -Htn state established 'sport = :5061' dst $crowd | wc -l; }
slow_spawn() { # NAME COMMAND...: its facts are in NAME.facts
    lab_spawn phone "$1" bash -c '"$@" | tee "$0"' "$LAB_DIR/$1.facts" "$LAB_SRC/tools/slow.py" "$2" $EDGE4:5061 "${@:3}"
    SLOW_PID=$LAB_PID
}
visits_below() { # NAME MILLISECONDS COUNT: a good peer comes so often, each time as fast as that
    slow cloud visit $SBC "$LAB_DIR/pki" "$3" >"$LAB_DIR/$1.facts" || lab_fail "$1: a good peer was not served"
    [ "$(grep -c '^status 200$' "$LAB_DIR/$1.facts")" -eq "$3" ] || lab_fail "$1: a good peer was not answered"
    awk -v most="$2" -v what="$1" '/^took_ms/ { if ($2 > worst) worst = $2 }
        END { print what ": a good peer is served in " worst " ms at most"; exit worst > most }' "$LAB_DIR/$1.facts" ||
        lab_fail "$1: a good peer waited longer than $2 ms"
}

visits_below quiet 1000 2
before=$(memory)
capture_up edge
slow_spawn crowd crowd $crowd 3000 5
CROWD_PID=$SLOW_PID
await_line crowd.log ready 10
slow_spawn sorts sorts $sorts $SBC "$LAB_DIR/pki"
SORTS_PID=$SLOW_PID
visits_below crowded 1000 10
standing=$(half_open) during=$(memory)
good_call desk
await 20 'the crowd to end' is_gone "$CROWD_PID"
await 25 'the slow ones to end' is_gone "$SORTS_PID"
[ "$(half_open)" -eq 0 ] || lab_fail 'a half-open connection is left'
printf '3000 connections and 3000 more a second: %s half-open, memory from %s kB to %s kB\n' "$standing" "$before" "$during"
[ "$standing" -le 16 ] && [ "$standing" -gt 0 ] || lab_fail "$standing half-open connections of one source"
[ $((during - before)) -le $((standing * 64 + 2048)) ] || lab_fail 'a half-open connection costs more than 64 KiB'

expect crowd made '>=' 3000
expect crowd left_over == 0
expect crowd bytes == 0
expect crowd stood '>=' 16
expect crowd longest_ms '<' 6500
for sort in drip_hello half_hello tcp_keepalive; do
    expect sorts ${sort}_ms '>' 4000
    expect sorts ${sort}_ms '<' 7500
    expect sorts ${sort}_bytes == 0
done
expect sorts hello_then_silence_ms '<' 7500
for sort in drip_header endless_body; do
    expect sorts ${sort}_ms '>' 4000
    expect sorts ${sort}_ms '<' 8500
done
expect sorts reads_nothing_ms '>' 0
trunk_log flow.closed why='does not read' >/dev/null || lab_fail 'who reads nothing was not closed for it'
for sort in idle_ready pings_ready; do expect sorts ${sort}_ms == -1; done
printf 'before the proof: %s bytes in, %s bytes out\n' "$(fact sorts hello_then_silence_sent)" "$(fact sorts hello_then_silence_bytes)"

slow_spawn flood hellos $hellos $SBC 3
await_line flood.log ready 10
visits_below hellos 1000 5
await 15 'the ClientHellos to end' is_gone "$SLOW_PID"
printf 'ClientHellos in 3 s: %s sent, %s answered\n' "$(fact flood made)" "$(fact flood answered)"
expect flood answered '>' 40

capture_down edge
# Not one byte to who never sent a ClientHello: no alert, no SIP.
said=$(tcpdump -nr "$LAB_DIR/edge.pcap" "src $EDGE4 and dst $crowd and tcp and \
ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2) > 0" 2>/dev/null | wc -l)
[ "$said" -eq 0 ] || lab_fail "$said segments with data to who said nothing"
good_call desk
trunk_down
