# shellcheck shell=bash
# acme.sh: a CA that speaks ACME on the edge's loopback, and who asks it. Needs lib.sh.

ca_up() {
    local port ca=$LAB_DIR/ca build=${TRUNK_BUILD:-$ZT_BUILD}
    web=$LAB_DIR/web
    mkdir -p "$ca" "$web" "$LAB_DIR/bin"
    chmod 755 "$LAB_DIR" "$web"
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
    # Clients believe this CA as they would a public one: it stands in the system's file, in their eyes alone.
    cat /etc/ssl/certs/ca-certificates.crt "$ca/cert.pem" >"$ca/bundle.pem"
    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s/.libs exec %s/examples/zerotrunkd/.libs/zerotrunkd "$@"\n' "$build" "$build" >"$LAB_DIR/bin/zerotrunkd"
    printf '#!/bin/sh\nif [ "$1" = add ]; then curl -s -d "{\\"host\\":\\"$2.\\",\\"value\\":\\"$3\\"}" http://127.0.0.1:8055/set-txt; fi\n' >"$LAB_DIR/bin/dns"
    chmod 755 "$LAB_DIR"/bin/*
}

ca_root() { in_ns edge curl -s --cacert "$LAB_DIR/ca/cert.pem" https://127.0.0.1:15000/roots/0; }

acme() { # STATE SUBCOMMAND...: what is said goes to acme.log
    # shellcheck disable=SC2016
    in_ns edge env LEGO_CA_CERTIFICATES="$LAB_DIR/ca/cert.pem" REQUESTS_CA_BUNDLE="$LAB_DIR/ca/cert.pem" PATH="$LAB_DIR/bin:$PATH" \
        unshare -m sh -c 'mount --bind "$1" /etc/ssl/certs/ca-certificates.crt && shift && exec "$@"' - "$LAB_DIR/ca/bundle.pem" \
        "$LAB_SRC/../../tools/zerotrunk" acme "$2" --state "$LAB_DIR/$1" "${@:3}" >>"$LAB_DIR/acme.log" 2>&1
}

acme_setup() { # STATE CLIENT CERTIFICATE KEY OPTION...
    acme "$1" setup --client "$2" --fqdn $SBC --email who@example.test --directory https://127.0.0.1:14000/dir \
        --certificate "$3" --key "$4" "${@:5}" || lab_fail "$2: $(tail -n 8 "$LAB_DIR/acme.log")"
}
