#!/usr/bin/env bash
# each way in which media goes wrong is named within three seconds, and a healthy call has no verdict
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
# An operator who has added what the peer's SDP names.
sed -i "s|media_prefixes:.*|media_prefixes: [\"$PHONE4/32\", \"192.168.77.0/24\"]|" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
desk_up

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
scripted() { # HOW: the call of a scripted cloud, from its start to its end
    lines=$(trunk_lines)
    in_ns phone "$LAB_SRC/tools/wrong.py" "$EDGE4:5061" $SBC "$LAB_DIR/pki" $DESK_USER "$1" >"$LAB_DIR/wrong.out" ||
        lab_fail "$1: $(cat "$LAB_DIR/wrong.out")"
    await 5 'the record of the call' trunk_log_since "$lines" call.record
}
goes_wrong() { # HOW CODE [SIDE]
    scripted "$1"
    named_in_time "$1" "$2" "${3:-cloud}" "$lines" "$(sed -n 's/^wrong //p' "$LAB_DIR/wrong.out")"
    trunk_log_since "$lines" call.record "verdict=^$2\$" "reason=^zerotrunk;cause=[0-9]+;text=" >/dev/null ||
        lab_fail "$1: the record says $(trunk_log_since "$lines" call.record)"
}
stays_well() { # WHAT LINES
    if trunk_log_since "$2" media.verdict; then lab_fail "$1: a verdict on a healthy call"; fi
    trunk_log_since "$2" call.record 'verdict=^none$' >/dev/null || lab_fail "$1: the record has a verdict"
}

goes_wrong plain plain-rtp
goes_wrong wrong-key wrong-key
goes_wrong own-key own-key
goes_wrong other-line other-line
goes_wrong tag-32 tag-length
goes_wrong suite suite
goes_wrong mki mki
goes_wrong codec codec
goes_wrong silent no-media
goes_wrong inside-address private-theirs
goes_wrong old-key old-key
goes_wrong stopped stopped
goes_wrong deaf unheard
scripted good
stays_well good "$lines"
scripted rollover
stays_well rollover "$lines"
trunk_log_since "$lines" call.record cloud_recovered=1 >/dev/null || lab_fail 'the lost rollover was not made up for'

# A phone behind Kamailio, and a firewall in front of the trunk that forgets the call.
kamailio_up
phone_up
lines=$(trunk_lines)
dial_cloud_to_pbx
both_heard
wrong=$(date +%s.%N)
in_ns edge nft -f - <<'NFT'
table inet zt-lab {
    chain in {
        type filter hook input priority -300;
        iifname "pub" udp dport 20000-21999 drop
    }
}
NFT
await 5 'the verdict' trunk_log_since "$lines" media.verdict
in_ns edge nft delete table inet zt-lab
named_in_time firewall stopped cloud "$lines" "$wrong"
await 5 'the cloud to be heard again' trunk_log_since "$lines" media.heard
hang_up cloudphone
await 5 'the record' trunk_log_since "$lines" call.record 'verdict=^stopped$'

# Healthy, with hold and resume from each side.
lines=$(trunk_lines)
resume() {
    baresip_do "$1" resume
    trunk_log_since "$lines" media.agreed >"$LAB_DIR/agreed"
    [ "$(wc -l <"$LAB_DIR/agreed")" -ge "$2" ]
}
agreed() { trunk_log_since "$lines" media.agreed >"$LAB_DIR/agreed" && [ "$(wc -l <"$LAB_DIR/agreed")" -ge "$1" ]; }
dial_cloud_to_pbx
both_heard
baresip_do cloudphone hold
await 5 'the hold to be agreed' agreed 2
sleep 5
await 5 'the cloud to resume' resume cloudphone 3
sleep 4
baresip_do desk hold
await 5 'the hold to be agreed' agreed 4
sleep 5
await 5 'the PBX to resume' resume desk 5
sleep 4
hang_up desk
await 5 'the record' trunk_log_since "$lines" call.record
stays_well 'hold and resume' "$lines"
trunk_log_since "$lines" call.record 'cloud_codec=PCMU' 'cloud_suite_in=AES_CM_128_HMAC_SHA1_80' 'caller=^sip:' 'cloud_mos=^4\.' \
    'cloud_peer=cloud.example.test' >/dev/null || lab_fail "the record: $(trunk_log_since "$lines" call.record)"
trunk_log_since "$lines" call.record -p caller callee duration_ms cloud_codec cloud_suite_in cloud_rx cloud_loss_percent cloud_jitter_us cloud_mos inside_mos why

[ "$(metric zerotrunk_media_verdicts_total)" -ge 14 ] || lab_fail "the metric: $(metrics | grep verdicts)"
metrics | grep 'media_verdicts_total{code="old-key"} 1$' >/dev/null || lab_fail "the metric: $(metrics | grep verdicts)"

# The address of this side was never set: SDP names one of a private network.
trunk_down
trunk_config
sed -i "s|^      listen: \"$EDGE4:5061\"|&\n      address: 10.99.0.1|" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
lines=$(trunk_lines)
dial_cloud_to_pbx
wrong=$(date +%s.%N)
await 5 'the verdict' trunk_log_since "$lines" media.verdict
named_in_time no-address private-ours cloud "$lines" "$wrong"
hang_up cloudphone
trunk_down
