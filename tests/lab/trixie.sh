#!/usr/bin/env bash
# trixie.sh: builds and tests on Debian 13 (mbedTLS 3.6, libre 2.0, libsrtp2 2.7) in a folder, then
# runs the lab's calls with that daemon, so that TLS 1.3 is on the wire. The folder is kept in
# .cache/trixie; sources are copied in, and nothing is mounted that outlives a command.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lab=$root/tests/lab
cache=$root/.cache
dir=${ZT_TRIXIE:-$cache/trixie}
jobs=${ZT_CHECK_JOBS:-$(nproc)}
mirror=${ZT_MIRROR:-http://deb.debian.org/debian}

packages() { sed 's/#.*//' "$lab/packages/build" "$lab/packages/trixie" | xargs | tr ' ' ','; }

step() { # NAME COMMAND...
    local name=$1 start=$SECONDS
    local log=$cache/$name.log
    shift
    printf '%-28s' "debian13-$name"
    if "$@" >"$log" 2>&1; then
        printf 'ok    %s s\n' $((SECONDS - start))
        return 0
    fi
    printf 'FAILED %s s, see %s\n' $((SECONDS - start)) "${log#"$root/"}"
    tail -n 40 "$log" | sed 's/^/    /'
    return 1
}

# A new folder is made beside the old name and moved there when it is whole. Steps run where
# `set -e` does not hold, hence the chain.
install_system() {
    if [ -f "$dir/.zt-packages" ] && [ "$(<"$dir/.zt-packages")" = "$(packages)" ]; then return 0; fi
    rm -rf --one-file-system "$dir" "$dir.new" &&
        debootstrap --variant=minbase --include="$(packages)" trixie "$dir.new" "$mirror" &&
        rm -f "$dir.new"/var/cache/apt/archives/*.deb &&
        packages >"$dir.new/.zt-packages" &&
        mv "$dir.new" "$dir"
}

# Its own mount and process namespace: /proc goes when the command ends.
inside() { # COMMAND...
    unshare --mount --pid --fork --kill-child --mount-proc="$dir/proc" \
        chroot "$dir" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        "$@"
}

copy_sources() {
    rm -rf --one-file-system "$dir/src" && mkdir -p "$dir/src" && cd "$root" || return 1
    git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -cf - |
        tar -C "$dir/src" -xf -
}

build() {
    inside sh -ec "cd /src && ./autogen.sh && mkdir -p build && cd build &&
        ../configure --enable-werror --disable-static && make -j $jobs"
}

tests() { inside sh -ec "make -C /src/build -j $jobs check"; }

count() { find "$dir/src/build" -name '*.trs' -exec sed -n 's/^:test-result: //p' {} + | grep -cx "$1" || true; }

calls() { ZT_CHROOT=$dir ZT_BUILD=/src/build ZT_EXPECT_TLS=TLSv1.3 ZT_LAB_RESULT=$cache/calls.result "$lab/run" call call-tcp rollback; }

main() {
    local passed failed skipped more=(0 1 0)
    mkdir -p "$cache"
    rm -f "$cache/calls.result"
    "$lab/install.sh" build lab check
    step system install_system
    step sources copy_sources
    step build build
    step tests tests || true
    passed=$(count PASS) skipped=$(count SKIP)
    failed=$(($(count FAIL) + $(count ERROR)))
    if [ "$passed" -eq 0 ]; then failed=$((failed + 1)); fi
    calls || true
    if [ -s "$cache/calls.result" ]; then read -ra more <"$cache/calls.result"; fi
    passed=$((passed + more[0])) failed=$((failed + more[1])) skipped=$((skipped + more[2]))
    printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
}

main
