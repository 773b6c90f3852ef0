#!/usr/bin/env bash
# certbot, lego and uacme each get a first certificate and a renewal, by HTTP and by DNS; junk, a wrong word, a run cut off and a refusal change nothing
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# shellcheck source=tests/lab/acme.sh
. "$LAB_SRC/acme.sh"
lab_up
ca_up

for client in certbot lego uacme; do
    how=(--webroot "$web") pem=$LAB_DIR/$client-pem
    if [ $client = uacme ]; then how=(--dns-hook "$LAB_DIR/bin/dns" --key-type RSA); fi
    mkdir "$pem"
    acme_setup $client $client "$pem/chain.pem" "$pem/key.pem" "${how[@]}"
    old=$(openssl x509 -in "$pem/chain.pem" -noout -serial)
    acme $client renew --force || lab_fail "$client: $(tail -n 8 "$LAB_DIR/acme.log")"
    [ "$(openssl x509 -in "$pem/chain.pem" -noout -serial)" != "$old" ] || lab_fail "$client renewed nothing"
    printf '%s: first certificate and renewal\n' $client
done

held=$(cat "$LAB_DIR"/uacme-pem/*.pem | sha256sum)
is_refused() { # WHY CERTIFICATE KEY
    if acme uacme install --certificate "$2" --key "$3"; then lab_fail "installed: $1"; fi
    tail -n 1 "$LAB_DIR/acme.log" | grep "$1" || lab_fail "$1: $(tail -n 1 "$LAB_DIR/acme.log")"
    [ "$(cat "$LAB_DIR"/uacme-pem/*.pem | sha256sum)" = "$held" ] || lab_fail "$1: the one in use was harmed"
}
pki=$LAB_DIR/pki
head -c 300 "$pki/sbc.pem" >"$LAB_DIR/half.pem"
is_refused 'does not belong' "$pki/sbc.pem" "$pki/cloud.key"
is_refused 'does not name' "$pki/cloud.pem" "$pki/cloud.key"
is_refused 'has expired' "$pki/expired.pem" "$pki/expired.key"
is_refused 'is no PEM certificate' "$LAB_DIR/half.pem" "$pki/sbc.key"
is_refused 'there is no certificate' "$LAB_DIR/nowhere.pem" "$pki/sbc.key"

# A run that was killed between its two renames: the next one puts the pair right before all else.
pem=$LAB_DIR/uacme-pem
cp -p "$pem/key.pem" "$pem/key.pem.old"
cp -p "$pem/chain.pem" "$pem/chain.pem.old"
cp "$pki/sbc.key" "$pem/key.pem"
acme uacme renew || lab_fail "$(tail -n 3 "$LAB_DIR/acme.log")"
tail -n 2 "$LAB_DIR/acme.log" | grep 'a run was cut off' || lab_fail 'nothing is said of it'
[ "$(cat "$pem/chain.pem" "$pem/key.pem" | sha256sum)" = "$held" ] || lab_fail 'the pair was not put right'

# What is wrong is said before the CA is asked, and changes nothing.
is_wrong() { # WHY OPTION...
    local status=0
    acme new setup --fqdn $SBC --email who@example.test "${@:2}" || status=$?
    [ $status -eq 2 ] || lab_fail "exit status $status, not 2: ${*:2}"
    tail -n 1 "$LAB_DIR/acme.log" | grep -e "$1" || lab_fail "$1: $(tail -n 1 "$LAB_DIR/acme.log")"
    [ ! -e "$LAB_DIR/new" ] || lab_fail "something was made by: ${*:2}"
}
is_wrong 'one of --webroot and --dns-hook'
is_wrong 'there is no folder /nowhere' --webroot /nowhere
is_wrong 'https' --webroot "$web" --directory http://127.0.0.1:14000/dir
is_wrong 'uacme, certbot or lego' --webroot "$web" --client curl
is_wrong 'no group nobodys' --webroot "$web" --group nobodys
is_wrong 'no folder that can be written' --webroot "$web" --certificate /nowhere/a.pem --key /nowhere/a.key
is_wrong 'no option here' --webroot "$web" --sudo
# The first certificate, and a file that zerotrunkd refuses: there is none, as before.
mkdir "$LAB_DIR/first"
printf 'node: {}\n' >"$LAB_DIR/bad.yaml"
if acme first-state setup --fqdn $SBC --email who@example.test --directory https://127.0.0.1:14000/dir --webroot "$web" \
    --certificate "$LAB_DIR/first/chain.pem" --key "$LAB_DIR/first/key.pem" --config "$LAB_DIR/bad.yaml"; then
    lab_fail 'a file that zerotrunkd refuses was no matter'
fi
tail -n 9 "$LAB_DIR/acme.log" | grep 'zerotrunkd refuses it' || lab_fail "$(tail -n 3 "$LAB_DIR/acme.log")"
[ -z "$(ls "$LAB_DIR/first")" ] || lab_fail "$(ls "$LAB_DIR/first") is left"
if grep 'PRIVATE KEY' "$LAB_DIR/acme.log"; then lab_fail 'a key was printed'; fi
