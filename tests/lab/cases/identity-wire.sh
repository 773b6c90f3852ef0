#!/usr/bin/env bash
# certificates wrong in one way each, as openssl shows them: none gets one byte of SIP read or said, whether its holder connects to us or we to it
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cd "$LAB_DIR/pki"

# ---- the certificates: NAME.pem is a chain, NAME.key its key ----

key() { openssl genpkey -algorithm "${@:2}" -out "$1.key" 2>/dev/null; }
ec=(EC -pkeyopt ec_paramgen_curve:P-256)
ca_ext=basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign,cRLSign\\n
leaf_ext=basicConstraints=critical,CA:FALSE\\nkeyUsage=critical,digitalSignature\\n
both_ext=extendedKeyUsage=serverAuth,clientAuth\\n
name_ext=subjectAltName=DNS:$CLOUD\\n
sign() { # NAME ISSUER EXTENSIONS [openssl x509 arguments]: the key is there
    local name=$1 issuer=$2
    printf '%b' "$3subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n" >"$name.ext"
    openssl req -new -key "$name.key" -subj "/CN=${CN:-$name}" -out "$name.csr"
    openssl x509 -req -in "$name.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -CAcreateserial -days 20 -extfile "$name.ext" \
        "${@:4}" >"$name.alone" 2>/dev/null
}
rows=()
row() { # NAME CAUSE CHAIN...: under these issuers, the nearest first
    local name=$1
    rows+=("$name $2")
    cat "$name.alone" "${@:3}" >"$name.pem"
}
spoiled() { # NAME CAUSE EXTENSIONS [openssl x509 arguments]: a leaf of the good intermediate
    if [ ! -f "$1.key" ]; then key "$1" "${ec[@]}"; fi
    sign "$1" middle "${@:3}"
    row "$1" "$2" middle.pem
}
under() { # NAME CAUSE EXTENSIONS [openssl x509 arguments]: a good leaf of a spoiled intermediate
    key "$1-ca" "${ec[@]}"
    sign "$1-ca" root "${@:3}"
    cp "$1-ca.alone" "$1-ca.pem"
    key "$1" "${ec[@]}"
    sign "$1" "$1-ca" "$leaf_ext$both_ext$name_ext"
    row "$1" "$2" "$1-ca.pem"
}

spoiled good none "$leaf_ext$both_ext$name_ext"
CN=$CLOUD spoiled common-name-alone wrong-name "$leaf_ext$both_ext"
spoiled wildcard wrong-name "$leaf_ext${both_ext}subjectAltName=DNS:*.example.test\n"
spoiled longer-name wrong-name "$leaf_ext${both_ext}subjectAltName=DNS:$CLOUD.evil.test\n"
spoiled address wrong-name "$leaf_ext${both_ext}subjectAltName=IP:$KAM4,IP:$PHONE4\n"
# cloud.example.test, NUL, .evil.test: SEQUENCE, [2] of 29 bytes.
spoiled nul-in-name wrong-name "$leaf_ext${both_ext}subjectAltName=DER:301f821d$(printf '%s\0.evil.test' $CLOUD | od -An -tx1 | tr -d ' \n')\n"
spoiled any-purpose wrong-usage "$leaf_ext${name_ext}extendedKeyUsage=anyExtendedKeyUsage\n"
# As a server openssl itself finds no use for it.
spoiled no-signature 'wrong-usage|peer-refused' "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,keyAgreement\n$both_ext$name_ext"
spoiled is-a-ca chain "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature,keyCertSign\n$both_ext$name_ext"
spoiled unknown-critical chain "$leaf_ext$both_ext${name_ext}1.2.3.4=critical,DER:0500\n"
# No openssl signs with MD5 and an EC key.
key md5-ca RSA -pkeyopt rsa_keygen_bits:2048 && sign md5-ca root "$ca_ext" && cp md5-ca.alone md5-ca.pem
key md5 "${ec[@]}" && sign md5 md5-ca "$leaf_ext$both_ext$name_ext" -md5 && row md5 weak md5-ca.pem
spoiled sha1 weak "$leaf_ext$both_ext$name_ext" -sha1
key rsa-1024 RSA -pkeyopt rsa_keygen_bits:1024
spoiled rsa-1024 weak "$leaf_ext$both_ext$name_ext"
key p-192 EC -pkeyopt ec_paramgen_curve:prime192v1
spoiled p-192 'weak|chain|suite|protocol|peer-refused' "$leaf_ext$both_ext$name_ext"
under ca-without-rights chain "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
under ca-that-may-not-sign chain 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n'
under names-of-another chain "${ca_ext}nameConstraints=critical,permitted;DNS:other.test\n"
# Its issuer may have no CA below it.
key below-pathlen-ca "${ec[@]}" && sign below-pathlen-ca middle "$ca_ext" && cp below-pathlen-ca.alone below-pathlen-ca.pem
key below-pathlen "${ec[@]}" && sign below-pathlen below-pathlen-ca "$leaf_ext$both_ext$name_ext"
row below-pathlen chain below-pathlen-ca.pem middle.pem
cp good.alone no-intermediate.alone && cp good.key no-intermediate.key && row no-intermediate untrusted
key itself "${ec[@]}"
printf '%b' "$leaf_ext$both_ext$name_ext" >itself.ext
openssl req -new -key itself.key -subj /CN=itself -out itself.csr
openssl x509 -req -in itself.csr -signkey itself.key -days 20 -extfile itself.ext -out itself.alone 2>/dev/null
row itself 'untrusted|chain'
# A root of the same name and another key.
key root-twin "${ec[@]}"
openssl req -x509 -new -key root-twin.key -subj '/CN=zerotrunk lab root' -days 20 -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign,cRLSign -out root-twin.pem
key of-the-twin "${ec[@]}" && sign of-the-twin root-twin "$leaf_ext$both_ext$name_ext" && row of-the-twin untrusted root-twin.pem
# Twenty deep, and more than 64 KiB that no path leads through.
cp root.pem deep0.pem && cp root.key deep0.key
chain=()
for ((i = 1; i < 20; i++)); do
    key deep$i "${ec[@]}" && sign deep$i deep$((i - 1)) "$ca_ext" && cp deep$i.alone deep$i.pem
    chain=("deep$i.pem" "${chain[@]}")
