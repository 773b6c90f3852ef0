#!/usr/bin/env bash
# the clock on the wall jumps an hour, a day, to 2038 and back with calls up: they live, and certificates are judged by it
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
wall_can_jump || exit 77
lab_up
trunk_config
wall_up
trunk_up
pbx_up
noticed() { # SECONDS: about so many
    await 8 "a jump of $1" trunk_log_since "$before" clock.jumped seconds="^$1" || lab_fail "no jump of $1 was seen"
}
answered() {
    scripted_offer phone good cloud >"$LAB_DIR/said" 2>&1 || true
    grep -q '^status 200 BYE' "$LAB_DIR/said"
}
refused() { # CAUSE
    local since
    since=$(trunk_lines)
    if answered; then return 1; fi
    trunk_log_since "$since" tls.refused cause="^$1\$" >/dev/null
}

lab_spawn phone calls "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" 10 12
calls=$LAB_PID
await_line calls.log '^up 10' 15
before=$(trunk_lines)
for to in 3600 -3600 86400 -86400; do
    jump $to
    answered || refused not-yet-valid || lab_fail "at $to: $(<"$LAB_DIR/said")"
done
# 2038 and a day: everything has expired; nobody new comes in, and those who are up stay.
jump 432000000
await 5 'an expired peer to be refused' refused expired
noticed 4
await 5 'the connected peer to be distrusted' trunk_log_since "$before" peer.distrusted cause=expired policy=drain
jump 0
await 5 'a new call after all' answered || lab_fail 'the trunk did not come back from 2038'
if trunk_log_since "$before" call.end why='trusted no more|no media'; then lab_fail 'a call was dropped'; fi
wait "$calls" || lab_fail "calls: $(<"$LAB_DIR/calls.log")"
cat "$LAB_DIR/calls.log"
count() { sed -n "s/^calls.* $1 \([0-9]*\).*/\1/p" "$LAB_DIR/calls.log"; }
[ "$(count received)" -eq "$(count sent)" ] || lab_fail 'media was lost'
trunk_down
