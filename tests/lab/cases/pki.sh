#!/usr/bin/env bash
# the private CA of zerotrunk pki bears a real call, renews and revokes under it, and loses nothing to a full disk, an interruption, two at once or a wrong word
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_on_exit() { umount "$LAB_DIR/small" 2>/dev/null || true; }
lab_up
ca=$LAB_DIR/own/ca
pki() {
    local status=0
    "$LAB_SRC/../../tools/zerotrunk" pki "$@" >>"$LAB_DIR/pki.log" 2>&1 || status=$?
    if grep 'PRIVATE KEY' "$LAB_DIR/pki.log"; then lab_fail 'a key was printed'; fi
    return $status
}
said() { tail -n 9 "$LAB_DIR/pki.log" | grep -E -- "$1" || lab_fail "it says: $(tail -n 2 "$LAB_DIR/pki.log"), and not: $1"; }
state() { { find "$ca" -type f -exec sha256sum {} + 2>/dev/null || true; } | sort -k 2 | sha256sum; }
refused() { # STATUS WHY COMMAND...: and not one byte has changed
    local status=0 before
    before=$(state)
    : >"$LAB_DIR/pki.log"
    pki "${@:3}" || status=$?
    [ "$status" -eq "$1" ] || lab_fail "exit status $status, not $1: ${*:3}"
    said "$2"
    [ "$(state)" = "$before" ] || lab_fail "something was changed by: ${*:3}"
    if compgen -G "$ca/.new-*" >/dev/null; then lab_fail 'something half made is left'; fi
}

# ---- a newcomer, and what a newcomer gets wrong ----

refused 2 usage
refused 2 usage init
refused 1 'holds no CA; make one' trunk "$ca" $SBC
mkdir "$LAB_DIR/mine"
echo mine >"$LAB_DIR/mine/index"
refused 1 'no empty folder' init "$LAB_DIR/mine"
[ "$(<"$LAB_DIR/mine/index")" = mine ] || lab_fail 'a file of somebody was overwritten'
refused 2 'days takes' init "$ca" --days never
refused 2 'is no option here' init "$ca" --ocsp http://x/
pki init "$ca" --within example.test || lab_fail "no CA: $(<"$LAB_DIR/pki.log")"
refused 1 'holds a CA already' init "$ca"
pki trunk "$ca" $SBC || lab_fail "no trunk: $(<"$LAB_DIR/pki.log")"
pki peer "$ca" $CLOUD || lab_fail "no peer: $(<"$LAB_DIR/pki.log")"
refused 1 'is there already; .*pki renew' peer "$ca" $CLOUD
refused 1 'may not speak for' peer "$ca" cloud.example.com
refused 2 'is no host name' peer "$ca" 'x;id'
refused 2 'is no host name' peer "$ca" ../mine.example
refused 2 'there is no group' trunk "$ca" sbc2.example.test --group nobodys
refused 1 'holds no certificate' revoke "$ca" nobody.example.test
refused 1 'holds no certificate' renew "$ca" nobody.example.test
refused 2 usage show "$ca" --days 3
for file in ca.key index "$CLOUD/key.pem"; do [ "$(stat -c %a "$ca/$file")" = 600 ] || lab_fail "$file: $(stat -c %a "$ca/$file")"; done
[ "$(stat -c %a:%G "$ca/$SBC/key.pem")" = 640:nogroup ] || lab_fail 'the key of the trunk is not for its group alone'

# ---- two at once, an interruption, a full disk ----

exec 8<"$ca/ca.key"
flock 8
refused 1 'another run is under way' peer "$ca" a.example.test
exec 8<&-
# Stopped at any of its steps: what is on record before is there after, and the next run works.
ended=0
for ms in 010 030 050 070 090 120 150; do
    before=$(cut -f 4 "$ca/index")
    timeout -s INT 0.$ms "$LAB_SRC/../../tools/zerotrunk" pki renew "$ca" $CLOUD >>"$LAB_DIR/pki.log" 2>&1 || ended=$((ended + 1))
    [[ "$(cut -f 4 "$ca/index")" = "$before"* ]] || lab_fail "after $ms ms the record lacks a certificate"
    [ "$(openssl x509 -in "$ca/$CLOUD/fullchain.pem" -noout -pubkey)" = "$(openssl pkey -in "$ca/$CLOUD/key.pem" -pubout)" ] ||
        lab_fail "after $ms ms the pair does not fit"
