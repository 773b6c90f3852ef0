# shellcheck shell=bash
# verdicts.sh: what the log says of a party that is not heard. Needs lib.sh and daemon.sh.

seconds_of() { date -d "$1" +%s.%N; }
# The verdict of the last call, when it came, and the one in its record.
named_in_time() { # HOW CODE SIDE LINES WRONG
    local ts late
    ts=$(trunk_log_since "$4" media.verdict "code=^$2\$" "side=$3" -p ts || true)
    ts=${ts%%$'\n'*}
    [ -n "$ts" ] || lab_fail "$1: not named: $(trunk_log_since "$4" media.verdict || true)"
    late=$(awk -v a="$(seconds_of "$ts")" -v b="$5" 'BEGIN { printf "%.1f", a - b }')
    printf '%-15s %-15s after %s s: %s\n' "$1" "$2" "$late" \
        "$(trunk_log_since "$4" media.verdict "code=^$2\$" -p what evidence)"
    awk -v late="$late" 'BEGIN { exit !(late <= 3.0) }' || lab_fail "$1: named after $late s"
}
stays_well() { # WHAT LINES
    if trunk_log_since "$2" media.verdict; then lab_fail "$1: a verdict on a healthy call"; fi
    trunk_log_since "$2" call.record 'verdict=^none$' >/dev/null || lab_fail "$1: the record has a verdict"
}
