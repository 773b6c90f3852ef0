#!/usr/bin/env bash
# 500 INVITE a second from one peer: it is blocked, the others do not notice
# alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
kamailio_up cloud 4
phone_up
desk_up
trunk_config
sed -i -e '0,/^      options_seconds: 0$/s//&\n      block: true/' \
    -e 's/^trunks:/admission:\n  block:\n    seconds: 4\n&/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up

flood() { # CONNECTIONS SECONDS
    lab_spawn phone "flood$1" "$LAB_SRC/tools/flood.py" "$EDGE4:5061" $SBC "$LAB_DIR/pki" 500 "$2" "$1"
    FLOOD=$LAB_PID
    await_line "flood$1.log" connected 10
}
said() { sed -n "s/^$2 //p" "$LAB_DIR/flood$1.log"; } # CONNECTIONS WORD
may_speak() { scripted_offer phone options | grep '^status 200' >/dev/null; }
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$TRUNK_PID/stat"; }

# The judge of "blocked within the second": nothing is answered any more.
was_blocked() { # CONNECTIONS LINES
    local taken
    taken=$(trunk_log_since "$2" call.start -p from | wc -l)
    printf '%s connections: %s sent, %s taken, last answer after %s ms\n' "$1" "$(said "$1" sent)" "$taken" "$(said "$1" last)"
    trunk_log_since "$2" source.blocked "remote=$PHONE4" || lab_fail 'the log does not name the blocked source'
    [ "$(said "$1" sent)" -ge 1000 ] || lab_fail 'the flood did not run'
    [ "$taken" -le 200 ] || lab_fail "$taken calls were taken for processing"
    [ "$(said "$1" last)" -le 1000 ] || lab_fail 'it was answered for longer than a second'
}

dial_cloud_to_pbx
both_heard
for connections in 1 50; do
    before=$(trunk_lines)
    flood $connections 3
    await 5 'the block' trunk_log_since "$before" source.blocked
    ticks=$(cpu_ticks) began=${EPOCHREALTIME/./}
    both_heard
    wait "$FLOOD"
    busy=$(((100 * 10000 * ($(cpu_ticks) - ticks)) / (${EPOCHREALTIME/./} - began)))
    was_blocked $connections "$before"
    printf 'CPU while blocked: %s %% of one core\n' "$busy"
    await 6 'the block to end' may_speak
done
hang_up cloudphone
# The good peer's media: what came in went out, in both directions.
trunk_log call.end cloud_rx=. -p cloud_rx inside_tx inside_rx cloud_tx | tail -n 1
good_call desk
trunk_down