done
[ $ended -gt 0 ] || lab_fail 'nothing was interrupted'
pki renew "$ca" $CLOUD || lab_fail "no renewal after interruptions: $(tail -n 3 "$LAB_DIR/pki.log")"
small=$LAB_DIR/small
mkdir "$small"
mount -t tmpfs -o size=400k none "$small"
cp -rp "$ca" "$small/ca"
whole=$ca ca=$small/ca
dd if=/dev/zero of="$small/stuff" bs=1k count=1000 2>/dev/null || true
for command in "peer $ca b.example.test" "renew $ca $CLOUD" "revoke $ca $CLOUD" "crl $ca" "init $small/other"; do
    # shellcheck disable=SC2086
    refused 1 'is the disk full|No space left|can be made' $command
done
[ ! -e "$small/other" ] || lab_fail 'half of a CA is left'
# Room for a little more: whatever of it fits, all is there or nothing.
for spare in 4 8 12 16 20 24; do
    truncate -s -4k "$small/stuff" && dd if=/dev/zero of="$small/stuff" bs=1k seek=$(($(stat -c %s "$small/stuff") / 1024)) count=0 2>/dev/null
    before=$(cut -f 4 "$ca/index")
    pki peer "$ca" "s$spare.example.test" || true
    [[ "$(cut -f 4 "$ca/index")" = "$before"* ]] || lab_fail "with $spare kB the record lacks a certificate"
    if [ -e "$ca/s$spare.example.test" ]; then openssl verify -CAfile "$ca/ca.pem" "$ca/s$spare.example.test/fullchain.pem" >/dev/null || lab_fail 'half of a certificate'; fi
done
umount "$small"
ca=$whole

# ---- a call, a renewal and a revocation with what it made, as it printed it ----

for kind in key pem; do
    from=fullchain.pem
    if [ $kind = key ]; then from=key.pem; fi
    cp "$ca/$CLOUD/$from" "$LAB_DIR/pki/newcomer.$kind"
done
chmod 755 "$LAB_DIR/own"
trunk_config
sed -i "s|^  certificate: .*|  certificate: $ca/$SBC/fullchain.pem|; s|^  key: .*|  key: $ca/$SBC/key.pem|; s|trust: .*|trust: $ca/ca.pem\n        crl: $ca/crl.pem|" "$LAB_DIR/zerotrunkd.yaml"
cp "$ca/ca.pem" "$LAB_DIR/pki/root.pem"
trunk_up
pbx_up
call() {
    scripted_offer phone good newcomer >"$LAB_DIR/call" 2>&1 || true
    grep -q '^status 200 BYE' "$LAB_DIR/call"
}
call || lab_fail "no call: $(<"$LAB_DIR/call")"
before=$(trunk_lines)
pki renew "$ca" $SBC || lab_fail "no renewal: $(tail -n 3 "$LAB_DIR/pki.log")"
await 6 'the trunk to take it by itself' trunk_log_since "$before" identity.loaded serial="$(openssl x509 -in "$ca/$SBC/fullchain.pem" -noout -serial | sed 's/.*=//' | tr A-F a-f)"
call || lab_fail "no call after the renewal: $(<"$LAB_DIR/call")"
before=$(trunk_lines)
pki revoke "$ca" $CLOUD || lab_fail "no revocation: $(tail -n 3 "$LAB_DIR/pki.log")"
await 6 'the trunk to take the list by itself' trunk_log_since "$before" reload.done
if call; then lab_fail 'a revoked peer calls'; fi
trunk_log_since "$before" tls.refused cause=revoked || lab_fail 'the log does not say why'
pki show "$ca" && said "^$SBC .*until" >/dev/null
trunk_down
