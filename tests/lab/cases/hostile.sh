#!/usr/bin/env bash
# hostile and torture messages, whole, split and dripped; then a call
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
vectors=$LAB_SRC/../vectors
for how in whole split dripped; do
    for folder in hostile-sip torture-rfc4475; do
        in_ns phone "$LAB_SRC/tools/hostile.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" "$vectors/$folder" $how ||
            lab_fail "$folder $how"
    done
done
if is_gone "$TRUNK_PID"; then lab_fail 'zerotrunkd ended'; fi
good_call desk
trunk_down
