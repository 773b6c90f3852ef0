#!/usr/bin/env bash
# hostile and torture messages, whole, dripped and split at every byte; then a call
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
kamailio_up
phone_up
desk_up
trunk_config
trunk_unlimited
# Their Request-URIs are the trunk's, or 404 would be all that most of them see.
sed -i 's/domains: \[/&sbc.example.com, example.com, example.net, company.com, /' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
inside_watch_up
vectors=$LAB_SRC/../vectors
wrong=0
for folder in hostile-sip torture-rfc4475; do
    in_ns phone "$LAB_SRC/tools/hostile.py" "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" "$vectors/$folder" || wrong=1
done
if is_gone "$TRUNK_PID"; then lab_fail 'zerotrunkd ended'; fi
[ "$(invites_inside)" -eq 0 ] || lab_fail 'an INVITE went inside'
if LC_ALL=C grep -nP '[\x00-\x08\x0b-\x1f]' "$LAB_DIR/trunk.log" | head -n 3 | grep .; then
    lab_fail 'a control character reached the log'
fi
good_call desk
trunk_down
[ "$wrong" -eq 0 ] || lab_fail 'a message was not treated as its verdict says'
