# shellcheck shell=bash
# receiver.sh: the receiver of alarms at https://sbc.example.test:8443 (tools/receiver.py). Needs
# lib.sh and $seen, the folder where it writes down what it took.

receiver_up() { # [HMAC-KEY-FILE BEARER-FILE]
    lab_spawn edge receiver "$LAB_SRC/tools/receiver.py" $EDGE4 8443 "$LAB_DIR/pki/sbc.pem" "$LAB_DIR/pki/sbc.key" \
        "${seen:?}" "$@"
    RECEIVER_PID=$LAB_PID
    await_listener edge 8443
}
receiver_down() { lab_stop "$RECEIVER_PID"; }
mode() { printf '%s\n' "$*" >"$seen/mode"; }
count() { grep -c "\"event_action\": \"$2\"" "$seen/$1" 2>/dev/null || true; } # FILE ACTION
has() { [ "$(count "$1" "$2")" = "$3" ]; }
