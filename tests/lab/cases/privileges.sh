#!/usr/bin/env bash
# nothing is left of root after the start, and a reloaded allowlist still reaches the kernel
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
config=$LAB_DIR/zerotrunkd.yaml
trunk_up
await_event 5 privileges.dropped capabilities=0000000000000000 || lab_fail 'nothing was said of it'

status_of() { awk -v key="$2:" '$1 == key { print $2; exit }' "/proc/$1/status"; }
has_status() { # TASK KEY VALUE
    [ "$(status_of "$1" "$2")" = "$3" ] || lab_fail "task $1: $2 is $(status_of "$1" "$2")"
}

none=0000000000000000
nobody=$(id -u nobody)
for task in "/proc/$TRUNK_PID/task/"*; do
    task=$TRUNK_PID/task/${task##*/}
    has_status "$task" Uid "$nobody"
    for set in CapEff CapPrm CapInh CapAmb CapBnd; do has_status "$task" $set $none; done
    has_status "$task" NoNewPrivs 1
done

# The process that keeps CAP_NET_ADMIN (bit 12), with CAP_BPF (bit 39) at most.
child=$(pgrep -P "$TRUNK_PID" -x ztrunk-priv) || lab_fail 'there is no privileged process'
[ "$(status_of "$child" Uid)" != 0 ] || lab_fail 'it is root'
has_status "$child" NoNewPrivs 1
case $(status_of "$child" CapPrm) in
0000008000001000 | 0000000000001000) ;;
*) lab_fail "it keeps $(status_of "$child" CapPrm)" ;;
esac
[ "$(find "/proc/$child/fd" -mindepth 1 ! -lname /dev/null | wc -l)" -le 2 ] || lab_fail 'it has descriptors'

# What a SYN from there draws, by what its own link carries: nothing, SYN-ACK or RST.
answers() { # ROLE ADDRESS
    local name=syn-${EPOCHREALTIME/./}
    capture_up "$name" "$1" pub
    in_ns "$1" timeout 0.5 bash -c "exec 3<>/dev/tcp/$EDGE4/5061" 2>/dev/null || true
    kill -INT "${CAPTURE_PID[$name]}"
    await 5 'tcpdump to end' is_gone "${CAPTURE_PID[$name]}"
    "$LAB_SRC/tools/silence.py" "$LAB_DIR/$name.pcap" "$2" "$EDGE4" >"$LAB_DIR/$name.facts"
    grep -q '^asked [1-9]' "$LAB_DIR/$name.facts" || lab_fail "the capture of $1 holds no SYN"
    sed -n 's/^answered //p' "$LAB_DIR/$name.facts"
}
silent() { [ "$(answers "$1" "$2")" -eq 0 ] || lab_fail "$1 was answered $3"; }
is_answered() { [ "$(answers "$1" "$2")" -gt 0 ]; }
answered() { await 5 "an answer to $1" is_answered "$1" "$2" || lab_fail "$1 was not answered $3"; }
reload() { # LIST
    local before
    before=$(trunk_lines)
    sed -i "s|signalling_prefixes: .*|signalling_prefixes: [$1]|" "$config"
    kill -HUP "$TRUNK_PID"
    await 5 'the reload' trunk_log_since "$before" reload.done
    if trunk_log_since "$before" filter.missing; then lab_fail 'the list did not reach the kernel'; fi
}

silent stranger $STRANGER4 'at first'
answered cloud $KAM4 'at first'
reload "\"$STRANGER4/32\""
answered stranger $STRANGER4 'when listed'
silent cloud $KAM4 'when listed no more'

# A key that only root may read: the reload says what is wrong, and what stood before stays.
chmod 600 "$LAB_DIR/pki/sbc.key"
kill -HUP "$TRUNK_PID"
await_event 5 reload.refused why='Permission denied.*without root' || lab_fail 'the key was read'
chmod 640 "$LAB_DIR/pki/sbc.key"

# Its spare goes on in its place, and the next list reaches the kernel.
spare_of() { pgrep -P "$1" -x ztrunk-priv; }
await 5 'the spare' spare_of "$child"
spare=$(spare_of "$child")
[ "$(status_of "$spare" CapPrm)" = "$(status_of "$child" CapPrm)" ] || lab_fail 'the spare has other privileges'
kill -9 "$child"
await_event 5 privileges.taken_over || lab_fail 'its end was not seen'
reload "\"$KAM4/32\""
answered cloud $KAM4 'when listed again'
reload "\"$STRANGER4/32\""
await 5 'the spare of the spare' spare_of "$spare"

# Without both calls go on; the kernel keeps its list, and the daemon has its own.
kill -STOP "$spare" # or it would have the next one before its own end
kill -9 "$(spare_of "$spare")" "$spare"
await_event 5 privileges.process_gone || lab_fail 'its end was not seen'
before=$(trunk_lines)
sed -i "s|signalling_prefixes: .*|signalling_prefixes: [\"$KAM4/32\"]|" "$config"
kill -HUP "$TRUNK_PID"
await 5 'the reload' trunk_log_since "$before" reload.done
trunk_log_since "$before" filter.missing || lab_fail 'a list that the kernel does not have was not told'
in_ns stranger timeout 2 openssl s_client -connect $EDGE4:5061 </dev/null >"$LAB_DIR/client" 2>&1 || true
if grep -q 'BEGIN CERTIFICATE' "$LAB_DIR/client"; then lab_fail 'a source that is listed no more was served'; fi
grep -q CONNECTED "$LAB_DIR/client" || lab_fail 'the kernel has another list than it had'
[ "$(trunk_log privileges.process_gone | wc -l)" -eq 1 ] || lab_fail 'its end was not said once'
kill -0 "$TRUNK_PID" || lab_fail 'the daemon ended'
trunk_down
