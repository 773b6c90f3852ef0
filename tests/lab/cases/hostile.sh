#!/usr/bin/env bash
# hostile and torture messages, whole, split and dripped; then a call
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
vectors=$LAB_SRC/../vectors
wrong=0
for how in whole split dripped; do
    for folder in hostile-sip torture-rfc4475; do
        in_ns phone "$LAB_SRC/tools/hostile.py" "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" "$vectors/$folder" $how ||
            wrong=1
    done
done
if is_gone "$TRUNK_PID"; then lab_fail 'zerotrunkd ended'; fi
if LC_ALL=C grep -nP '[\x00-\x08\x0b-\x1f]' "$LAB_DIR/trunk.log" | head -n 3 | grep .; then
    lab_fail 'a control character reached the log'
fi
good_call desk
trunk_down
[ "$wrong" -eq 0 ] || lab_fail 'a message was not treated as its verdict says'
