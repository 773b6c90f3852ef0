#!/usr/bin/env bash
# from no certificate to a running trunk by ACME, then ten renewals with a hundred calls up: nothing is lost
# alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
calls=${ZT_ACME_CALLS:-100} renewals=${ZT_ACME_RENEWALS:-10}
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
lab_up
ca=$LAB_DIR/ca identity=$LAB_DIR/identity web=$LAB_DIR/web
mkdir -p "$ca" "$identity" "$web"
chmod 755 "$LAB_DIR" "$identity" "$web"

# ---- the CA: pebble and its name server, on the edge's loopback ----

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$ca/key.pem" -out "$ca/cert.pem" \
    -subj /CN=localhost -days 2 -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
cat >"$ca/pebble.json" <<END
{"pebble": {"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
 "certificate": "$ca/cert.pem", "privateKey": "$ca/key.pem", "httpPort": 5002, "tlsPort": 5001,
 "certificateValidityPeriod": 518400}}
END
lab_spawn edge names pebble-challtestsrv -defaultIPv4 127.0.0.1 -defaultIPv6 '' -dns01 127.0.0.1:8053 -http01 '' \
    -https01 '' -tlsalpn01 '' -management 127.0.0.1:8055
lab_spawn edge pebble env PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 pebble -config "$ca/pebble.json" -dnsserver 127.0.0.1:8053
lab_spawn edge web python3 -m http.server -b 127.0.0.1 -d "$web" 5002
for port in 14000 5002 8055; do await_listener edge $port; done
# Clients believe this CA as they would a public one: its root stands in the system's file, in their eyes alone.
cat /etc/ssl/certs/ca-certificates.crt "$ca/cert.pem" >"$ca/bundle.pem"
believing() { # COMMAND...
    # shellcheck disable=SC2016
    in_ns edge env LEGO_CA_CERTIFICATES="$ca/cert.pem" REQUESTS_CA_BUNDLE="$ca/cert.pem" ZT_ACME_RESOLVER=127.0.0.1:8053 \
        PATH="$LAB_DIR/bin:$PATH" unshare -m sh -c 'mount --bind "$1" /etc/ssl/certs/ca-certificates.crt && shift && exec "$@"' - "$ca/bundle.pem" "$@"
}
mkdir "$LAB_DIR/bin"
printf '#!/bin/sh\nLD_LIBRARY_PATH=%s/.libs exec %s/examples/zerotrunkd/.libs/zerotrunkd "$@"\n' "$TRUNK_BUILD" "$TRUNK_BUILD" >"$LAB_DIR/bin/zerotrunkd"
printf '#!/bin/sh\nif [ "$1" = add ]; then curl -s -d "{\\"host\\":\\"$2.\\",\\"value\\":\\"$3\\"}" http://127.0.0.1:8055/set-txt; fi\n' >"$LAB_DIR/bin/dns"
chmod 755 "$LAB_DIR"/bin/*
acme() { # STATE SUBCOMMAND...
    believing "$LAB_SRC/../../tools/zerotrunk" acme "$2" --state "$LAB_DIR/$1" "${@:3}" >>"$LAB_DIR/acme.log" 2>&1
}

# ---- the first certificate ----

trunk_config
sed -i "s|^  certificate: .*|  certificate: $identity/fullchain.pem|; s|^  key: .*|  key: $identity/key.pem\n  wait: true|" "$LAB_DIR/zerotrunkd.yaml"
trunk_command
lab_spawn edge trunk "${TRUNK_COMMAND[@]}" -c "$LAB_DIR/zerotrunkd.yaml"
TRUNK_PID=$LAB_PID
await_event 10 identity.waiting certificate="$identity/fullchain.pem"
if has_listener edge 5061; then lab_fail 'a port is open without a certificate'; fi
acme uacme setup --fqdn $SBC --email who@example.test --webroot "$web" --directory https://127.0.0.1:14000/dir \
    --certificate "$identity/fullchain.pem" --key "$identity/key.pem" --config "$LAB_DIR/zerotrunkd.yaml" || lab_fail "$(tail -n 5 "$LAB_DIR/acme.log")"
await_event 10 node.started
in_ns edge curl -s --cacert "$ca/cert.pem" https://127.0.0.1:15000/roots/0 >>"$LAB_DIR/pki/root.pem"
pbx_up

# ---- renewals under load ----

serial() { # on the wire
    in_ns phone timeout 5 openssl s_client -connect $EDGE4:5061 -servername $SBC -cert "$LAB_DIR/pki/cloud.pem" -cert_chain "$LAB_DIR/pki/cloud.pem" \
        -key "$LAB_DIR/pki/cloud.key" </dev/null 2>/dev/null | openssl x509 -noout -serial || true
}
shows() { [ "$(serial)" = "$(openssl x509 -in "$identity/fullchain.pem" -noout -serial)" ]; }
shows || lab_fail 'the trunk shows another certificate'
lab_spawn phone cloud "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" "$calls" 120
cloud=$LAB_PID
await 60 'all calls to be up' has_line cloud.log '^up '
before=$(trunk_lines)
acme uacme renew && grep -q '^not due' "$LAB_DIR/acme.log" || lab_fail 'a fresh certificate is no reason to renew'
for ((n = 1; n <= renewals; n++)); do
    old=$(serial)
    acme uacme renew --force || lab_fail "renewal $n: $(tail -n 5 "$LAB_DIR/acme.log")"
    await 10 "renewal $n on the wire" shows
    [ "$(serial)" != "$old" ] || lab_fail "renewal $n changed nothing"
done
if is_gone "$cloud"; then lab_fail 'the renewals took longer than the calls'; fi
kill "$cloud"
wait "$cloud" || lab_fail "not every call went well: $(<"$LAB_DIR/cloud.log")"
lab_stop "$pbx"
number() { sed -n "s/^calls.* $1 \([0-9]*\).*/\1/p" "$LAB_DIR/$2.log"; }
printf '%s renewals, %s\n' "$renewals" "$(tail -n 1 "$LAB_DIR/cloud.log")"
[ "$(number received load)" -eq "$(number sent cloud)" ] && [ "$(number received cloud)" -eq "$(number sent load)" ] ||
    lab_fail 'packets were lost'
