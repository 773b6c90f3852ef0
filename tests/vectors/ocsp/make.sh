#!/usr/bin/env bash
# make.sh: makes the OCSP answers here anew with openssl(1), whose responder is another's work.
set -euo pipefail
out=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
authority() { # NAME
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 36500 -out "$1.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}
signed() { # NAME CA DAYS SERIAL EXTENSION...
    local name=$1 ca=$2 days=$3 serial=$4
    shift 4
    key "$name"
    openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.csr"
    printf '%s\n' basicConstraints=CA:FALSE "$@" >"$name.ext"
    openssl x509 -req -in "$name.csr" -CA "$ca.pem" -CAkey "$ca.key" -days "$days" -set_serial "$serial" \
        -extfile "$name.ext" -out "$name.pem"
}
status() { # V|R SERIAL NAME
    local when=
    if [ "$1" = R ]; then when=260101000000Z,keyCompromise; fi
    printf '%s\t991231235959Z\t%s\t%s\tunknown\t/CN=%s\n' "$1" "$when" "$2" "$3"
}
ask() { # CERT CA [OPTION...]
    openssl ocsp -issuer "$2.pem" -cert "$1.pem" "${@:3}" -reqout request.der
}
answer() { # FILE SIGNER [OPTION...]
    openssl ocsp -index index -CA ca.pem -rsigner "$2.pem" -rkey "$2.key" -reqin request.der -respout "$out/$1.der" "${@:3}"
}

authority ca
authority stranger
url=authorityInfoAccess=OCSP\;URI:http://ocsp.example.test:8888/ca
signed good ca 36500 0x1001 "$url"
signed revoked ca 36500 0x1002 "$url"
signed unknown ca 36500 0x1003 'authorityInfoAccess=OCSP;URI:https://ocsp.example.test/,OCSP;URI:ldap://ocsp.example.test/'
signed responder ca 36500 0x2001 extendedKeyUsage=OCSPSigning
signed server ca 36500 0x2002 extendedKeyUsage=serverAuth
signed short ca 1 0x2003 extendedKeyUsage=OCSPSigning
signed intruder stranger 36500 0x2004 extendedKeyUsage=OCSPSigning
{ status V 1001 good && status R 1002 revoked; } >index
for name in ca stranger good revoked unknown; do openssl x509 -in $name.pem -outform DER -out "$out/$name.cert"; done

ask good ca -no_nonce
for signer in ca responder server short intruder stranger; do answer "good-by-$signer" "$signer" -ndays 30000; done
answer good-by-key responder -ndays 30000 -resp_key_id
answer good-untold ca
answer good-minutes ca -nmin 5
ask good ca
answer good-nonce ca -ndays 30000
openssl ocsp -issuer ca.pem -cert good.pem -cert revoked.pem -no_nonce -reqout request.der
answer two-by-ca ca -ndays 30000
for name in revoked unknown; do
    ask $name ca -no_nonce
    answer $name-by-ca ca -ndays 30000
done
printf '\x30\x03\x0a\x01\x03' >"$out/try-later.der"
date +%s >"$out/made"
