#!/usr/bin/env bash
# an alarm reaches each receiver once and is resolved, whatever receivers and the disk do; no secret shows
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
# shellcheck source=tests/lab/receiver.sh
. "$LAB_SRC/receiver.sh"
if [ -n "${ZT_CHROOT:-}" ]; then
    echo 'the delivery needs curl beside the daemon'
    exit 77
fi
key=0123456789abcdefSECRETpagerduty0 bearer=SECRETbearer.0123 sign=SECRETsign0123456789
lab_up
trunk_config
trunk_command
box=$LAB_DIR/alerts seen=$LAB_DIR/seen
mkdir "$box" "$box/disk" "$seen"
cp "$LAB_SRC/../../tools/zerotrunk-alert" "$box/"
printf '%s\n' "$key" >"$box/key"
printf '%s\n' "$bearer" >"$box/bearer"
printf '%s\n' "$sign" >"$box/sign"
cat >"$box/alert.conf" <<END
# every kind of receiver
retry 0.2 1
receiver pager pagerduty https://$SBC:8443/v2/enqueue key=$box/key ca=$LAB_DIR/pki/root.pem timeout=2
receiver hook webhook https://$SBC:8443/webhook bearer=$box/bearer hmac=$box/sign ca=$LAB_DIR/pki/root.pem
receiver log syslog local3 socket=$box/disk/log
receiver own exec $box/own
END
# shellcheck disable=SC2016
printf '#!/bin/sh\ncat >>%s/own.log\n' "$box/disk" >"$box/own"
chmod 755 "$box/own"
cat "$box/key" "$box/bearer" "$box/sign" >"$LAB_DIR/secrets"
chmod 600 "$box"/key "$box"/bearer "$box"/sign
chown -R nobody "$box"
config=$LAB_DIR/zerotrunkd.yaml
sed -i "s|^trunks:|alerts: {spool: $box/disk/spool, command: $box/zerotrunk-alert, receivers: $box/alert.conf, settle_seconds: 1}\n&|" "$config"
cp "$config" "$LAB_DIR/good.yaml"

# The disk is the daemon's own, and small. A syslog daemon's socket is on it.
node_up() {
    # shellcheck disable=SC2016
    lab_spawn edge trunk sh -c 'mount -t tmpfs -o size=64k,uid=65534,mode=755 none "$1" &&
        setpriv --reuid 65534 --regid 65534 --clear-groups socat -u "UNIX-RECV:$1/log" "OPEN:$1/syslog,creat,append" & sleep 0.3; shift; exec "$@"' - \
        "$box/disk" "${TRUNK_COMMAND[@]}" -c "$config"
    TRUNK_PID=$LAB_PID
    await 20 'the trunk to listen' trunk_listens || true
    if ! trunk_listens || is_gone "$TRUNK_PID"; then lab_fail "it did not start: $(tail -n 5 "$LAB_DIR/trunk.log")"; fi
}
disk() { printf '/proc/%s/root%s/disk' "$TRUNK_PID" "$box"; }
asked() { [ "$(grep -c "$1" "$seen/asked")" -ge "$2" ]; }
wait_for() { await 20 "$3 $2 in $1" has "$@" || lab_fail "$(cat "$seen/refused" "$LAB_DIR/trunk.log" 2>/dev/null | tail -n 8)"; }
told() { # TRIGGERS RESOLVES: everywhere, and nothing is left
    local name
    for name in taken hooked; do wait_for $name trigger "$1" && wait_for $name resolve "$2"; done
    await 20 'the queues to be empty' queues_empty
}
queues_empty() { [ -z "$(find "$(disk)"/spool/new "$(disk)"/spool/queue -type f -name '[0-9]*')" ]; }
break_it() {
    cp "$LAB_DIR/good.yaml" "$config"
    printf 'nonsense: true\n' >>"$config"
    reload reload.refused
}
mend_it() {
    cp "$LAB_DIR/good.yaml" "$config"
    reload reload.done
}
reload() { # EVENT
    local before
    before=$(trunk_lines)
    kill -HUP "$TRUNK_PID"
    await 10 "$1" trunk_log_since "$before" "$1"
}
secrets_in() { grep -rlaF -f "$LAB_DIR/secrets" "$@" 2>/dev/null || true; } # FILE...
no_secret_in() { [ -z "$(secrets_in "$@")" ] || lab_fail "a secret is in $(secrets_in "$@")"; }

[ "$(secrets_in "$box" | wc -l)" -eq 3 ] || lab_fail 'the search for secrets finds none'
mode ok
receiver_up "$box/sign" "$box/bearer"
node_up
# Once, however often it is seen; and over.
for _ in 1 2 3; do break_it; done
told 1 0
mend_it
told 1 1

# The pager is down in each of its ways; the others hear at once, and the node answers meanwhile.
mode 500
break_it
wait_for hooked trigger 2
await 20 'a try' asked 500 2
mode hang
await 20 'one that hangs' asked hang 1
await 10 'a request that hangs' pgrep -x curl
no_secret_in /proc/[0-9]*/cmdline /proc/[0-9]*/environ
[ "$(metric zerotrunk_alerts_waiting)" = 0 ] || lab_fail 'the node waits for a receiver'
mend_it
mode 429 1
await 20 'one that is asked to wait' asked 429 1
receiver_down
break_it
mode ok
receiver_up "$box/sign" "$box/bearer"
mend_it
told 3 3

