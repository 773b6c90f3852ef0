#!/usr/bin/env bash
# pki.sh DIR: a private PKI for the lab. Good: root.pem, and for sbc and cloud NAME.pem (leaf and
# intermediate), NAME.key, NAME.both (all in one file). Bad ones, each wrong in one way only:
# untrusted (other root), expired, wrongname, serveronly (no clientAuth), noeku.
# pki.sh DIR NAME: one more root there, for $PKI_DAYS days.
# pki.sh DIR NAME HOST ALGORITHM...: one more good leaf there, whose key is of that kind; $PKI_OCSP is
# where its issuer says whether it was revoked, $PKI_EKU its purposes, $PKI_ISSUER its issuer (middle), $PKI_DATES arguments of
# openssl ca that say when it is valid.
set -euo pipefail
dir=$1
algorithm=(EC -pkeyopt ec_paramgen_curve:P-256)
mkdir -p "$dir"
cd "$dir"

new_key() {
    openssl genpkey -algorithm "${algorithm[@]}" -out "$1.key" 2>/dev/null
}

root() { # NAME
    new_key "$1"
    openssl req -x509 -new -key "$1.key" -subj "/CN=zerotrunk lab $1" -days "${PKI_DAYS:-30}" -out "$1.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

# `openssl ca` is the only issuer that takes dates in the past.
issuer_config() { # ISSUER
    mkdir -p "$1.db"
    touch "$1.db/index.txt"
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index.txt\nrand_serial=yes\nunique_subject=no\n' "$1.db"
    printf 'new_certs_dir=%s\ndefault_md=sha256\ndefault_days=30\npolicy=p\n' "$1.db"
    printf '[p]\ncommonName=supplied\n'
}

issue() { # NAME ISSUER EXTENSIONS [openssl ca arguments]
    local name=$1 issuer=$2 ext=$3
    shift 3
    new_key "$name"
    openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.csr"
    printf '%b' "${ext}subjectKeyIdentifier=hash\\nauthorityKeyIdentifier=keyid\\n" >"$name.ext"
    issuer_config "$issuer" >"$issuer.cnf"
    openssl ca -batch -notext -config "$issuer.cnf" -cert "$issuer.pem" -keyfile "$issuer.key" \
        -in "$name.csr" -extfile "$name.ext" -out "$name.pem" "$@" 2>"$name.log"
}

leaf() { # NAME HOST ISSUER EKU [openssl ca arguments]
    local name=$1 host=$2 issuer=$3 eku=$4
    shift 4
    issue "$name" "$issuer" "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
${eku:+extendedKeyUsage=$eku\n}${PKI_OCSP:+authorityInfoAccess=OCSP;URI:$PKI_OCSP\n}subjectAltName=DNS:$host,URI:sip:$host,DNS:${host/./6.},URI:sip:${host/./6.}\n" "$@"
    if [ "$issuer" != "${issuer%middle}" ]; then cat "$issuer.pem" >>"$name.pem"; fi
    cat "$name.pem" "$name.key" >"$name.both"
}

both=serverAuth,clientAuth
if [ $# -eq 2 ]; then
    root "$2"
    exit
fi
if [ $# -gt 1 ]; then
    algorithm=("${@:4}")
    # shellcheck disable=SC2086
    leaf "$2" "$3" "${PKI_ISSUER:-middle}" "${PKI_EKU:-$both}" ${PKI_DATES:-}
    chmod 600 "$2.key" "$2.both"
    exit
fi
root root
root otherroot
issue middle root 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n'
leaf sbc sbc.example.test middle $both
leaf cloud cloud.example.test middle $both
leaf untrusted cloud.example.test otherroot $both
leaf expired cloud.example.test middle $both -startdate 20240101000000Z -enddate 20240201000000Z
leaf wrongname elsewhere.example.test middle $both
leaf serveronly cloud.example.test middle serverAuth
leaf noeku cloud.example.test middle ''
chmod 600 ./*.key ./*.both
