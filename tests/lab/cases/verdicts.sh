#!/usr/bin/env bash
# each way in which media goes wrong is named within three seconds, and a healthy call has no verdict
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# shellcheck source=tests/lab/verdicts.sh
. "$LAB_SRC/verdicts.sh"
lab_up
trunk_config
# An operator who has added what the peer's SDP names.
sed -i "s|media_prefixes:.*|media_prefixes: [\"$PHONE4/32\", \"192.168.77.0/24\"]|" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
desk_up

scripted() { # HOW: the call of a scripted cloud, from its start to its end
    lines=$(trunk_lines)
    in_ns phone "$LAB_SRC/tools/wrong.py" "$EDGE4:5061" $SBC "$LAB_DIR/pki" $DESK_USER "$1" >"$LAB_DIR/wrong.out" ||
        lab_fail "$1: $(cat "$LAB_DIR/wrong.out")"
    await 5 'the record of the call' trunk_log_since "$lines" call.record
}
goes_wrong() { # HOW CODE [SIDE]
    scripted "$1"
    named_in_time "$1" "$2" "${3:-cloud}" "$lines" "$(sed -n 's/^wrong //p' "$LAB_DIR/wrong.out")"
    trunk_log_since "$lines" call.record "verdict=^$2\$" "reason=^zerotrunk;cause=[0-9]+;text=" >/dev/null ||
        lab_fail "$1: the record says $(trunk_log_since "$lines" call.record)"
}
goes_wrong plain plain-rtp
goes_wrong wrong-key wrong-key
goes_wrong own-key own-key
goes_wrong other-line other-line
goes_wrong tag-32 tag-length
goes_wrong suite suite
goes_wrong mki mki
goes_wrong codec codec
goes_wrong silent no-media
goes_wrong inside-address private-theirs
goes_wrong old-key old-key
goes_wrong stopped stopped
goes_wrong deaf unheard
scripted good
stays_well good "$lines"
scripted rollover
stays_well rollover "$lines"
trunk_log_since "$lines" call.record cloud_recovered=1 >/dev/null || lab_fail 'the lost rollover was not made up for'
[ "$(metric zerotrunk_media_verdicts_total)" -eq 13 ] || lab_fail "the metric: $(metrics | grep verdicts)"
metrics | grep 'media_verdicts_total{code="old-key"} 1$' >/dev/null || lab_fail "the metric: $(metrics | grep verdicts)"
trunk_down
