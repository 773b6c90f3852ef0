#!/usr/bin/env bash
# a 200 that comes again is acknowledged again, inside and at the cloud
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
export TRUNK_PEER=$PHONE4:5061
trunk_config
trunk_up

# A phone that answers as repeat.xml says. With -nr sipp counts an ACK that comes again.
repeater() { # ROLE NAME ADDRESS SIPP...
    lab_spawn "$1" "$2" sipp -sf "$LAB_SRC/peers/repeat.xml" -i "$3" -mi "$3" -m 1 -nostdin -nr \
        -trace_err -error_file "$LAB_DIR/$2.err" -trace_logs -log_file "$LAB_DIR/$2.acks" "${@:4}"
    REPEATER=$LAB_PID
}

# RFC 3261 13.2.2.4: the same ACK each time.
was_acknowledged() { # NAME
    local status=0
    await 10 "$1 to have its ACKs" is_gone "$REPEATER" || lab_fail "$1: $(<"$LAB_DIR/$1.acks")"
    wait "$REPEATER" || status=$?
    [ "$status" -eq 0 ] || lab_fail "$1: $(tail -n 12 "$LAB_DIR/$1.err" 2>/dev/null)"
    [ "$(grep -c '^ACK' "$LAB_DIR/$1.acks")" -eq 4 ] || lab_fail "$1: not one ACK for each 200"
    [ "$(grep '^ACK' "$LAB_DIR/$1.acks" | sort -u | wc -l)" -eq 1 ] || lab_fail "$1: $(<"$LAB_DIR/$1.acks")"
}

repeater pbx desk $PBX4 -p 5060 -mp 6000 -key contact "sip:repeat@$PBX4:5060" -key profile RTP/AVP \
    -key attribute a=sendrecv -key via UDP
await_listener pbx 5060
scripted_offer phone hear-bye >"$LAB_DIR/said" 2>&1 || lab_fail "$(<"$LAB_DIR/said")"
was_acknowledged desk
[ "$(grep -c '^status 200 INVITE' "$LAB_DIR/said")" -eq 1 ] || lab_fail "the caller: $(<"$LAB_DIR/said")"

# Debian's sipp speaks no TLS: socat does it, with both certificates.
repeater phone cloud $PHONE4 -t t1 -p 5062 -mp 6000 -key contact "sip:repeat@$PHONE4:5061;transport=tls" -key via TLS \
    -key profile RTP/SAVP -key attribute 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd'
await_listener phone 5062
lab_spawn phone socat socat "OPENSSL-LISTEN:5061,bind=$PHONE4,fork,verify=1,cert=$LAB_DIR/pki/cloud.both,cafile=$LAB_DIR/pki/root.pem" "TCP:$PHONE4:5062"
await_listener phone 5061
in_ns pbx sipp -sf "$LAB_SRC/peers/caller.xml" -i $PBX4 -p 5060 -mi $PBX4 -mp 6100 -s $CLOUD_USER -m 1 -nostdin \
    -timeout 20 -trace_err -error_file "$LAB_DIR/caller.err" $INSIDE4:5060 >"$LAB_DIR/caller.log" 2>&1 ||
    lab_fail "the caller: $(tail -n 12 "$LAB_DIR/caller.err" 2>/dev/null)"
was_acknowledged cloud
[ "$(trunk_log call.answered | wc -l)" -eq 2 ] || lab_fail 'not each call was answered once'
trunk_down
