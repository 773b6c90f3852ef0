#!/usr/bin/env bash
# with ocsp hard the last good answer ends in mid-call and nobody gives another: no new call, the one that is up lives, an answer brings the peer back
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
wall_can_jump || exit 77
lab_up
PKI_OCSP=http://$KAM4:8888/ "$LAB_SRC/pki.sh" "$LAB_DIR/pki" asked $CLOUD EC -pkeyopt ec_paramgen_curve:P-256
responder_up() {
    lab_spawn cloud responder openssl ocsp -port 8888 -text -index "$LAB_DIR/pki/middle.db/index.txt" \
        -CA "$LAB_DIR/pki/middle.pem" -rsigner "$LAB_DIR/pki/middle.pem" -rkey "$LAB_DIR/pki/middle.key" -nmin 60
    responder=$LAB_PID
    await_listener cloud 8888
}
responder_up
pbx_up
trunk_config
sed -i 's/^        identity: .*/&\n        ocsp: hard\n        ocsp_seconds: 2\n        revoked: close/' "$LAB_DIR/zerotrunkd.yaml"
wall_up
trunk_up
twice_up asked
lab_stop "$responder"
before=$(trunk_lines)
jump 7200
await 10 'the peer to be distrusted' trunk_log_since "$before" peer.distrusted cause=^crl why='nobody says' policy=drain
printf 'call\n' >&9
await_line asked.log '^second 503' 5
if has_line asked.log '^BYE|^closed'; then lab_fail 'the call was ended'; fi
jump 0
responder_up
is_back() {
    printf 'call\n' >&9
    await_line asked.log '^second 200' 1
}
await 15 'the peer to be believed again' is_back
if has_line asked.log '^BYE|^closed'; then lab_fail 'the call was ended'; fi
printf 'bye\n' >&9
await_line asked.log '^ended 200' 5
exec 9>&-
trunk_down
