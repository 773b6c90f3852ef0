# shellcheck shell=bash
# clock.sh: a daemon whose clock on the wall can be set. Needs daemon.sh; exits with 77 where there
# is no compiler for the library that does it.

clock_prepare() { # after trunk_config, before trunk_up
    local asan
    if ! command -v "${CC:-cc}" >/dev/null || [ -n "${ZT_CHROOT:-}" ]; then
        echo 'there is no compiler'
        exit 77
    fi
    "${CC:-cc}" -shared -fPIC -O2 -o "$LAB_DIR/wall.so" "$LAB_SRC/tools/wall.c"
    jump 0
    chmod 644 "$LAB_DIR/wall"
    # A sanitizer's library is to be the first of all.
    asan=$(ldd "$ZT_BUILD/.libs/libzerotrunk.so" | awk '/libasan/ { print $3 }')
    CLOCK_PRELOAD=${asan:+$asan:}$LAB_DIR/wall.so
    eval "plain_$(declare -f trunk_command)"
    trunk_command() {
        plain_trunk_command
        TRUNK_COMMAND=(env "ZT_WALL=$LAB_DIR/wall" "LD_PRELOAD=$CLOCK_PRELOAD" "${TRUNK_COMMAND[@]}")
    }
}

jump() { # SECONDS ahead of the true time: in place, for it is mapped
    printf '%-31s\n' "$1" | dd of="$LAB_DIR/wall" conv=notrunc status=none
}
