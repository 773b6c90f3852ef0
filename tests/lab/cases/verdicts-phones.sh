#!/usr/bin/env bash
# a firewall that forgets a call, and an address never set, are named; hold and resume are not
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# shellcheck source=tests/lab/verdicts.sh
. "$LAB_SRC/verdicts.sh"
lab_up
cast_up

# A firewall in front of the trunk forgets the call.
lines=$(trunk_lines)
dial_cloud_to_pbx
both_heard
sleep 3 # a call that has been well for a while
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

# The address of this side was never set: SDP names one of a private network.
trunk_down
trunk_config
sed -i "s|^      listen: \"$EDGE4:5061\"|&\n      public_address: 10.99.0.1|" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
lines=$(trunk_lines)
dial_cloud_to_pbx
wrong=$(date +%s.%N)
await 5 'the verdict' trunk_log_since "$lines" media.verdict
named_in_time no-address private-ours cloud "$lines" "$wrong"
hang_up cloudphone
trunk_down
