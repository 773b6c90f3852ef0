#!/usr/bin/env bash
# headers in disguise cross neither way, no peer's byte makes a line of the log, no key is in it
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
messages=${ZT_LOG_MESSAGES:-1000} seed=${ZT_LOG_SEED:-1}
lab_up
trunk_config
sed -i -e 's/    headers:/&\n      pass: [X-Passed]/' -e 's/location: true/location: false/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
lab_spawn pbx pbx "$LAB_SRC/tools/smuggle.py" pbx $PBX4 5060 "$LAB_DIR/received"
await_listener pbx 5060

log_is_ours() { # FORMAT KEYS...
    metrics >"$LAB_DIR/metrics"
    "$LAB_SRC/tools/logfuzz.py" judge "$1" "$LAB_DIR/trunk.log" "$LAB_DIR/metrics" "${@:2}"
}
fuzz() { # MESSAGES
    in_ns phone "$LAB_SRC/tools/logfuzz.py" send $EDGE4:5061 $SBC "$LAB_DIR/pki" "$seed" "$1" "$LAB_DIR/offered"
}

in_ns phone "$LAB_SRC/tools/smuggle.py" cloud $EDGE4:5061 $SBC "$LAB_DIR/pki" "$LAB_DIR/keys"
"$LAB_SRC/tools/smuggle.py" judge "$LAB_DIR/received"
fuzz "$messages"
log_is_ours json "$LAB_DIR/keys" "$LAB_DIR/offered"
trunk_down

for format in text syslog cef ocsf; do
    sed -i "s/format: .*/format: $format/" "$LAB_DIR/zerotrunkd.yaml"
    : >"$LAB_DIR/trunk.log"
    trunk_up
    fuzz $((messages / 10))
    log_is_ours "$format" "$LAB_DIR/offered"
    trunk_down
done