done
key twenty-deep "${ec[@]}" && sign twenty-deep deep19 "$leaf_ext$both_ext$name_ext" && row twenty-deep chain "${chain[@]}"
cp good.alone too-long.alone && cp good.key too-long.key
stuffing=()
while [ "$(cat good.alone "${stuffing[@]}" | wc -c)" -lt 100000 ]; do stuffing+=(middle.pem); done
row too-long 'chain|protocol|limit' "${stuffing[@]}"
for name in untrusted expired wrongname noeku; do cp $name.pem $name.alone; done
rows+=('untrusted untrusted' 'expired expired' 'wrongname wrong-name' 'noeku wrong-usage')
cd - >/dev/null

# ---- they connect to us ----

trunk_config
trunk_up
pbx_up
pki=$LAB_DIR/pki
weak=(-cipher 'ALL:@SECLEVEL=0')
shown() { printf '%s\n' -cert "$pki/$1.pem" -cert_chain "$pki/$1.pem" -key "$pki/$1.key"; }
check() { # NAME CAUSE DIRECTION
    if [ "$2" != none ]; then
        await 5 "$1 to be refused" trunk_log_since "$before" tls.refused cause="^($2)\$" direction="$3" ||
            lab_fail "$1, $3: not $2, but $(trunk_log_since "$before" 'tls.*' | tail -n 1)"
    fi
}
knock() { # NAME CAUSE
    local args
    before=$(trunk_lines)
    if [ "$2" = none ]; then
        scripted_offer phone good "$1" | grep '^status 200 BYE' || lab_fail "$1: no call"
        return
    fi
    mapfile -t args < <(shown "$1")
    sed "s/@FROM@/$KAM4/" "$LAB_SRC/peers/invite.txt" |
        in_ns cloud timeout 5 openssl s_client -quiet -connect $EDGE4:5061 "${weak[@]}" "${args[@]}" >"$LAB_DIR/answer" 2>/dev/null || true
    if grep -aq 'SIP/2.0' "$LAB_DIR/answer"; then lab_fail "$1: was answered"; fi
    check "$1" "$2" inbound
}
for r in "${rows[@]}" 'serveronly wrong-usage'; do
    # shellcheck disable=SC2086
    knock $r
done
rang 1
trunk_down

# ---- we connect to them: the proof is an OPTIONS of ours that never comes ----

PKI_EKU=clientAuth "$LAB_SRC/pki.sh" "$pki" clientonly $CLOUD "${ec[@]}"
mkfifo "$LAB_DIR/silence"
TRUNK_OPTIONS=1 trunk_config
capture_up public edge pub
trunk_up
serve() { # NAME CAUSE
    local args
    mapfile -t args < <(shown "$1")
    : >"$LAB_DIR/serve.log"
    before=$(trunk_lines)
    lab_spawn cloud serve sh -c 'exec "$@" <>"$0"' "$LAB_DIR/silence" openssl s_server -quiet -accept $KAM4:5061 "${weak[@]}" -CAfile "$pki/root.pem" -Verify 3 "${args[@]}"
    check "$1" "$2" outbound
    if [ "$2" = none ]; then
        await_line serve.log '^OPTIONS sip:' 5
    elif grep -aq SIP/2.0 "$LAB_DIR/serve.log"; then
        lab_fail "$1: it was told something"
    fi
    lab_stop "$LAB_PID"
}
for r in "${rows[@]}" 'clientonly wrong-usage'; do
    # shellcheck disable=SC2086
    serve $r
done
trunk_down
# Nobody was tried by another transport or on another port.
others=$(tcpdump -nr "$LAB_DIR/public.pcap" "src host $EDGE4 and not (tcp and port 5061) and not arp" 2>/dev/null | wc -l)
[ "$others" -eq 0 ] || lab_fail "$others packets were not TLS to port 5061"
printf '%s certificates, each way\n' $((${#rows[@]} + 1))
