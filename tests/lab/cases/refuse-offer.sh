#!/usr/bin/env bash
# plain RTP, only G.729, cut or forged messages: refused, nothing rings
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
trunk_up
inside_watch_up

offer() { # STORY WANTED: a regular expression over what came back
    in_ns phone "$LAB_SRC/tools/offer.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" "$1" >"$LAB_DIR/$1.said" 2>&1 || true
    printf '%s: %s\n' "$1" "$(paste -sd' ' "$LAB_DIR/$1.said")"
    grep -qE "$2" "$LAB_DIR/$1.said" || lab_fail "$1: wanted $2"
    [ "$(invites_inside)" -eq 0 ] || lab_fail "$1: an INVITE went inside"
}

logged() { # REGEX
    await 3 "the log to say $1" has_line trunk.log "$1" || lab_fail "not in the log: $1"
}

offer plain '^status 488'
grep -q '^warning 3' "$LAB_DIR/plain.said" || lab_fail 'plain: no Warning'
offer avp-with-crypto '^status 488'
offer g729 '^status 488'
offer port70000 '^status (488|400)'
offer cut '^status (488|400)'
offer twolengths '^status 400|^closed'
offer q1733 '^status 400'
logged '488'
logged '[Cc]ontent-[Ll]ength'

trunk_down
