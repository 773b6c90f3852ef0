#!/usr/bin/env bash
# a caller who gives up is heard on the other side, both ways
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
export DESK_ANSWERS=manual
lab_up
cast_up
scripted_offer phone cancel | tee "$LAB_DIR/said"
grep -q '^status 180 INVITE' "$LAB_DIR/said" || lab_fail 'never rang'
grep -q '^status 200 CANCEL' "$LAB_DIR/said" || lab_fail 'the CANCEL was not answered'
grep -q '^status 487 INVITE' "$LAB_DIR/said" || lab_fail 'the INVITE was not ended'
await_line desk.log "$OVER" 5
await 5 'all holes to close' test "$(metric zerotrunk_pinholes_open)" = 0
trunk_down
