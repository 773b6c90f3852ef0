#!/usr/bin/env bash
# a peer's certificate is revoked in mid-call: by policy all of it ends within 5 s, or its last call does first; a stale list shuts
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
pki=$LAB_DIR/pki
for name in leaving waiting; do
    "$LAB_SRC/pki.sh" "$pki" $name $CLOUD EC -pkeyopt ec_paramgen_curve:P-256
done
ca() { # ISSUER ARGUMENTS...
    local issuer=$1
    shift
    (cd "$pki" && openssl ca -config "$issuer.cnf" -cert "$issuer.pem" -keyfile "$issuer.key" "$@" 2>>ca.log)
}
for issuer in root middle; do
    printf '1000\n' >"$pki/$issuer.db/crlnumber"
    printf '[d]\ncrlnumber=%s.db/crlnumber\n' "$issuer" >>"$pki/$issuer.cnf"
done
lists() { # SECONDS: fresh lists of both issuers, for so long
    for issuer in root middle; do ca $issuer -gencrl -crlsec "$1"; done >"$pki/list.new"
    chgrp nogroup "$pki/list.new"
    mv "$pki/list.new" "$pki/list.pem"
}
lists 3600
pbx_up
trunk_config
yaml=$LAB_DIR/zerotrunkd.yaml
sed -i "s|^        trust: .*|&\n        crl: $pki/list.pem\n        crl_policy: hard\n        revoked: close|" "$yaml"
trunk_up

revoke() { # CERT: and the list says so
    before=$(trunk_lines) began=${EPOCHREALTIME/./}
    ca middle -revoke "$1.pem"
    lists "${2:-3600}"
}
within() { # SECONDS WHAT
    local took=$(((${EPOCHREALTIME/./} - began) / 1000))
    printf '%s after %s ms\n' "$2" $took
    [ $took -le $(($1 * 1000)) ] || lab_fail "$2: $took ms"
}
works() { # CERT
    scripted_offer phone good "$1" >"$LAB_DIR/said" 2>&1 || true
    grep -q '^status 200 BYE' "$LAB_DIR/said"
}
shut() { # CERT CAUSE
    local before
    before=$(trunk_lines)
    scripted_offer phone good "$1" >"$LAB_DIR/said" 2>&1 || true
    if grep -q '^status' "$LAB_DIR/said"; then return 1; fi
    trunk_log_since "$before" tls.refused cause="^$2\$" >/dev/null
}

# close: both ends of the call are told, and the connection is gone.
twice_up leaving
revoke leaving
await 6 'the connection to be closed' has_line leaving.log '^closed' || lab_fail 'it is still connected'
within 5 'the connection closed'
has_line leaving.log '^BYE' || lab_fail 'the cloud was not told'
trunk_log_since "$before" peer.distrusted cause=revoked policy=close || lab_fail 'the log does not say why'
trunk_log_since "$before" call.end why='trusted no more' || lab_fail 'the call goes on'
await 5 'the revoked one to be refused' shut leaving revoked
works cloud || lab_fail 'another of its issuer is shut out'
exec 9>&-

# drain: no new call, the one that is up goes on with its media, its end is told, then all is closed.
sed -i 's/revoked: close/revoked: drain/' "$yaml"
before=$(trunk_lines)
kill -HUP "$TRUNK_PID"
await 5 'the reload' trunk_log_since "$before" reload.done
lab_spawn phone media "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" "$SBC" "$pki" 1 4 waiting
media=$LAB_PID
await_line media.log '^up 1' 15
twice_up waiting
revoke waiting
await 5 'the peer to be distrusted' trunk_log_since "$before" peer.distrusted cause=revoked policy=drain
within 5 'the peer distrusted'
printf 'call\n' >&9
await_line waiting.log '^second 503' 5
if has_line waiting.log '^BYE|^closed'; then lab_fail 'the call was ended'; fi
printf 'bye\n' >&9
await_line waiting.log '^ended 200' 5
await_line waiting.log '^closed' 5
wait "$media" || lab_fail "the call did not live to its end: $(<"$LAB_DIR/media.log")"
all_heard media
trunk_log_since "$before" flow.drained why='no dialog' || lab_fail 'it was not drained'
exec 9>&-

# A list that is over: refused where it must be in force, also by a reload; taken for what it says
# where the policy is soft.
before=$(trunk_lines)
lists 2
await 5 'the short list' trunk_log_since "$before" reload.done
await 8 'everybody to be refused' shut cloud crl
before=$(trunk_lines)
kill -HUP "$TRUNK_PID"
await 5 'the stale list to be refused' trunk_log_since "$before" reload.refused why='cloud.peer.crl: .*stale'
sed -i 's/crl_policy: hard/crl_policy: soft/' "$yaml"
kill -HUP "$TRUNK_PID"
await 5 'the stale list to be taken' trunk_log_since "$before" reload.done
works cloud || lab_fail 'soft does not take a stale list'
shut leaving revoked || lab_fail 'soft takes a peer that the list names'
trunk_down
