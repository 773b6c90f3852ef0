#!/usr/bin/env bash
# a cloud that has to know a password: challenged, and let in by no answer but the right one
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
secret=Open-Sesame-17
printf '%s\n' "$secret" >"$LAB_DIR/pki/password"
chmod 640 "$LAB_DIR/pki/password"
lab_spawn phone names "$LAB_SRC/tools/names.py"
await_listener phone 53
TRUNK_PEER=$PHONE4:5061
baresip_up phone cloudphone $PHONE4 5060 $CLOUD_HZ "<sip:$CLOUD_USER@$CLOUD;transport=tls>;auth_user=cloud;auth_pass=$secret;\
outbound=\"sip:$EDGE4:5061;transport=tls\";regint=0;mediaenc=srtp-mand;answermode=auto;audio_codecs=pcmu/8000/1"
pbx_up
trunk_config
sed -i "s|^        trust: .*|&\n        digest: {user: cloud, password_file: $LAB_DIR/pki/password, algorithms: [SHA-256, SHA-512-256, MD5]}|" \
    "$LAB_DIR/zerotrunkd.yaml"
trunk_unlimited
chmod o+r "$LAB_DIR/pki/password"
trunk_command
if in_ns edge "${TRUNK_COMMAND[@]}" --check -c "$LAB_DIR/zerotrunkd.yaml" >"$LAB_DIR/checked" 2>&1; then
    lab_fail 'a password that all can read was taken'
fi
grep -q 'digest.password_file.*every user may read' "$LAB_DIR/checked" || lab_fail "$(<"$LAB_DIR/checked")"
chmod o-r "$LAB_DIR/pki/password"
trunk_up

in_ns phone "$LAB_SRC/tools/digest.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" cloud "$secret" || lab_fail 'see above'
verdict() { # KEY=REGEX...
    trunk_log identity.verdict trunk=lab "$@" >/dev/null || lab_fail "no verdict $*: $(trunk_log 'identity.*')"
}
verdict verdict=accepted facts='^source, certificate, Request-URI, digest, domain$' missing='^$'
verdict verdict=challenged status=401 missing='^digest$'
verdict verdict=refused status=403 missing='^digest$'
[ "$(metric zerotrunk_calls_active)" -eq 0 ] || lab_fail 'a call of nobody is up'

reloaded() { # SED FILTER
    before=$(trunk_lines)
    sed -i "$1" "$LAB_DIR/zerotrunkd.yaml"
    kill -HUP "$TRUNK_PID"
    await 5 'the reload' trunk_log_since "$before" reload.done
    before=$(trunk_lines)
}

# Debian's sipp and baresip look at the first challenge, and know MD5. sipp speaks no TLS: socat does.
reloaded 's/algorithms: .*}/algorithms: MD5}/'
lab_spawn phone socat socat "TCP-LISTEN:7061,bind=$PHONE4,reuseaddr" \
    "OPENSSL:$EDGE4:5061,cafile=$LAB_DIR/pki/root.pem,cert=$LAB_DIR/pki/cloud.both,commonname=$SBC"
await_listener phone 7061
in_ns phone timeout 20 sipp -sf "$LAB_SRC/peers/password.xml" -t t1 -i $PHONE4 -p 7062 -m 1 -nostdin -au cloud -ap "$secret" \
    -auth_uri "+4930123@$SBC" "$PHONE4:7061" >"$LAB_DIR/sipp.log" 2>&1 || lab_fail "sipp: $(tail -n 40 "$LAB_DIR/sipp.log")"
trunk_log_since "$before" call.end why='BYE from the cloud' >/dev/null || lab_fail 'sipp made no call'
before=$(trunk_lines)
baresip_do cloudphone dial "sip:$DESK_USER@$SBC"
await_line cloudphone.log "$UP" 10
baresip_do cloudphone hangup
await 10 'the end of the call' trunk_log_since "$before" call.end

# A hash in place of the password, of one algorithm; whoever had a nonce needs a new one.
printf 'SHA-256:%s\n' "$(printf 'cloud:%s:%s' $SBC "$secret" | sha256sum | cut -d' ' -f1)" >"$LAB_DIR/pki/password"
reloaded 's/algorithms: MD5/algorithms: SHA-256/'
in_ns phone "$LAB_SRC/tools/digest.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" cloud "$secret" sha256 || lab_fail 'see above'
printf 'SHA-256:123\n' >"$LAB_DIR/pki/password"
kill -HUP "$TRUNK_PID"
await_event 5 reload.refused why=password_file
trunk_down
if grep -F -e "$secret" -e "$(printf 'cloud:%s:%s' $SBC "$secret" | sha256sum | cut -d' ' -f1)" \
    -e "$(printf 'cloud:%s:%s' $SBC "$secret" | md5sum | cut -d' ' -f1)" "$LAB_DIR/trunk.log"; then
    lab_fail 'the password, or its hash, is in the log'
fi
