# shellcheck shell=bash
# lib.sh: what every lab script shares. A lab is a run folder, six network namespaces and the
# processes in them; lab_down removes it all, from a trap, whatever ends the script.
#
#   cloud (198.51.100.10, Kamailio)             \
#   phone (198.51.100.20, baresip behind it)     net (a bridge)
#   stranger (198.51.100.66)                     |
#   edge (198.51.100.1, where zerotrunkd runs)  /
#     \__ inside 10.20.0.1 ---- 10.20.0.2 pbx
set -euo pipefail

LAB_SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_PIDS=()
LAB_DIR=
LAB=zt-$$
LAB_ROLES=(net cloud phone edge pbx stranger)

SBC=sbc.example.test
CLOUD=cloud.example.test
EDGE4=198.51.100.1 KAM4=198.51.100.10 PHONE4=198.51.100.20 STRANGER4=198.51.100.66
EDGE6=2001:db8:51::1 KAM6=2001:db8:51::10 PHONE6=2001:db8:51::20 STRANGER6=2001:db8:51::66
INSIDE4=10.20.0.1 PBX4=10.20.0.2
export SBC CLOUD EDGE4 KAM4 PHONE4 STRANGER4 EDGE6 KAM6 PHONE6 STRANGER6 INSIDE4 PBX4

lab_fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

in_ns() { # ROLE COMMAND...
    local role=$1
    shift
    ip netns exec "$LAB-$role" "$@"
}

# Starts a process in a namespace; its pid is in $LAB_PID, its output in $LAB_DIR/NAME.log.
lab_spawn() { # ROLE NAME COMMAND...
    local role=$1 name=$2
    shift 2
    (cd "$LAB_DIR" && exec ip netns exec "$LAB-$role" "$@") \
        >>"$LAB_DIR/$name.log" 2>&1 </dev/null &
    LAB_PID=$!
    LAB_PIDS+=("$LAB_PID")
}

# Waits until a command succeeds, for at most so many seconds.
await() { # SECONDS WHAT COMMAND...
    local until=$((${EPOCHREALTIME/./} + $1 * 1000000)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ "${EPOCHREALTIME/./}" -gt "$until" ]; then
            printf 'gave up waiting for %s\n' "$what" >&2
            return 1
        fi
        sleep 0.05
    done
}

has_line() { grep -qE -- "$2" "$LAB_DIR/$1"; }
await_line() { await "$3" "\"$2\" in $1" has_line "$1" "$2"; }
has_listener() { in_ns "$1" ss -Hlnut "sport = :$2" | grep . >/dev/null; }
await_listener() { await 10 "port $2 in $1" has_listener "$1" "$2"; }
is_gone() { ! kill -0 "$1"; }

lab_stop() { # PID...: asks first, forces after five seconds
    local pid
    for pid; do kill "$pid" 2>/dev/null || true; done
    for pid; do
        await 5 "process $pid to end" is_gone "$pid" 2>/dev/null || kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}

link() { # ROLE IF ADDRESS4 ADDRESS6: a leg on the public bridge
    ip -n "$LAB-$1" link add "$2" type veth peer name "$1" netns "$LAB-net"
    ip -n "$LAB-net" link set "$1" master br0 up
    ip -n "$LAB-$1" addr add "$3/24" dev "$2"
    ip -n "$LAB-$1" addr add "$4/64" dev "$2" nodad
    ip -n "$LAB-$1" link set "$2" up
}

write_hosts() {
    local role
    for role in "${LAB_ROLES[@]}"; do
        mkdir -p "/etc/netns/$LAB-$role"
        printf '%s\n' '127.0.0.1 localhost' "$EDGE4 sbc.example.test" "$KAM4 cloud.example.test" \
            "$EDGE6 sbc6.example.test" "$KAM6 cloud6.example.test" >"/etc/netns/$LAB-$role/hosts"
        printf 'nameserver 127.0.0.1\n' >"/etc/netns/$LAB-$role/resolv.conf"
    done
}

lab_up() {
    local role
    [ "$(id -u)" -eq 0 ] || lab_fail 'network namespaces need root'
    lab_sweep
    LAB_DIR=$(mktemp -d "/tmp/$LAB-XXXXXX")
    trap lab_down EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    write_hosts
    for role in "${LAB_ROLES[@]}"; do
        ip netns add "$LAB-$role"
        ip -n "$LAB-$role" link set lo up
    done
    ip -n "$LAB-net" link add br0 type bridge
    ip -n "$LAB-net" link set br0 up
    link cloud pub $KAM4 $KAM6
    link phone pub $PHONE4 $PHONE6
    link edge pub $EDGE4 $EDGE6
    link stranger pub $STRANGER4 $STRANGER6
    ip -n "$LAB-edge" link add inside type veth peer name eth0 netns "$LAB-pbx"
    ip -n "$LAB-edge" addr add $INSIDE4/24 dev inside
    ip -n "$LAB-edge" link set inside up
    ip -n "$LAB-pbx" addr add $PBX4/24 dev eth0
    ip -n "$LAB-pbx" link set eth0 up
    "$LAB_SRC/pki.sh" "$LAB_DIR/pki"
}

drop_namespaces() { # PREFIX: and whatever still runs in them
    local role left
    for role in "${LAB_ROLES[@]}"; do
        for left in $(ip netns pids "$1-$role" 2>/dev/null); do kill -9 "$left" 2>/dev/null || true; done
        ip netns del "$1-$role" 2>/dev/null || true
        rm -f "/etc/netns/$1-$role/hosts" "/etc/netns/$1-$role/resolv.conf"
        rmdir "/etc/netns/$1-$role" 2>/dev/null || true
    done
    rmdir /etc/netns 2>/dev/null || true
}

# The run folder is removed only under the name that lab_up gave it.
drop_folder() { case $1 in /tmp/zt-[0-9]*-*) rm -rf -- "$1" ;; esac }

lab_down() {
    local status=$?
    trap - EXIT
    trap '' INT TERM HUP
    if declare -F lab_on_exit >/dev/null; then lab_on_exit "$status"; fi
    lab_stop "${LAB_PIDS[@]}"
    drop_namespaces "$LAB"
    if [ "$status" -ne 0 ] && [ "$status" -ne 77 ] && [ -n "${ZT_LAB_SAVE:-}" ]; then
        cp -r "$LAB_DIR/." "$ZT_LAB_SAVE/" || true
        rm -rf -- "$ZT_LAB_SAVE/pki"
    fi
    drop_folder "$LAB_DIR"
    if [ -n "${ZT_CHROOT:-}" ]; then rm -rf -- "${ZT_CHROOT:?}$LAB_DIR"; fi
    exit "$status"
}

# A lab whose script was killed by -9 leaves its namespaces and processes: theirs go first.
lab_sweep() {
    local name pid left
    for name in /run/netns/zt-*-net; do
        name=${name##*/}
        name=${name%-net}
        pid=${name#zt-}
        if ! [[ $pid =~ ^[0-9]+$ ]] || [ -e "/proc/$pid" ]; then continue; fi
        drop_namespaces "$name"
        for left in "/tmp/$name"-*; do drop_folder "$left"; done
    done
}
