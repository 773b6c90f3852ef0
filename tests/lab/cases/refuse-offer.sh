#!/usr/bin/env bash
# plain RTP, only G.729, cut or forged messages: refused, nothing rings
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
# Two calls at a time: what is refused takes no port, which would rest before its next use.
export TRUNK_CLOUD_PORTS=20000-20003
trunk_config
trunk_up
inside_watch_up

offer() { # STORY STATUS EVENT WHY: a regular expression over the reason in the log
    local before
    before=$(trunk_lines)
    scripted_offer phone "$1" >"$LAB_DIR/$1.said" 2>&1 || true
    printf '%s: %s\n' "$1" "$(paste -sd' ' "$LAB_DIR/$1.said")"
    grep -q "^status $2" "$LAB_DIR/$1.said" || lab_fail "$1: wanted $2"
    trunk_log_since "$before" "$3" status="$2" why="$4" || lab_fail "$1: the log does not say why"
    [ "$(invites_inside)" -eq 0 ] || lab_fail "$1: an INVITE went inside"
}

offer plain 488 sdp.refused 'SRTP is required'
grep -q '^warning 3' "$LAB_DIR/plain.said" || lab_fail 'plain: no Warning'
offer avp-with-crypto 488 sdp.refused 'SRTP is required'
offer g729 488 sdp.refused 'no codec in common'
offer port70000 488 sdp.refused malformed
offer cut 488 sdp.refused malformed
offer twolengths 400 gate.refused Content-Length
offer q1733 400 gate.refused 'Forged header name'
offer require 420 call.refused 'requires an extension'
grep -q '^unsupported 100rel' "$LAB_DIR/require.said" || lab_fail 'require: no Unsupported'
offer multipart 400 call.refused 'no session description'
trunk_down
