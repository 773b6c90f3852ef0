#!/usr/bin/env bash
# sipvicious, sipsak, sipp and nmap find no SIP; TLS takes its written policy and no more
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
"$LAB_SRC/pki.sh" "$LAB_DIR/pki" rsa $SBC RSA -pkeyopt rsa_keygen_bits:2048
trunk_config
sed -i '0,/options_seconds: 0/s//options_seconds: 1/' "$LAB_DIR/zerotrunkd.yaml"
# What is looked at is what TLS takes, not how often.
printf 'admission:\n  address:\n    handshake_rate: 0\n' >>"$LAB_DIR/zerotrunkd.yaml"
lab_spawn cloud client "$LAB_SRC/tools/hello.py" client $KAM4:5061
await_line client.log listening 10
trunk_up
capture_up stranger stranger pub
inside_watch_up
export HOME=$LAB_DIR

# Tools that wait long run beside the others. SIP of theirs over UDP and TCP, from a stranger and
# from a listed host, and over TLS without a certificate.
#   ZT_TESTSSL   what testssl looks at (protocols, forward secrecy, renegotiation, compression)
tool() { # ROLE NAME COMMAND...
    lab_spawn "$1" "$2" timeout 200 "${@:3}"
    tools+=("$LAB_PID")
}
tools=()
tool stranger svmap svmap -p 5060-5061 $EDGE4
tool stranger svmap-invite svmap -p 5060,5061,20000,20001 -m INVITE $EDGE4
tool stranger svwar svwar -p 5061 -e100-120 $EDGE4
tool stranger svcrack svcrack -p 5061 -u 100 -r1-20 $EDGE4
tool phone svmap-listed svmap -p 5060-5061 $EDGE4
for role in stranger phone; do
    address=$STRANGER4
    if [ $role = phone ]; then address=$PHONE4; fi
    tool $role sipsak-udp-$role timeout 4 sipsak -vv -H $address -s sip:100@$EDGE4:5061
    tool $role sipsak-tcp-$role timeout 4 sipsak -vv -H $address -E tcp -s sip:100@$EDGE4:5061
    tool $role nmap-sip-$role nmap -n -Pn -T4 -sU -sS -p U:5060,U:5061,T:5061 --script sip-methods,sip-enum-users \
        --max-retries 0 --host-timeout 20s $EDGE4
done
tool phone testssl testssl --warnings off --color 0 ${ZT_TESTSSL:--p -f -R -C --fast} --csvfile "$LAB_DIR/testssl.csv" $EDGE4:5061
tool phone socat socat TCP-LISTEN:7061,bind=$PHONE4,reuseaddr,fork "OPENSSL:$EDGE4:5061,cafile=$LAB_DIR/pki/root.pem,commonname=$SBC"
socat=$LAB_PID
await_listener phone 7061
tool phone sipp sipp -sn uac -t t1 -i $PHONE4 -m 3 -r 3 -timeout 4 -nostdin $PHONE4:7061

# The policy as it is written, and as it is on the wire.
taken() { printf 'server %s\n' "$1" && in_ns phone "$LAB_SRC/tools/hello.py" server $EDGE4:5061; }
taken sbc >"$LAB_DIR/policy"
sed -i 's|/sbc\.|/rsa.|' "$LAB_DIR/zerotrunkd.yaml"
kill -HUP "$TRUNK_PID"
await_event 5 reload.done || lab_fail 'the other key was not taken'
taken rsa >>"$LAB_DIR/policy"
await_line client.log never 5
{ echo client && sed 1d "$LAB_DIR/client.log"; } >>"$LAB_DIR/policy"
grep -v '^#' "$LAB_SRC/policy/tls.txt" | diff - "$LAB_DIR/policy" || lab_fail 'the wire is not the policy'

# Nothing is resumed and nothing negotiated again, for a peer that has proved itself neither.
identified=(-connect "$EDGE4:5061" -tls1_2 -servername "$SBC" -CAfile "$LAB_DIR/pki/root.pem"
    -cert "$LAB_DIR/pki/cloud.pem" -cert_chain "$LAB_DIR/pki/cloud.pem" -key "$LAB_DIR/pki/cloud.key")
client() { in_ns phone timeout 5 openssl s_client "${identified[@]}" "$@" 2>&1 || true; }
before=$(trunk_lines)
client -sess_out "$LAB_DIR/session" </dev/null >"$LAB_DIR/first"
client -sess_in "$LAB_DIR/session" </dev/null >"$LAB_DIR/second"
grep -q '^New, TLSv1.2' "$LAB_DIR/first" || lab_fail "no connection to resume: $(<"$LAB_DIR/first")"
grep -q '^New, TLSv1.2' "$LAB_DIR/second" || lab_fail "the session was resumed: $(<"$LAB_DIR/second")"
if grep -q 'TLS session ticket' "$LAB_DIR/first"; then lab_fail 'a ticket was given'; fi
[ "$(trunk_log_since "$before" tls.accepted | wc -l)" -eq 2 ] || lab_fail 'not each of them was judged'
{ sleep 0.5 && echo R && sleep 0.5; } | client -msg >"$LAB_DIR/again"
grep -q '^RENEGOTIATING' "$LAB_DIR/again" || lab_fail 'no renegotiation was asked for'
[ "$(grep -c '<<<.*ServerHello$' "$LAB_DIR/again")" -eq 1 ] || lab_fail 'it was negotiated again'

for pid in "${tools[@]}"; do
    if [ "$pid" = "$socat" ]; then lab_stop "$pid"; else wait "$pid" || true; fi
done
for name in svmap svmap-invite svmap-listed svwar svcrack; do
    grep -q 'found nothing' "$LAB_DIR/$name.log" || lab_fail "$name: $(<"$LAB_DIR/$name.log")"
done
if grep -E '^SIP/2\.0 [1-6]' "$LAB_DIR"/sipsak-*.log; then lab_fail 'sipsak was answered'; fi
if grep -E '^\|' "$LAB_DIR"/nmap-sip-*.log; then lab_fail 'a script of nmap found something'; fi
grep -qE 'Successful call +\| +0 +\| +0 ' "$LAB_DIR/sipp.log" || lab_fail "sipp: $(<"$LAB_DIR/sipp.log")"
grep -q 'Broken pipe\|Connection reset' "$LAB_DIR/sipp.log" || lab_fail 'sipp said nothing that was refused'
[ "$(invites_inside)" -eq 0 ] || lab_fail 'an INVITE went inside'
capture_down stranger
expect stranger packets '>' 20
expect stranger tcp_from_edge == 0
expect stranger udp_from_edge == 0

finding() { # ID FINDING: a regular expression for what testssl says of it
    sed -nE "s/^\"$1\",\"[^\"]*\",\"[^\"]*\",\"[^\"]*\",\"([^\"]*)\".*/\1/p" "$LAB_DIR/testssl.csv" >"$LAB_DIR/finding"
    printf 'testssl: %s: %s\n' "$1" "$(<"$LAB_DIR/finding")"
    grep -qxE "$2" "$LAB_DIR/finding" || lab_fail "testssl: $1 should be $2"
}
for version in SSLv2 SSLv3 TLS1 TLS1_1; do finding $version 'not offered'; done
finding TLS1_2 offered
finding PFS_ciphers '((ECDHE-(ECDSA|RSA)-(AES128-GCM-SHA256|AES256-GCM-SHA384|CHACHA20-POLY1305)) ?)+'
finding secure_renego supported
finding CRIME_TLS 'not vulnerable'
trunk_down
