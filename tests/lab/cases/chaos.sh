#!/usr/bin/env bash
# both ends send what fits no call flow: no call, port or hole is left behind, and a good call works
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
seed=${ZT_CHAOS_SEED:-1} seconds=${ZT_CHAOS_SECONDS:-15}
lab_up
kamailio_up
trunk_config
sed -i -e 's/^    request_uri:/    media_timeout_seconds: 3\n&/' -e 's/^  drain_seconds:/  answer_seconds: 10\n&/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
ports=$(metric zerotrunk_media_ports_free)
lab_spawn pbx inside "$LAB_SRC/tools/chaos.py" inside $INSIDE4:5060 $PBX4:5060 "$seed" "$seconds"
inside=$LAB_PID
lab_spawn phone cloud "$LAB_SRC/tools/chaos.py" cloud $EDGE4:5061 $SBC "$LAB_DIR/pki" "$seed" "$seconds"
cloud=$LAB_PID
wait "$inside" || lab_fail "the inside: $(tail -n 3 "$LAB_DIR/inside.log")"
wait "$cloud" || lab_fail "the cloud: $(tail -n 3 "$LAB_DIR/cloud.log")"
printf 'inside %s; cloud %s; calls %s, answered %s\n' "$(<"$LAB_DIR/inside.log")" "$(<"$LAB_DIR/cloud.log")" \
    "$(trunk_log call.start | wc -l)" "$(trunk_log call.answered | wc -l)"
nothing_is_left() {
    [ "$(metric zerotrunk_calls_active)" -eq 0 ] && [ "$(metric zerotrunk_pinholes_open)" -eq 0 ] &&
        [ "$(metric zerotrunk_media_ports_free)" -eq "$ports" ]
}
await 70 'the calls to end' nothing_is_left
[ "$(trunk_log call.start | wc -l)" -eq "$(trunk_log call.end | wc -l)" ] || lab_fail 'a call began and did not end, or ended twice'
phone_up
desk_up
good_call
trunk_down
