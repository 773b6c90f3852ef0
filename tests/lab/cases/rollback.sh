#!/usr/bin/env bash
# what the cloud refuses is rolled back after so many connections in a row, also where TLS 1.3 tells it late; no call is sent there meanwhile
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
pki=$LAB_DIR/pki
"$LAB_SRC/pki.sh" "$pki" next $SBC EC -pkeyopt ec_paramgen_curve:P-256
# Good as far as we can see, and of a CA that the cloud does not know.
PKI_ISSUER=otherroot "$LAB_SRC/pki.sh" "$pki" foreign $SBC EC -pkeyopt ec_paramgen_curve:P-256
cat "$pki/otherroot.pem" >>"$pki/foreign.pem"
lab_spawn cloud answers "$LAB_SRC/tools/churn.py" answers $KAM4:5061 "$pki" $PHONE4
await_listener cloud 5061
TRUNK_OPTIONS=1 trunk_config
sed -i 's/^identity:/&\n  rollback: 2\n  reload: signal/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
await_event 10 trunk.up side=cloud
trunk_log tls.connected version="${ZT_EXPECT_TLS:-TLSv1.2}" || lab_fail 'the version of TLS is another'

use() { # NAME
    before=$(trunk_lines)
    for kind in pem key; do cp -p "$pki/$1.$kind" "${ZT_CHROOT:-}$pki/sbc.$kind"; done
    kill -HUP "$TRUNK_PID"
    await 5 'the reload' trunk_log_since "$before" reload.done
}
shown() {
    in_ns cloud timeout 5 openssl s_client -connect $EDGE4:5061 -cert "$pki/cloud.pem" -cert_chain "$pki/cloud.pem" \
        -key "$pki/cloud.key" </dev/null 2>/dev/null | openssl x509 -noout -serial
}
refusals() { { trunk_log_since "$before" tls.refused cause=peer-refused direction=outbound || true; } | wc -l; }
first=$(openssl x509 -noout -serial -in "$pki/sbc.pem")
lab_spawn pbx ours "$LAB_SRC/tools/churn.py" calls $INSIDE4:5060 $INSIDE4 - 20 14 1
ours=$LAB_PID
await_line ours.log '^up' 10
use foreign
await 10 'the cloud to refuse it' trunk_log_since "$before" identity.rolled_back why='the peer refuses' || lab_fail "$(refusals) refusals are not enough"
[ "$(refusals)" -eq 2 ] || lab_fail "rolled back after $(refusals) refusals, not 2"
trunk_log_since "$before" alarm.raised key=reload/rollback/lab/cloud severity=critical || lab_fail 'nobody is alarmed'
[ "$(shown)" = "$first" ] || lab_fail 'what the cloud refuses is still shown'
use next
await 10 'a connection with the new one to take over' trunk_log_since "$before" flow.drained
if trunk_log_since "$before" identity.rolled_back; then lab_fail 'a good one was rolled back'; fi
[ "$(shown)" = "$(openssl x509 -noout -serial -in "$pki/next.pem")" ] || lab_fail 'the new one is not shown'
wait "$ours" || lab_fail "a call was lost: $(tail -n 3 "$LAB_DIR/ours.log")"
tail -n 1 "$LAB_DIR/ours.log"
trunk_down
