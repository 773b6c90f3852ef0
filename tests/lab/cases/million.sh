#!/usr/bin/env bash
# a million forged packets, 50,000 a second, from the call's own port: it loses under 0.1 % of its own
# alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
count=${ZT_FORGED:-1000000} rate=${ZT_FORGED_RATE:-50000}
lab_up
trunk_config
trunk_up
pbx_up
in_ns phone timeout 120 "$LAB_SRC/tools/forgeries.py" "$EDGE4:5061" $SBC "$LAB_DIR/pki" $DESK_USER flood "$count" "$rate" >"$LAB_DIR/cloud.facts" ||
    lab_fail "$(paste -sd' ' "$LAB_DIR/cloud.facts")"
await 5 'the record of the call' trunk_log call.record
lab_stop "$pbx"

number() { sed -n "s/.*\<$1 \([0-9]*\).*/\1/p" "$LAB_DIR/$2" | tail -n 1; }
record() { trunk_log call.record -p "$1"; }
sent=$(number sent cloud.facts) got=$(number received load.log)
back=$(number sent load.log) heard=$(number back cloud.facts)
printf 'forged %s at %s a second (asked: %s), %s of them looked at; good: %s of %s in, %s of %s out\n' "$count" \
    "$(number rate cloud.facts)" "$rate" "$(record cloud_dropped)" "$got" "$sent" "$heard" "$back"
[ "$sent" -ge 2000 ] || lab_fail 'too little good media to tell'
[ $(((sent - got) * 1000)) -lt "$sent" ] || lab_fail 'the flood cost the call media on its way in'
[ $(((back - heard) * 1000)) -lt "$back" ] || lab_fail 'the flood cost the call media on its way out'
[ "$(number bad cloud.facts)" -eq 0 ] || lab_fail 'the cloud could not open a packet'
[ "$(record cloud_rx)" -eq "$got" ] || lab_fail 'a forged packet counted as good'
[ "$(record cloud_dropped)" -ge $((count / 10 * 9)) ] || lab_fail 'the flood did not reach the trunk'
[ "$(record verdict)" = none ] || lab_fail 'a verdict on a healthy call'
trunk_down
