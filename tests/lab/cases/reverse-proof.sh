#!/usr/bin/env bash
# a cloud without a client certificate is believed when its address proves it
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
wrong4=198.51.100.11 mute4=198.51.100.12 closed4=198.51.100.13
for address in $wrong4 $mute4 $closed4; do ip -n "$LAB-cloud" addr add $address/24 dev pub; done

# As Genesys Cloud has it: each direction a connection of its own, no client shows a certificate.
oneway_kamailio_up() {
    fill kamailio-tls.cfg kamailio-tls.cfg CLOUD_CERT=cloud
    sed -i -e '/^\[server/,/^\[client/s/^\(verify\|require\)_certificate = yes/\1_certificate = no/' \
        -e '/^\[client/,$ { /^private_key/d; /^certificate/d }' "$LAB_DIR/kamailio-tls.cfg"
    fill kamailio.cfg kamailio.cfg KAM=$KAM4 PHONE=$PHONE4 TRUNK_NAME=$SBC CLOUD_NAME=$CLOUD
    mkdir -p "$LAB_DIR/kamailio"
    lab_spawn cloud kamailio kamailio -DD -E -f "$LAB_DIR/kamailio.cfg" -m 64 -M 8 \
        -Y "$LAB_DIR/kamailio" -w "$LAB_DIR/kamailio"
    await_listener cloud 5061
}
kamailio_signal() { # SIGNAL: to all of its processes
    local pid
    for pid in $(ip netns pids "$LAB-cloud"); do
        if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = kamailio ]; then kill "-$1" "$pid"; fi
    done
}
# One that is stopped would not hear that it is to end.
lab_on_exit() { kamailio_signal CONT; }

caller() { # SOURCE WANTED REMARK
    local said
    said=$(in_ns cloud "$LAB_SRC/tools/oneway.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" "$1")
    printf '%s (%s): %s\n' "$1" "$3" "$said"
    [ "$said" = "$2" ] || lab_fail "$1 ($3): wanted $2, got $said"
}
judged() { # SOURCE VERDICT
    trunk_log identity.judged remote="^$1:" verdict="^$2\$" certificate=no source=yes >/dev/null ||
        lab_fail "no verdict '$2' on $1: $(trunk_log 'identity.*')"
}

oneway_kamailio_up
lab_spawn cloud wrong openssl s_server -accept $wrong4:5061 -quiet -cert "$LAB_DIR/pki/wrongname.pem" \
    -key "$LAB_DIR/pki/wrongname.key" -cert_chain "$LAB_DIR/pki/wrongname.pem"
lab_spawn cloud mute "$LAB_SRC/tools/mute.py" $mute4 5061
phone_up
desk_up
TRUNK_IDENTITY=server-only
trunk_config
sed -i -e 's/^node:/&\n  proof_seconds: 4/' -e "s|signalling_prefixes:.*|signalling_prefixes: [198.51.100.8/29]|" \
    "$LAB_DIR/zerotrunkd.yaml"
trunk_up
await_event 5 proof.noted remote="^$KAM4"

dial_cloud_to_pbx
both_heard
hang_up desk
judged $KAM4 accepted
trunk_log identity.verdict verdict='^accepted$' facts='^source, reverse proof, Request-URI, domain$' missing='^$' \
    >/dev/null || lab_fail "no verdict on the call: $(trunk_log 'identity.*')"
dial_pbx_to_cloud
both_heard
hang_up desk

caller $wrong4 'closed 0' 'answers with another name'
judged $wrong4 refused
trunk_log proof.failed remote="^$wrong4" cause=wrong-name >/dev/null || lab_fail 'no cause for the wrong name'
caller $wrong4 'closed 0' 'again, at once'
trunk_log identity.refused remote="^$wrong4:" >/dev/null || lab_fail 'it was asked back again at once'
caller $closed4 'closed 0' 'does not answer at all'
judged $closed4 refused
caller $mute4 'closed 0' 'takes the connection and is mute'
judged $mute4 refused

caller $KAM4 'status 200' 'proved'
kamailio_signal STOP
is_unproved() { [ "$(metric zerotrunk_proofs_valid)" -eq 0 ]; }
await 10 'the proof to end' is_unproved
caller $KAM4 'closed 0' 'the same address without proof'
kamailio_signal CONT
is_proved() { [ "$(metric zerotrunk_proofs_valid)" -eq 1 ]; }
await 20 'the proof to come back' is_proved
caller $KAM4 'status 200' 'proved again'

sed -i 's/identity: server-only/&\n        reverse_proof: warn/' "$LAB_DIR/zerotrunkd.yaml"
kill -HUP "$TRUNK_PID"
await_event 5 reload.done
caller $wrong4 'status 200' 'only a warning'
judged $wrong4 'accepted with a warning'
trunk_down
