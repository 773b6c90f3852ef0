#!/usr/bin/env bash
# the disk is full, the reader of the log is gone: calls go on, and lost lines are counted
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
kamailio_up
phone_up
desk_up
trunk_config
trunk_command
mkdir "$LAB_DIR/disk"

sink_up() { # COMMAND...: the daemon started by it
    lab_spawn edge trunk "$@"
    TRUNK_PID=$LAB_PID
    await 20 'the trunk to listen' has_listener edge 5061 || lab_fail "zerotrunkd did not start: $(tail -n 5 "$LAB_DIR/trunk.log")"
}
lost() { metric zerotrunk_log_lines_dropped_total; }

# The file system is the daemon's own: one page, which its first calls fill.
sed "s|^    format: json|&\n    file: $LAB_DIR/disk/log|" "$LAB_DIR/zerotrunkd.yaml" >"$LAB_DIR/zerotrunkd-disk.yaml"
# shellcheck disable=SC2016
sink_up sh -c 'mount -t tmpfs -o size=4k none "$1" && shift && exec "$@"' - "$LAB_DIR/disk" \
    "${TRUNK_COMMAND[@]}" -c "$LAB_DIR/zerotrunkd-disk.yaml"
good_call
good_call desk
[ "$(lost)" -gt 0 ] || lab_fail 'the disk did not fill up'
[ "$(stat -c %s "/proc/$TRUNK_PID/root$LAB_DIR/disk/log")" -eq 4096 ] || lab_fail 'the log is not the size of the disk'
before=$(lost)
good_call
[ "$(lost)" -gt "$before" ] || lab_fail 'lines that did not fit were not counted'
trunk_down

# A reader that reads nothing, while the pipe has room, and then is gone.
mkfifo "$LAB_DIR/pipe"
# shellcheck disable=SC2217 # it holds the pipe open and reads nothing
sleep 600 <"$LAB_DIR/pipe" &
reader=$!
# shellcheck disable=SC2016
sink_up sh -c 'pipe=$1 && shift && exec "$@" >"$pipe"' - "$LAB_DIR/pipe" \
    "${TRUNK_COMMAND[@]}" -c "$LAB_DIR/zerotrunkd.yaml"
good_call
[ "$(lost)" -eq 0 ] || lab_fail 'lines were lost that the pipe had room for'
kill "$reader"
wait "$reader" || true
good_call
[ "$(lost)" -gt 0 ] || lab_fail 'a line went to a reader that is gone'
trunk_down
