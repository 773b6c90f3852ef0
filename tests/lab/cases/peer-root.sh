#!/usr/bin/env bash
# a peer that changes its CA between two connections: told before the trunk fails where the new root is in trust_next, the missing root named where not
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
config=$LAB_DIR/zerotrunkd.yaml
# The same cloud under another root, which knows ours as before.
PKI_ISSUER=otherroot "$LAB_SRC/pki.sh" "$LAB_DIR/pki" moved $CLOUD EC -pkeyopt ec_paramgen_curve:P-256
new='CN=zerotrunk lab otherroot'
TRUNK_OPTIONS=1
trunk_config
sed -i "s|^        trust: .*|&\n        trust_next: $LAB_DIR/pki/otherroot.pem|" "$config"
kamailio_up
trunk_up
pbx_up
await_event 10 trunk.up

moves() { # CERT: it comes back with that one
    before=$(trunk_lines)
    kamailio_down
    await 10 'the trunk to see it go' trunk_log_since "$before" flow.closed
    before=$(trunk_lines)
    kamailio_up "$1"
}
since() { await 10 "event $*" trunk_log_since "$before" "$@" || lab_fail "$(tail -n 5 "$LAB_DIR/trunk.log")"; }
finding() { metrics | sed -n "s/.*name=\"lab\/cloud\",finding=\"$1\"} //p"; }
is_up() { [ "$(metric zerotrunk_trunk_up)" = 2 ]; }
calls() { scripted_offer phone good cloud >"$LAB_DIR/said" 2>&1 && grep -q '^status 200 BYE' "$LAB_DIR/said"; }

# While the old root is there nothing is to be said.
[ "$(finding root_next)$(finding root_missing)$(finding issuer_changed)" = 000 ] || lab_fail 'found without a reason'
moves moved
since tls.connected
since alarm.raised key='^cert/root_next/peer/lab/cloud$' severity=warning root="^$new\$" summary='before trust_next is taken away'
since alarm.raised key='^cert/issuer_changed/peer/lab/cloud$' root="^$new\$" root_before='^CN=zerotrunk lab root$'
await 15 'the trunk to be up' is_up
if trunk_log_since "$before" tls.refused direction=outbound; then lab_fail 'it was refused'; fi
calls || lab_fail "no call: $(<"$LAB_DIR/said")"

# Taken over into trust: over.
before=$(trunk_lines)
cat "$LAB_DIR/pki/otherroot.pem" >>"$LAB_DIR/pki/root.pem"
since reload.done
since alarm.cleared key='^cert/root_next/peer/lab/cloud$'
moves moved
await 15 'the trunk to be up' is_up
[ "$(finding root_next)$(finding root_missing)" = 00 ] || lab_fail "it is not over: $(metrics | grep cert_finding) $(tail -n 20 "$LAB_DIR/trunk.log")"

# Without it in any bundle: refused, and the missing root has its name, also on a connection that comes in.
openssl x509 -in "$LAB_DIR/pki/root.pem" -out "$LAB_DIR/pki/one.pem"
mv "$LAB_DIR/pki/one.pem" "$LAB_DIR/pki/root.pem"
chgrp nogroup "$LAB_DIR/pki/root.pem"
sed -i '/trust_next/d' "$config"
before=$(trunk_lines)
kill -HUP "$TRUNK_PID"
since reload.done
moves moved
since tls.refused direction=outbound cause=untrusted root="^$new\$"
since alarm.raised key='^cert/root_missing/peer/lab/cloud$' severity=critical root="^$new\$" summary='does not hold'
[ "$(finding root_missing)" = 1 ] || lab_fail 'the metric does not say it'
in_ns cloud openssl s_client -connect $EDGE4:5061 -servername $SBC -cert "$LAB_DIR/pki/moved.pem" \
    -key "$LAB_DIR/pki/moved.key" </dev/null >/dev/null 2>&1 || true
since tls.refused direction=inbound cause=untrusted root="^$new\$"

# It is over as soon as the root is there, and the trunk is back.
before=$(trunk_lines)
cat "$LAB_DIR/pki/otherroot.pem" >>"$LAB_DIR/pki/root.pem"
since alarm.cleared key='^cert/root_missing/peer/lab/cloud$'
await 15 'the trunk to be up' is_up
calls || lab_fail "no call: $(<"$LAB_DIR/said")"

# A bundle to come that is none is refused with its reason, and the old one stays.
sed -i "s|^        trust: .*|&\n        trust_next: $LAB_DIR/pki/sbc.csr|" "$config"
before=$(trunk_lines)
kill -HUP "$TRUNK_PID"
since reload.refused why='trust_next'
calls || lab_fail "no call: $(<"$LAB_DIR/said")"
trunk_down
