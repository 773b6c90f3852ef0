#!/usr/bin/env bash
# a peer whose issuer says that its certificate was revoked is cut off, at the start and in mid-call
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
for name in asked taken leaving; do
    PKI_OCSP=http://$KAM4:8888/ "$LAB_SRC/pki.sh" "$LAB_DIR/pki" $name $CLOUD EC -pkeyopt ec_paramgen_curve:P-256
done
revoke() { (cd "$LAB_DIR/pki" && openssl ca -config middle.cnf -cert middle.pem -keyfile middle.key -revoke "$1.pem" 2>/dev/null); }
responder_up() {
    lab_spawn cloud responder openssl ocsp -port 8888 -text -index "$LAB_DIR/pki/middle.db/index.txt" \
        -CA "$LAB_DIR/pki/middle.pem" -rsigner "$LAB_DIR/pki/middle.pem" -rkey "$LAB_DIR/pki/middle.key"
    responder=$LAB_PID
    await_listener cloud 8888
}
revoke taken
pbx_up
trunk_config
sed -i 's/^        identity: .*/&\n        ocsp: hard\n        ocsp_seconds: 2/; s/^    request_uri:/    media_timeout_seconds: 2\n&/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up

offer() { # CERT: what came of a call under that certificate
    scripted_offer phone good "$1" >"$LAB_DIR/said" 2>&1 || true
    paste -sd' ' "$LAB_DIR/said"
}
is_cut() { # CERT WHY
    local before
    before=$(trunk_lines)
    offer "$1"
    if grep -q '^status' "$LAB_DIR/said"; then lab_fail "$1 was answered"; fi
    await 5 "the log to say $2" trunk_log_since "$before" ocsp.refused why="$2"
}
works() { # CERT
    offer "$1"
    grep -q 'status 200 BYE' "$LAB_DIR/said"
}

# Nobody answers, and nobody is named.
is_cut asked 'nobody says'
is_cut cloud 'nobody says'
responder_up
is_cut taken 'was revoked'
await 10 'a good answer to count' works asked
trunk_log ocsp.answered status=good >/dev/null || lab_fail 'nobody was asked'

# Revoked while a call is up: the connection ends, the call's media goes on.
lab_spawn phone call "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" $SBC "$LAB_DIR/pki" 1 6 leaving
await 20 'the call to be up' has_line call.log '^up 1'
before=$(trunk_lines)
lab_stop "$responder"
revoke leaving
responder_up
await 6 'the connection to be cut' trunk_log_since "$before" ocsp.refused why='was revoked'
if trunk_log_since "$before" call.end; then lab_fail 'the call was dropped'; fi
await 10 'the call, whose caller has gone, to end' trunk_log_since "$before" call.end why='no media'

# With soft a warning is enough, but for a certificate that was revoked.
lab_stop "$responder"
before=$(trunk_lines)
sed -i 's/ocsp: hard/ocsp: soft/' "$LAB_DIR/zerotrunkd.yaml"
kill -HUP "$TRUNK_PID"
await 5 'the reload' trunk_log_since "$before" reload.done
works cloud || lab_fail 'soft is hard'
trunk_log_since "$before" ocsp.answered status=none >/dev/null || lab_fail 'there was no warning'
is_cut taken 'was revoked'
trunk_down