# The disk is full: nothing is lost, and it is told when there is room.
fill=$(disk)/fill
head -c 100000 /dev/zero >"$fill" 2>/dev/null || true
break_it
await_event 20 alert.spool_failed 'why=No space'
[ "$(metric zerotrunk_alerts_waiting)" = 1 ] || lab_fail 'the alarm does not wait'
rm "$fill"
await_event 20 alert.spool_back
told 4 3

# A restart: what is not seen again is resolved, once.
cp "$LAB_DIR/good.yaml" "$config"
cp -a "$(disk)/spool" "$LAB_DIR/spool"
no_secret_in "$(disk)" "$LAB_DIR/spool" "$LAB_DIR/trunk.log" "$seen"
cp "$(disk)/syslog" "$(disk)/own.log" "$LAB_DIR/"
trunk_down
sed -i "s|$box/disk/spool|$box/spool|" "$config"
mv "$LAB_DIR/spool" "$box/spool"
trunk_up
await_event 20 alarm.cleared
wait_for taken resolve 4
wait_for hooked resolve 4
trunk_down

# By hand: what stands in the way is said, keeps the record, and holds up no other receiver.
hand=$LAB_DIR/hand
mkdir -p "$hand/new"
record() { # NUMBER KIND ID
    printf '{"event_action":"%s","dedup_key":"zerotrunk/hand/%s"%s}\ntrigger info hand/%s x\n' \
        "$([ "$2" = t ] && echo trigger || echo resolve)" "$3" "${4:-}" "$3" >"$hand/new/$(printf '%020d.%s.%016d' "$1" "$2" "$3")"
}
deliver() { # STATUS RECEIVER...
    local status=0
    printf '%s\n' 'retry 0.1 1' "${@:2}" >"$LAB_DIR/hand.conf"
    in_ns edge "$box/zerotrunk-alert" -c "$LAB_DIR/hand.conf" -s "$hand" >>"$LAB_DIR/hand.log" 2>&1 || status=$?
    [ "$status" -eq "$1" ] || lab_fail "it ended with $status: $(tail -n 2 "$LAB_DIR/hand.log")"
}
pager="receiver pager pagerduty https://$SBC:8443/v2/enqueue ca=$LAB_DIR/pki/root.pem"
cp -r "$seen" "$LAB_DIR/seen-before"
deliver 78 'receiver a/b exec /bin/true'
deliver 78 "receiver pager pagerduty http://$SBC/v2/enqueue key=$box/key"
deliver 78 'nonsense'
chmod 644 "$box/key"
record 1 t 1 ',"payload":{"summary":"x","source":"x","severity":"loud"}'
record 2 t 2 ',"payload":{"summary":"x","source":"x","severity":"info"}'
deliver 75 "$pager key=$box/key"
chmod 600 "$box/key"
deliver 75 "$pager key=$box/absent"
[ "$(ls "$hand/queue/pager" | wc -l)" -eq 2 ] || lab_fail 'a record went without its secret'
rm -f "$hand"/queue/pager/.after
deliver 0 "$pager key=$box/key"
[ -e "$hand"/dead/00000000000000000001.t.0000000000000001.pager ] || lab_fail 'what is refused for ever is not buried'
[ "$(tail -n 1 "$seen/taken" | grep -c hand/2)" -eq 1 ] || lab_fail 'what is behind a refused record was not sent'
for n in 3 4 5 6; do record $n t $((n % 3)); done
record 7 r 9
deliver 75 'queue 3' 'receiver full exec /bin/false' 'receiver free exec /bin/true'
[ "$(ls "$hand/queue/full" | tr '\n' ' ')" = '00000000000000000005.t.0000000000000002 00000000000000000006.t.0000000000000000 00000000000000000007.r.0000000000000009 ' ] ||
    lab_fail "a full queue kept $(ls "$hand/queue/full")"
[ -z "$(ls "$hand/queue/free")" ] || lab_fail 'a full queue held up another'
no_secret_in "$hand" "$LAB_DIR/hand.log"
rm -rf "$seen"
mv "$LAB_DIR/seen-before" "$seen"

# The same everywhere, in order, under one key; each kind of receiver had its eight.
python3 - "$seen/taken" "$seen/hooked" <<'END'
import json, sys
for name in sys.argv[1:]:
    events = [json.loads(line) for line in open(name)]
    assert [e["event_action"] for e in events] == ["trigger", "resolve"] * 4, events
    assert {e["dedup_key"] for e in events} == {"zerotrunk/sbc.example.test/reload/config"}, events
    assert {e["payload"]["severity"] for e in events} == {"error"}
deliveries = [e["delivery"] for e in events]
assert len(set(deliveries)) == 8 and deliveries == sorted(deliveries), deliveries
END
[ ! -e "$seen/refused" ] || lab_fail "$(cat "$seen/refused")"
[ "$(wc -l <"$LAB_DIR/own.log")" -eq 7 ] || lab_fail 'exec did not have each'
[ "$(grep -ao 'zerotrunk@32473 key="reload/config"' "$LAB_DIR/syslog" | wc -l)" -eq 7 ] || lab_fail 'syslog did not have each'
