#!/usr/bin/env bash
# floods of every kind from one peer: it is blocked, and others do not notice; then connections as many as can be made
# alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# What a sanitizer costs is no measure.
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
rate=6000
lab_up
sources=(198.51.100.21 198.51.100.22)
for address in "${sources[@]}"; do ip -n "$LAB-phone" addr add "$address/24" dev pub; done
pbx_up
trunk_config
sed -i -e 's/drain_seconds: 20/drain_seconds: 0/' -e "/signalling_prefixes/s|$PHONE4/32|198.51.100.16/28|" -e '0,/^      options_seconds: 0$/s//&\n      block: true/' \
    -e "s|media_prefixes:.*|media_prefixes: [\"$PHONE4/32\", \"$KAM4/32\"]|" \
    -e 's/^trunks:/admission:\n  block: {points: 100, seconds: 3, max_seconds: 3}\n&/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up

said() { sed -n "s/^$2 //p" "$LAB_DIR/flood-$1.log"; } # KIND WORD
may_speak() { in_ns phone timeout 0.7 "$LAB_SRC/tools/offer.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" options | grep '^status 200' >/dev/null; }
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$TRUNK_PID/stat"; }
memory() { awk '/^RssAnon/ { print $2 }' "/proc/$TRUNK_PID/status"; }

flood() { # KIND
    local before ticks began busy
    before=$(trunk_lines)
    lab_spawn phone "flood-$1" "$LAB_SRC/tools/flood.py" "$EDGE4:5061" $SBC "$LAB_DIR/pki" $rate 1.5 1 "$1"
    local pid=$LAB_PID
    await_line "flood-$1.log" connected 10
    await 5 "$1: the block" trunk_log_since "$before" source.blocked "remote=$PHONE4"
    ticks=$(cpu_ticks) began=${EPOCHREALTIME/./}
    await 10 'the flood to end' is_gone "$pid"
    busy=$(((100 * 10000 * ($(cpu_ticks) - ticks)) / (${EPOCHREALTIME/./} - began)))
    printf '%s: %s sent, last answer after %s ms, %s, %s %% of one core while blocked, %s kB\n' "$1" "$(said "$1" sent)" \
        "$(said "$1" last)" "$(grep ^status "$LAB_DIR/flood-$1.log" | paste -sd,)" "$busy" "$(memory)"
    [ "$(said "$1" sent)" -ge $rate ] || lab_fail 'the flood did not run'
    [ "$(said "$1" last)" -le 2000 ] || lab_fail 'it was answered for longer than two seconds'
    [ "$busy" -le 25 ] || lab_fail 'who is blocked costs too much'
    await 8 'the block to end' may_speak
}

number() { sed -n "s/^calls.* $1 \([0-9]*\).*/\1/p" "$LAB_DIR/good.log"; }

lab_spawn cloud good "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" $SBC "$LAB_DIR/pki" 10 18
good=$LAB_PID
await_line good.log '^up 10' 20
for kind in options cancel reinvite info; do
    flood $kind
    scripted_offer cloud good | grep '^status 200 BYE' >/dev/null || lab_fail 'another peer cannot call'
done
# Connections without a word, as many as two processes can make.
before=$(memory) ticks=$(cpu_ticks) began=${EPOCHREALTIME/./}
lab_spawn phone connects "$LAB_SRC/tools/connects.py" $EDGE4:5061 2 2 "${sources[@]}"
pid=$LAB_PID
await_line connects.log ready 10
in_ns cloud "$LAB_SRC/tools/slow.py" visit $EDGE4:5061 $SBC "$LAB_DIR/pki" 5 >"$LAB_DIR/visits" || lab_fail 'a good peer was not served'
await 10 'the connections to end' is_gone "$pid"
busy=$(((100 * 10000 * ($(cpu_ticks) - ticks)) / (${EPOCHREALTIME/./} - began)))
slowest=$(sed -n 's/^took_ms //p' "$LAB_DIR/visits" | sort -n | tail -n 1)
printf 'connects: %s a second, %s %% of one core, a good peer is served in %s ms at most, from %s kB to %s kB\n' \
    "$(sed -n 's/^rate //p' "$LAB_DIR/connects.log")" "$busy" "$slowest" "$before" "$(memory)"
[ "$(grep -c '^status 200$' "$LAB_DIR/visits")" -eq 5 ] && [ "$slowest" -le 1000 ] || lab_fail 'a good peer waited'
[ $(($(memory) - before)) -le 4096 ] || lab_fail 'memory grows with the connections'
if is_gone "$good"; then lab_fail 'the floods took longer than the good calls'; fi
wait "$good" || lab_fail "a good call went wrong: $(cat "$LAB_DIR/good.log")"
printf 'media of ten good calls: %s out, %s back\n' "$(number sent)" "$(number received)"
[ "$(number sent)" -gt 8000 ] && [ $((1000 * ($(number sent) - $(number received)))) -lt "$(number sent)" ] ||
    lab_fail 'the floods cost the good calls media'
trunk_down
