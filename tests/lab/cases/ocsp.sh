#!/usr/bin/env bash
# a peer whose issuer says that its certificate was revoked is not let in; said in mid-call, all of it ends, or its last call does first
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
for name in asked taken leaving waiting theirs lasting; do
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
yaml=$LAB_DIR/zerotrunkd.yaml
sed -i 's/^        identity: .*/&\n        ocsp: hard\n        ocsp_seconds: 2\n        revoked: close/' "$yaml"
trunk_up
reload() { # SED
    before=$(trunk_lines)
    sed -i "$1" "$yaml"
    kill -HUP "$TRUNK_PID"
    await 5 'the reload' trunk_log_since "$before" reload.done
}

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

revoke_now() { # CERT: and the responder says so
    before=$(trunk_lines)
    lab_stop "$responder"
    revoke "$1"
    responder_up
}
distrusted() { # POLICY
    await 8 'the peer to be distrusted' trunk_log_since "$before" peer.distrusted cause=^revoked why='certificate was revoked' policy="$1"
}

# close: both ends of the call are told, and the connection is gone.
twice_up leaving
revoke_now leaving
distrusted close
await_line leaving.log '^BYE' 5
await_line leaving.log '^closed' 5
trunk_log_since "$before" call.end why='trusted no more' || lab_fail 'the call goes on'
exec 9>&-
is_cut leaving 'was revoked'
works asked || lab_fail 'another of its issuer is shut out'

# drain: no new call either way, those that are up go on with their media, their end is told.
reload 's/revoked: close/revoked: drain/'
mkdir "$LAB_DIR/there"
cp "$LAB_DIR/pki/root.pem" "$LAB_DIR/there/"
for kind in pem key; do cp "$LAB_DIR/pki/theirs.$kind" "$LAB_DIR/there/cloud.$kind"; done
lab_spawn cloud answers "$LAB_SRC/tools/churn.py" answers $KAM4:5061 "$LAB_DIR/there" $PHONE4
await_listener cloud 5061
ours() { # SECONDS: one call from the PBX, for so long
    in_ns pbx "$LAB_SRC/tools/churn.py" calls $INSIDE4:5060 $INSIDE4 - 1 1 "$1"
}
lab_spawn phone media "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" 1 10 waiting
media=$LAB_PID
await_line media.log '^up 1' 15
twice_up waiting
if ours 1; then lab_fail 'a call of ours did not come to the connection of the peer'; fi
[ "$(count_lines waiting.log ^INVITE)" -eq 1 ] || lab_fail 'a call of ours did not come to the peer'
revoke_now waiting
distrusted drain
printf 'call\n' >&9
await_line waiting.log '^second 503' 5
ours 1 || lab_fail 'a call of ours found no other connection'
if has_lines waiting.log ^INVITE 2; then lab_fail 'a call of ours came to the peer'; fi
if has_line waiting.log '^BYE|^closed'; then lab_fail 'the call was ended'; fi
printf 'bye\n' >&9
await_line waiting.log '^ended 200' 5
await_line waiting.log '^closed' 5
wait "$media" || lab_fail "the call did not live to its end: $(<"$LAB_DIR/media.log")"
all_heard media
await 5 'the other connection to be drained' trunk_log_since "$before" flow.drained why='no dialog'
exec 9>&-

# The same on a connection of ours: its call lives, a new one finds nobody.
before=$(trunk_lines)
ours 8 >"$LAB_DIR/ours.log" &
long=$!
await 5 'a call of ours' trunk_log_since "$before" call.answered
revoke_now theirs
distrusted drain
if ours 1; then lab_fail 'a call of ours went to a peer that was revoked'; fi
trunk_log_since "$before" ocsp.refused why='was revoked' || lab_fail 'nobody looked at the new connection'
if trunk_log_since "$before" call.end why='trusted no more'; then lab_fail 'a call was ended'; fi
wait "$long" || lab_fail "the call of ours did not live to its end: $(<"$LAB_DIR/ours.log")"

# For as long as the node waits at its end, and no longer.
reload 's/drain_seconds: .*/drain_seconds: 3/'
twice_up lasting
revoke_now lasting
distrusted drain
if has_line lasting.log '^BYE|^closed'; then lab_fail 'the call was ended at once'; fi
await_line lasting.log '^BYE' 6
await_line lasting.log '^closed' 5
trunk_log_since "$before" call.end why='trusted no more' || lab_fail 'the log does not say why'
exec 9>&-

# With soft a warning is enough, but for a certificate that was revoked.
lab_stop "$responder"
reload 's/ocsp: hard/ocsp: soft/'
works cloud || lab_fail 'soft is hard'
trunk_log_since "$before" ocsp.answered status=none >/dev/null || lab_fail 'there was no warning'
is_cut taken 'was revoked'
trunk_down
