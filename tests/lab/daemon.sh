# shellcheck shell=bash
# daemon.sh: zerotrunkd in the edge's namespace: its file, its start and end, what it says. Needs
# lib.sh and peers.sh.

# TRUNK_* may be set before trunk_config, to say what is special in a story.
trunk_config() {
    # It gives root up, and reads its files again at a reload.
    chmod o+x "$LAB_DIR"
    chgrp -R nogroup "$LAB_DIR/pki"
    chmod -R g+rX "$LAB_DIR/pki"
    local edge=$EDGE4:5061 peer=$KAM4:5061 kam=$KAM4/32 phone=$PHONE4/32 fqdn=$SBC name=$CLOUD
    if [ "${TRUNK_FAMILY:-4}" = 6 ]; then
        edge="[$EDGE6]:5061" peer="[$KAM6]:5061" kam=$KAM6/128 phone=$PHONE6/128
        fqdn=sbc6.example.test name=cloud6.example.test
    fi
    fill zerotrunkd.yaml zerotrunkd.yaml "FQDN=$fqdn" "EDGE_PORT=$edge" "KAM_PREFIX=$kam" \
        "PHONE_PREFIX=$phone" "PEER=$name" "PEER_PORT=${TRUNK_PEER:-$peer}" \
        "SBC_CERT=${TRUNK_CERT:-sbc}" "IDENTITY=${TRUNK_IDENTITY:-mutual}" \
        "CLOUD_PORTS=${TRUNK_CLOUD_PORTS:-20000-21999}" "INSIDE_PORTS=${TRUNK_INSIDE_PORTS:-22000-23999}" \
        "INSIDE_TRANSPORT=${TRUNK_INSIDE:-udp}" "OPTIONS=${TRUNK_OPTIONS:-0}" \
        "MEDIA=${ZT_MEDIA_BACKEND:-epoll}"
}

# The trunk of a configuration once more, under another name and on other inside and media ports.
trunk_as() { # NAME FILE [sed arguments]
    local name=$1 file=$2
    shift 2
    sed -n '/^trunks:/,$p' "$file" | sed -e 1d -e "s/name: lab/name: $name/" \
        -e 's/listen: "10.20.0.1:5060"/listen: "10.20.0.1:5070"/' \
        -e 's/20000-21999/24000-24099/' -e 's/22000-23999/24100-24199/' "$@"
}

# For stories whose one peer sends more than any that behaves.
trunk_unlimited() {
    sed -i 's/^trunks:/admission:\n  address: {connections: 0, handshakes: 0, handshake_rate: 0, call_rate: 0, message_rate: 0}\n&/' \
        "$LAB_DIR/zerotrunkd.yaml"
}

# A daemon of a chroot finds the lab's folder under the same name there.
trunk_command() {
    local build=${TRUNK_BUILD:-$ZT_BUILD}
    TRUNK_COMMAND=(env "LD_LIBRARY_PATH=$build/.libs" "$build/examples/zerotrunkd/.libs/zerotrunkd")
    if [ -z "${ZT_CHROOT:-}" ]; then return 0; fi
    mkdir -p "$ZT_CHROOT$LAB_DIR/pki"
    cp -rp "$LAB_DIR/pki" "$LAB_DIR/zerotrunkd.yaml" "$ZT_CHROOT$LAB_DIR/"
    TRUNK_COMMAND=(chroot "$ZT_CHROOT" "${TRUNK_COMMAND[@]}")
}

trunk_up() {
    trunk_command
    export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1
    lab_spawn edge trunk "${TRUNK_COMMAND[@]}" -c "$LAB_DIR/zerotrunkd.yaml"
    TRUNK_PID=$LAB_PID
    await 20 'the trunk to listen' trunk_listens || true
    if is_gone "$TRUNK_PID" || ! trunk_listens; then
        lab_fail "zerotrunkd did not start: $(tail -n 5 "$LAB_DIR/trunk.log")"
    fi
}

trunk_listens() {
    if is_gone "$TRUNK_PID"; then return 0; fi
    # The metrics come behind all that keeps ports silent.
    has_listener edge 5061 && has_listener edge 5060 && has_listener edge 9560
}

# Ends it as an operator does, and looks at how it ended: a sanitizer's finding is a failure.
trunk_down() {
    local status=0
    kill -TERM "$TRUNK_PID"
    await 40 'the trunk to drain' is_gone "$TRUNK_PID" || lab_fail 'zerotrunkd did not end on SIGTERM'
    wait "$TRUNK_PID" || status=$?
    [ "$status" -eq 0 ] || lab_fail "zerotrunkd ended with $status"
    no_findings
}

no_findings() {
    if grep -E 'AddressSanitizer|LeakSanitizer|runtime error:' "$LAB_DIR/trunk.log" >&2; then
        lab_fail 'a sanitizer found something'
    fi
}

trunk_log() { "$LAB_SRC/tools/events.py" "$LAB_DIR/trunk.log" "$@"; }
trunk_lines() { wc -l <"$LAB_DIR/trunk.log"; }
trunk_log_since() { # LINES EVENT...: as trunk_log, in what came after the first LINES
    tail -n "+$(($1 + 1))" "$LAB_DIR/trunk.log" >"$LAB_DIR/since.log"
    "$LAB_SRC/tools/events.py" "$LAB_DIR/since.log" "${@:2}"
}
await_event() { await "$1" "event $2" trunk_log "${@:2}"; }
metrics() { in_ns edge "$LAB_SRC/tools/fetch.py" http://127.0.0.1:9560/metrics; }
metric() { metrics | awk -v want="$1" '{ name = $1; sub(/\{.*/, "", name) } name == want { sum += $NF } END { print sum + 0 }'; }
