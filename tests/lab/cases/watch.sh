#!/usr/bin/env bash
# 30, 14, 7 and 1 days before the end and past it each alarm comes once, own and peer; renewed but not reloaded, loaded but not shown are named
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# shellcheck source=tests/lab/receiver.sh
. "$LAB_SRC/receiver.sh"
day=86400
wall_can_jump || exit 77
lab_up
box=$LAB_DIR/alerts seen=$LAB_DIR/seen config=$LAB_DIR/zerotrunkd.yaml

ends_in() { # FROM TO: days from now, as openssl ca wants them
    date -u -d "now $1 days" '+-startdate %Y%m%d%H%M%SZ' | tr '\n' ' '
    date -u -d "now $2 days" '+-enddate %Y%m%d%H%M%SZ'
}
certificate() { # NAME HOST FROM TO
    PKI_ISSUER=longroot PKI_DATES=$(ends_in "$3" "$4") "$LAB_SRC/pki.sh" "$LAB_DIR/pki" "$1" "$2" \
        EC -pkeyopt ec_paramgen_curve:P-256
}
PKI_DAYS=4000 "$LAB_SRC/pki.sh" "$LAB_DIR/pki" longroot
cat "$LAB_DIR/pki/longroot.pem" >>"$LAB_DIR/pki/root.pem"
certificate own $SBC -300 100
certificate theirs $CLOUD -300 100
certificate own2 $SBC -1 500
certificate theirs2 $CLOUD -1 500

mkdir "$box" "$box/spool" "$seen"
printf '%s\n' 0123456789abcdef0123456789abcdef >"$box/key"
chmod 600 "$box/key"
cp "$LAB_SRC/../../tools/zerotrunk-alert" "$box/"
cat >"$box/alert.conf" <<END
retry 0.2 1
receiver pager pagerduty https://$SBC:8443/v2/enqueue key=$box/key ca=$LAB_DIR/pki/root.pem timeout=2
END
chown -R nobody "$box"
TRUNK_OPTIONS=1 TRUNK_CERT=own
trunk_config
sed -i -e "s|^trunks:|alerts: {spool: $box/spool, command: $box/zerotrunk-alert, receivers: $box/alert.conf, settle_seconds: 1}\n&|" \
    -e 's|^identity:|&\n  probe_seconds: 10|' "$config"
wall_up
kamailio_up theirs
mode ok
receiver_up
trunk_up
await_event 10 trunk.up

taken() { # KEY: what the pager took of it, in order, in words
    python3 - "$seen/taken" "$1" <<'END'
import json, os, sys
for line in open(sys.argv[1]) if os.path.exists(sys.argv[1]) else []:
    e = json.loads(line)
    if e["payload"]["custom_details"]["key"] == sys.argv[2]:
        print(e["event_action"], e["payload"]["severity"] if e["event_action"] == "trigger" else "", end=", ")
END
}
took() { [ "$(taken "$1" | tr -d ' ')" = "$(tr -d ' ' <<<"$2")" ]; } # KEY SAID
await_taken() { await 25 "$2 of $1" took "$1" "$2" || lab_fail "$1: $(taken "$1")"; }
own=cert/expiry/local/$SBC peer=cert/expiry/peer/lab/cloud
both() { await_taken $own "$1" && await_taken $peer "$1"; }
ahead() { jump $((${1} * day + 60)); } # DAYS from now, and a minute

# Who else is on this machine is let through by the kernel, and told nothing.
in_ns edge timeout 5 openssl s_client -connect $EDGE4:5061 -servername $SBC </dev/null >"$LAB_DIR/local" 2>&1 || true
grep -q '^CONNECTED' "$LAB_DIR/local" || lab_fail "it was not let through: $(<"$LAB_DIR/local")"
if grep -q 'BEGIN CERTIFICATE' "$LAB_DIR/local"; then lab_fail 'it was shown a certificate'; fi

# With 31 days left there is nothing to say.
ahead 68
await_event 10 clock.jumped
[ "$(metric zerotrunk_cert_finding)" = 0 ] || lab_fail "found too early: $(metrics | grep cert_finding)"
said='trigger warning,'
ahead 70
both "$said"
# The pager is down over the next threshold: it is told late, and once.
mode 500
ahead 86
await 15 'the finding' trunk_log alarm.raised key="^$own" severity=error
await 10 'a try' grep -q 500 "$seen/asked"
mode ok
said="$said trigger error,"
both "$said"
ahead 93
said="$said trigger critical,"
both "$said"
ahead 99
said="$said trigger critical,"
both "$said"
ahead 101
said="$said trigger critical,"
both "$said"
grep -q "the certificate of $SBC is over since" "$seen/taken" || lab_fail 'it is not said that it is over'

# Renewed, and over: own by its file alone, the peer's by a connection that shows it.
cp "$LAB_DIR/pki/own2.pem" "$LAB_DIR/pki/next.pem"
cp -p "$LAB_DIR/pki/own2.key" "$LAB_DIR/pki/own.key"
mv "$LAB_DIR/pki/next.pem" "$LAB_DIR/pki/own.pem"
chgrp nogroup "$LAB_DIR"/pki/own.*
chmod g+r "$LAB_DIR"/pki/own.*
kamailio_down
kamailio_up theirs2
said="$said resolve,"
both "$said"

# The file is renewed, and nobody reloads: named as such, and over with the reload.
sed -i 's|^identity:|&\n  reload: signal|' "$config"
before=$(trunk_lines)
kill -HUP "$TRUNK_PID"
await 10 'the reload' trunk_log_since "$before" reload.done
certificate own $SBC -1 400
chgrp nogroup "$LAB_DIR"/pki/own.*
chmod g+r "$LAB_DIR"/pki/own.*
not_loaded=cert/not_loaded/local/$SBC not_shown=cert/not_shown/local/$SBC
ahead 102
await 15 'a look' trunk_log_since "$before" clock.jumped
ahead 103
await_taken $not_loaded 'trigger error,'
grep -q 'renewed but not reloaded' "$seen/taken" || lab_fail 'it is not named'
kill -HUP "$TRUNK_PID"
await_taken $not_loaded 'trigger error, resolve,'

# Another node answers to our name, and shows the old one.
lab_spawn stranger other openssl s_server -accept $STRANGER4:5061 -cert "$LAB_DIR/pki/own2.pem" \
    -key "$LAB_DIR/pki/own2.key" -quiet
await_listener stranger 5061
name_is() { # FROM TO: in place, for it is mounted
    local hosts=/etc/netns/$LAB-edge/hosts text
    text=$(sed "s/^$1 /$2 /" "$hosts")
    printf '%s\n' "$text" >"$hosts"
}
name_is $EDGE4 $STRANGER4
shown() { [ "$(metrics | grep -F 'not_after' | grep -F 'role="local"' | grep -E "view=\"$1\"" | awk '{ print $2 }' | uniq | wc -l)" = "$2" ]; }
await 25 'a handshake with the other node' shown 'loaded|wire' 2
ahead 104
await 25 'the finding' trunk_log alarm.raised key="^$not_shown" severity=error summary='loaded but not shown'
name_is $STRANGER4 $EDGE4
await 25 'a handshake with our own' shown 'loaded|wire' 1
await_taken $not_shown 'trigger error, resolve,'
[ ! -e "$seen/refused" ] || lab_fail "$(cat "$seen/refused")"
both "$said"
if trunk_log tls.refused remote="^$EDGE4:"; then lab_fail 'our own handshake was taken for a stranger'; fi
trunk_down
