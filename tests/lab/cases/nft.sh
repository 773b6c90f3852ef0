#!/usr/bin/env bash
# nftables: silence also while the program is down, and after a flush
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
[ -x "$ZT_BUILD/examples/nft_table" ] || { echo 'examples/nft_table is not built: see make check'; exit 77; }
lab_up

# Nothing listens: a port that is not protected says so at once.
table_up() { # ADDRESS SOURCES
    local address=$1
    if [[ $address == *:* ]]; then address="[$address]"; fi
    rm -f "$LAB_DIR/enter" "$LAB_DIR/table.log"
    mkfifo "$LAB_DIR/enter"
    exec 9<>"$LAB_DIR/enter"
    # shellcheck disable=SC2016
    lab_spawn edge table bash -c 'exec "$0" --run "$@" <enter' "$ZT_BUILD/examples/nft_table" \
        "$address:5061" 20000 21999 "$2"
    table=$LAB_PID
    await_line table.log '^the table is there' 10
}
table_killed() {
    kill -9 "$table"
    wait "$table" || true
}
table_down() { # by its own will
    echo >&9
    await 5 'the program to end' is_gone "$table"
    if in_ns edge nft list table inet zerotrunk >/dev/null 2>&1; then lab_fail 'the table is left'; fi
}
nmap_finds() { # ROLE STATE ADDRESS NMAP-ARGUMENTS...
    local role=$1 state=$2 address=$3 found
    shift 3
    if [[ $address == *:* ]]; then set -- -6 "$@"; fi
    in_ns "$role" nmap -n -Pn -T5 --max-retries 1 --min-rate 2000 --host-timeout 30s "$@" "$address" \
        >"$LAB_DIR/nmap" 2>&1
    cat "$LAB_DIR/nmap" >>"$LAB_DIR/nmap.log"
    found=$(sed -nE -e 's/^[0-9]+\/(tcp|udp) +([^ ]+).*/\2/p' -e 's/^Not shown: [0-9]+ //p' "$LAB_DIR/nmap" |
        sed -E 's/ (tcp|udp) ports \(no-response\)$//' | sort -u)
    [ "$found" = "$state" ] || lab_fail "$role: nmap $* $address: $(<"$LAB_DIR/nmap")"
}
silent() { # ADDRESS WHEN
    nmap_finds stranger filtered "$1" -sS -p 5061
    nmap_finds stranger filtered "$1" -sA -p 5061
    nmap_finds stranger 'open|filtered' "$1" -sU -p 20000-21999
    printf '%s %s: nothing found\n' "$1" "$2"
}
open_to_the_cloud() { # ADDRESS: the listener, and the one port that has a hole
    nmap_finds cloud closed "$1" -sS -p 5061
    nmap_finds cloud closed "$1" -sU -p 20000
    nmap_finds cloud 'open|filtered' "$1" -sU -p 20001-21999
}

story() { # FAMILY EDGE CLOUD STRANGER
    # The kernel limits the errors it sends; what is closed without the table is asked of one port.
    nmap_finds stranger closed "$2" -sS -p 5061
    nmap_finds stranger closed "$2" -sU -p 20000
    capture_up "$1" stranger pub
    table_up "$2" "$3"
    silent "$2" 'with the table'
    open_to_the_cloud "$2"
    table_killed
    silent "$2" 'after kill -9'
    table_up "$2" "$3"
    in_ns edge nft flush ruleset
    await_line table.log 'it was made again' 5
    silent "$2" 'after a flush'
    open_to_the_cloud "$2"
    lab_stop "${CAPTURE_PID[$1]}"
    table_down
    nmap_finds stranger closed "$2" -sS -p 5061
    "$LAB_SRC/tools/silence.py" "$LAB_DIR/$1.pcap" "$4" "$2" >"$LAB_DIR/$1.facts"
    paste -sd' ' "$LAB_DIR/$1.facts"
    expect "$1" udp_ports '>=' 2000
    expect "$1" tcp_ports == 1
    expect "$1" answered == 0
}
story four $EDGE4 $KAM4 $STRANGER4
story six $EDGE6 $KAM6 $STRANGER6
