#!/usr/bin/env bash
# thousands of allowed prefixes; a source taken off the list is cut off at once, and its calls go on
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
config=$LAB_DIR/zerotrunkd.yaml

prefixes() { # COUNT [OTHERS]: so many that nobody here has, and others
    local n list=${2:-}
    for ((n = 0; n < $1; n++)); do list+="${list:+, }11.$((n / 256)).$((n % 256)).0/24"; done
    sed -i "s|signalling_prefixes: .*|signalling_prefixes: [$list]|" "$config"
}
reloaded() {
    local before
    before=$(trunk_lines)
    kill -HUP "$TRUNK_PID"
    await 5 'the reload' trunk_log_since "$before" "reload.$1"
}
works() { scripted_offer phone options 2>/dev/null | grep -q '^status 200 OPTIONS'; }

cast_up
prefixes 4094 "\"$KAM4/32\", \"$PHONE4/32\""
reloaded "done"
works || lab_fail 'one of 4096 prefixes is not admitted'
dial_cloud_to_pbx
both_heard
prefixes 4095 "\"$PHONE4/32\""
before=$(trunk_lines)
reloaded "done"
await 1 'the connection to be closed' trunk_log_since "$before" flow.closed remote="$KAM4"
both_heard
works || lab_fail 'who is still on the list was cut off as well'
if in_ns cloud timeout 3 "$LAB_SRC/tools/offer.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" options >"$LAB_DIR/said" 2>&1 &&
    grep -q '^status' "$LAB_DIR/said"; then lab_fail 'who is off the list was answered'; fi
prefixes 4095 "\"$KAM4/32\", \"$PHONE4/32\""
reloaded refused
trunk_log reload.refused why='no more than 4096' >/dev/null || lab_fail 'the log does not tell the bound'
prefixes 10 "\"$KAM4/32\", \"$PHONE4/32\""
reloaded "done"
hang_up desk
good_call desk
trunk_down
