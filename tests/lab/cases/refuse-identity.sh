#!/usr/bin/env bash
# no, untrusted, expired, wrong certificate and TLS 1.1: shut, and why
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
trunk_up
inside_watch_up

knock() { # CERT CAUSE [openssl s_client arguments]
    local cert=$1 cause=$2 count before
    shift 2
    before=$(trunk_lines)
    if [ "$cert" != none ]; then
        set -- -cert "$LAB_DIR/pki/$cert.pem" -cert_chain "$LAB_DIR/pki/$cert.pem" -key "$LAB_DIR/pki/$cert.key" "$@"
    fi
    printf '%s: ' "$cert $*" >>"$LAB_DIR/knocks"
    sed "s/@FROM@/$KAM4/" "$LAB_SRC/peers/invite.txt" |
        in_ns cloud timeout 10 openssl s_client -quiet -connect $EDGE4:5061 -servername $SBC \
            -CAfile "$LAB_DIR/pki/root.pem" "$@" >"$LAB_DIR/answer" 2>>"$LAB_DIR/knocks" || true
    if grep -aq 'SIP/2.0' "$LAB_DIR/answer"; then lab_fail "$cert: was answered"; fi
    await 5 "the log to say $cause" \
        trunk_log_since "$before" tls.refused cause="^$cause\$" direction=inbound ||
        lab_fail "$cert: the log does not say $cause: $(tail -n 3 "$LAB_DIR/trunk.log")"
    count=$(invites_inside)
    [ "$count" -eq 0 ] || lab_fail "$cert: $count INVITE inside"
    printf '%s refused: %s\n' "$cert" "$cause"
}

knock none no-certificate
knock untrusted untrusted
knock expired expired
knock wrongname wrong-name
knock serveronly wrong-usage
knock cloud protocol -tls1_1 -cipher 'ALL:@SECLEVEL=0'
trunk_down
