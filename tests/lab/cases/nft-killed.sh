#!/usr/bin/env bash
# kill -9 of the privileged process, in mid-call: audio goes on, new calls have audio; without any, the node gives in
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
kamailio_up cloud 4
phone_up
desk_up
TRUNK_CLOUD_PORTS=20000-20099 trunk_config
sed -i -e 's/^node:/&\n  firewall: nftables\n  firewall_table: zerotrunk-lab/' \
    -e 's/drain_seconds: .*/drain_seconds: 1/' "$LAB_DIR/zerotrunkd.yaml"
trunk_up
await_event 10 node.started

holes() { in_ns edge nft -j list set inet zerotrunk-lab open4 | grep -o '"concat"' | wc -l; }
all_priv() { ip netns pids "$LAB-edge" | while read -r pid; do
    if [ "$(<"/proc/$pid/comm")" = ztrunk-priv ]; then echo "$pid"; fi
done; }
has_two() { [ "$(all_priv | wc -l)" -eq 2 ]; }
server() { # of the two the one that is the other's parent
    local pid
    for pid in $(all_priv); do
        if pgrep -P "$pid" -x ztrunk-priv >/dev/null; then echo "$pid"; fi
    done
}

dial_cloud_to_pbx
both_heard
for round in 1 2; do
    await 5 'a process and its spare' has_two
    before=$(trunk_lines)
    open=$(holes)
    [ "$open" -ge 1 ] || lab_fail 'there is no hole during a call'
    kill -9 "$(server)"
    await 5 'the takeover' trunk_log_since "$before" privileges.taken_over
    [ "$(holes)" -eq "$open" ] || lab_fail "$open holes became $(holes)"
    both_heard
    printf 'killed %s times: %s holes as before\n' "$round" "$open"
done
[ "$(metric zerotrunk_privileged_takeovers_total)" -eq 2 ] || lab_fail 'the takeovers were not counted'
[ "$(metric zerotrunk_firewall_up)" -eq 1 ] || lab_fail 'the metric says that the table is lost'
hang_up cloudphone
await 5 'the holes to close' bash -c "[ \"\$(ip netns exec $LAB-edge nft -j list set inet zerotrunk-lab open4 | grep -c concat)\" -eq 0 ]"
good_call desk

# Killed while it owes an answer: the call that asked for the hole has its audio.
await 5 'a process and its spare' has_two
pid=$(server)
before=$(trunk_lines)
kill -STOP "$pid"
baresip_do cloudphone dial "sip:$DESK_USER@$SBC"
await 10 'a hole to be asked for' trunk_log_since "$before" pinhole.opened
kill -9 "$pid"
await 5 'the takeover' trunk_log_since "$before" privileges.taken_over
both_heard
hang_up desk

# Nobody is left: told, and ended as a failure, for another start.
await 5 'a process and its spare' has_two
# shellcheck disable=SC2046
kill -9 $(all_priv)
await_event 5 privileges.process_gone
await_event 5 alarm.raised key=firewall
await 10 'the trunk to end' is_gone "$TRUNK_PID"
status=0
wait "$TRUNK_PID" || status=$?
[ "$status" -eq 1 ] || lab_fail "it ended with $status"
no_findings
trunk_up
good_call desk
trunk_down
