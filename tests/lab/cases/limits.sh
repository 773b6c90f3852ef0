#!/usr/bin/env bash
# max_calls, the media ports, the rate: the last call that fits is taken, the next gets 503 and rings nowhere
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up

two_of_three() { # places three calls at once
    in_ns phone "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" 3 1 >"$LAB_DIR/three" || true
    paste -sd' ' "$LAB_DIR/three"
    grep -q '^up 2$' "$LAB_DIR/three" || lab_fail 'two calls should be up'
    [ "$(grep -c '^refused 503' "$LAB_DIR/three")" -eq 1 ] || lab_fail 'the third should get 503'
}
call_works() { scripted_offer phone good | grep '^status 200 BYE' >/dev/null; }

pbx_up
trunk_config
sed -i 's/^    request_uri:/    max_calls: 2\n&/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
two_of_three
trunk_log call.refused status=503 why='max_calls' || lab_fail 'the log does not say why'
two_of_three
[ "$(calls_answered)" -eq 4 ] || lab_fail 'a call that was refused rang'
trunk_down

# Two pairs of ports on one side; they rest for 5 s before their next use.
pbx_up
TRUNK_CLOUD_PORTS=20000-20003 trunk_config
trunk_up
two_of_three
trunk_log call.end status=503 why='no media port' || lab_fail 'the log does not say why'
await 15 'the ports to be used again' call_works
[ "$(calls_answered)" -eq 3 ] || lab_fail 'a call that was refused rang'
trunk_down

# A burst of two calls, and none more for a long time.
pbx_up
trunk_config
sed -i '0,/^      options_seconds: 0$/s//&\n      limits:\n        call_rate: 1\n        call_burst: 2/' \
    "$LAB_DIR/zerotrunkd.yaml"
trunk_up
two_of_three
trunk_log admission.refused limit_of=trunk side=cloud status=503 || lab_fail 'the log does not say why'
[ "$(metric zerotrunk_admission_refused_total)" -eq 1 ] || lab_fail 'the refusal was not counted'
[ "$(calls_answered)" -eq 2 ] || lab_fail 'a call that was refused rang'
trunk_down
