# shellcheck shell=bash
# wall.sh: a clock on the wall that jumps, for the trunk alone. Needs lib.sh and daemon.sh.

wall_can_jump() {
    if command -v "${CC:-cc}" >/dev/null && [ -z "${ZT_CHROOT:-}" ]; then return 0; fi
    echo 'there is no compiler'
    return 1
}

jump() { # SECONDS: from what is true; in place, for it is mapped
    printf '%-31s\n' "$1" | dd of="$LAB_DIR/wall" conv=notrunc status=none
}

wall_up() { # before trunk_up
    local asan
    "${CC:-cc}" -shared -fPIC -O2 -o "$LAB_DIR/wall.so" "$LAB_SRC/tools/wall.c"
    jump 0
    chmod 644 "$LAB_DIR/wall"
    # A sanitizer's library is to be the first of all.
    asan=$(ldd "$ZT_BUILD/.libs/libzerotrunk.so" | awk '/libasan/ { print $3 }')
    wall_preload=${asan:+$asan:}$LAB_DIR/wall.so
    eval "plain_$(declare -f trunk_command)"
    trunk_command() {
        plain_trunk_command
        TRUNK_COMMAND=(env "ZT_WALL=$LAB_DIR/wall" "LD_PRELOAD=$wall_preload" "${TRUNK_COMMAND[@]}")
    }
}
