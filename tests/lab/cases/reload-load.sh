#!/usr/bin/env bash
# renewals in a row, a fifth of them broken, under 50 calls a second both ways: no call fails, none is dropped; what the cloud refuses is rolled back
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
reloads=${ZT_RELOADS:-15}
every_ms=${ZT_RELOAD_MS:-300}
# Beside other stories a second is not much; alone, 1000 is the promise.
limit=${ZT_RELOAD_LIMIT_MS:-4000}
# 4 makes 200 calls at once.
hold=${ZT_RELOAD_HOLD:-2}
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
lab_up
pki=$LAB_DIR/pki
for name in even odd; do
    "$LAB_SRC/pki.sh" "$pki" $name $SBC EC -pkeyopt ec_paramgen_curve:P-256
done
PKI_DATES='-startdate 20240101000000Z -enddate 20240201000000Z' "$LAB_SRC/pki.sh" "$pki" old $SBC EC -pkeyopt ec_paramgen_curve:P-256
# Good as far as we can see, and of a CA that the cloud does not know.
PKI_ISSUER=otherroot "$LAB_SRC/pki.sh" "$pki" foreign $SBC EC -pkeyopt ec_paramgen_curve:P-256
cat "$pki/otherroot.pem" >>"$pki/foreign.pem"
head -c 900 "$pki/even.pem" >"$pki/half.pem"
cp "$pki/even.pem" "$pki/other.pem"
cp -p "$pki/even.key" "$pki/half.key"
cp -p "$pki/cloud.key" "$pki/other.key"
trunk_config
trunk_unlimited
mkdir "$pki/live"
install() { # NAME
    local kind
    for kind in key pem; do
        cp "$pki/$1.$kind" "$pki/live/new"
        chgrp nogroup "$pki/live/new"
        chmod 640 "$pki/live/new"
        mv "$pki/live/new" "$pki/live/sbc.$kind"
    done
}
install odd
chgrp nogroup "$pki/live"
sed -i "s|/pki/sbc\.|/pki/live/sbc.|; s|^identity:|&\n  rollback: 1|" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
pbx_up

serial_of() { openssl x509 -noout -serial -in "$pki/$1.pem"; }
declare -A serial=([even]=$(serial_of even) [odd]=$(serial_of odd))
# Without a certificate of its own it is refused, and no call is sent to it; ours is shown before.
shows() {
    local got
    got=$(in_ns cloud timeout 5 openssl s_client -connect $EDGE4:5061 </dev/null 2>/dev/null | openssl x509 -noout -serial)
    [ "$got" = "${serial[$1]}" ]
}
broken=(half other old) refused=0 slowest=0 current=odd
renew() {
    local took
    if [ $current = odd ]; then current=even; else current=odd; fi
    install $current
    kill -HUP "$TRUNK_PID"
    await 5 "reload $n to be shown" shows $current || lab_fail "$current is not shown"
    took=$(((${EPOCHREALTIME/./} - began) / 1000))
    [ $took -le "$slowest" ] || slowest=$took
}
break_it() {
    local before
    before=$(trunk_lines)
    install "${broken[n / 5 % 3]}"
    kill -HUP "$TRUNK_PID"
    await 5 'a refusal' trunk_log_since "$before" reload.refused
    refused=$((refused + 1))
    shows $current || lab_fail "reload $n: the old certificate is not shown any more"
}
reload() { # TIMES: each fifth is broken
    local left
    for ((n = 1; n <= $1; n++)); do
        began=${EPOCHREALTIME/./}
        if [ $((n % 5)) -eq 0 ]; then break_it; else renew; fi
        left=$((every_ms - (${EPOCHREALTIME/./} - began) / 1000))
        # So many in a minute, and not as many as can be.
        if [ $left -gt 0 ]; then read -rt "0.$(printf %03d $left)" <> <(:) || true; fi
    done
}
calls_up() { # ROLE NAME ARGUMENTS...
    lab_spawn "$1" "$2" "$LAB_SRC/tools/churn.py" calls "${@:3}"
    await_line "$2.log" '^up' 20
    cat "$LAB_DIR/$2.log"
}
calls_end() { # NAME PID
    wait "$2" || lab_fail "$1: $(tail -n 3 "$LAB_DIR/$1.log")"
    printf '%s: %s\n' "$1" "$(tail -n 1 "$LAB_DIR/$1.log")"
}

# Our own connections: the new one is there before the old one goes.
lab_spawn cloud answers "$LAB_SRC/tools/churn.py" answers $KAM4:5061 "$pki" $PHONE4
answers=$LAB_PID
await_listener cloud 5061
calls_up pbx ours $INSIDE4:5060 $INSIDE4 - 50 5 1
ours=$LAB_PID
reload 6
before=$(trunk_lines)
install foreign
kill -HUP "$TRUNK_PID"
await 5 'the cloud to refuse it' trunk_log_since "$before" identity.rolled_back why='the peer refuses'
trunk_log_since "$before" alarm.raised key=reload/rollback/lab/cloud severity=critical || lab_fail 'nobody is alarmed'
await 2 'the one before to be shown' shows $current || lab_fail 'what the cloud refuses is still shown'
calls_end ours "$ours"
lab_stop "$answers"
made=$(sed -n 's/^connections //p' "$LAB_DIR/answers.log")
[ "$made" -gt 5 ] || lab_fail "only $made connections to the cloud: nothing was made anew"

# The peer's connection, with calls both ways on it, outlives every certificate.
span=$((reloads * every_ms / 1000 + 2 * hold + 2))
calls_up phone inward $EDGE4:5061 $SBC "$pki" 40 $span "$hold"
inward=$LAB_PID
calls_up pbx outward $INSIDE4:5060 $INSIDE4 - 10 $((span - hold)) "$hold"
outward=$LAB_PID
reload "$reloads"
printf '%s reloads, %s of them refused; the slowest was shown after %s ms\n' "$((reloads + 6))" $refused "$slowest"
[ "$slowest" -le "$limit" ] || lab_fail "a new certificate was shown after $slowest ms"
calls_end outward "$outward"
calls_end inward "$inward"
trunk_down
