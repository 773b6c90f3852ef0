#!/usr/bin/env bash
# certbot, lego and uacme each get a first certificate and a renewal, by HTTP and by DNS; junk is not installed
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
