#!/usr/bin/env bash
# from no certificate to a running trunk by ACME, then ten renewals with a hundred calls up: nothing is lost
# alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# shellcheck source=tests/lab/acme.sh
. "$LAB_SRC/acme.sh"
calls=${ZT_ACME_CALLS:-100} renewals=${ZT_ACME_RENEWALS:-10}
export TRUNK_BUILD=${ZT_CHROOT:+$ZT_BUILD}
TRUNK_BUILD=${TRUNK_BUILD:-$ZT_BUILD_FAST}
lab_up
identity=$LAB_DIR/identity
mkdir "$identity"
ca_up
chmod 755 "$identity"

# ---- the first certificate ----

trunk_config
sed -i "s|^  certificate: .*|  certificate: $identity/fullchain.pem|; s|^  key: .*|  key: $identity/key.pem\n  wait: true|" "$LAB_DIR/zerotrunkd.yaml"
trunk_command
lab_spawn edge trunk "${TRUNK_COMMAND[@]}" -c "$LAB_DIR/zerotrunkd.yaml"
TRUNK_PID=$LAB_PID
await_event 10 identity.waiting certificate="$identity/fullchain.pem"
if has_listener edge 5061; then lab_fail 'a port is open without a certificate'; fi
acme_setup uacme uacme "$identity/fullchain.pem" "$identity/key.pem" --webroot "$web" --config "$LAB_DIR/zerotrunkd.yaml"
await_event 10 node.started
ca_root >>"$LAB_DIR/pki/root.pem"
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