if trunk_log_since "$before" 'tls.refused|reload.refused'; then lab_fail 'a handshake or a reload failed'; fi

# ---- a full disk: the old certificate stays whole ----

held=$(cat "$identity/fullchain.pem" "$identity/key.pem" | sha256sum)
mkdir "$LAB_DIR/small"
mount -t tmpfs -o size=16k none "$LAB_DIR/small"
cp "$identity"/*.pem "$LAB_DIR/small/"
dd if=/dev/zero of="$LAB_DIR/small/full" bs=1k count=64 2>/dev/null || true
sed -i "s|$identity|$LAB_DIR/small|" "$LAB_DIR/uacme/settings"
if acme uacme renew --force; then lab_fail 'a full disk went unnoticed'; fi
tail -n 1 "$LAB_DIR/acme.log" | grep 'is the disk full' || lab_fail "$(tail -n 3 "$LAB_DIR/acme.log")"
[ "$(cat "$LAB_DIR/small/fullchain.pem" "$LAB_DIR/small/key.pem" | sha256sum)" = "$held" ] || lab_fail 'the old certificate was harmed'
umount "$LAB_DIR/small"
trunk_down

# ---- the other clients, and proof by DNS ----

for client in certbot lego uacme; do
    how=(--webroot "$web") pem=$LAB_DIR/$client-pem
    if [ $client = uacme ]; then how=(--dns-hook "$LAB_DIR/bin/dns" --key-type RSA); fi
    mkdir "$pem"
    acme $client-too setup --client $client --fqdn $SBC --email who@example.test "${how[@]}" --directory https://127.0.0.1:14000/dir \
        --certificate "$pem/chain.pem" --key "$pem/key.pem" || lab_fail "$client: $(tail -n 8 "$LAB_DIR/acme.log")"
    old=$(openssl x509 -in "$pem/chain.pem" -noout -serial)
    acme $client-too renew --force || lab_fail "$client: $(tail -n 8 "$LAB_DIR/acme.log")"
    [ "$(openssl x509 -in "$pem/chain.pem" -noout -serial)" != "$old" ] || lab_fail "$client renewed nothing"
    printf '%s: first certificate and renewal\n' $client
done
