#!/bin/sh
# What the shared libraries export is what the public headers declare, and what tests/abi lists.
# After a change of the ABI: tests/lint/symbols.sh --update (and think of version-info).
. "${top_srcdir:?}/tests/lint/lint.sh"

declared() { # HEADERS...: the names behind ZTRUNK_API
    cat "$@" | tr '\n' ' ' | grep -oE 'ZTRUNK_API [^;(]*\(' | grep -oE 'ztrunk_[a-z0-9_]+\($' |
        tr -d '(' | sort -u
}

exported() { # LIBRARY
    nm -D --defined-only "${top_builddir:?}/.libs/$1.so" | awk '$2 == "T" { print $3 }' |
        sed 's/@.*//' | sort -u
}

differ() { # LIST-A LIST-B
    diff "$1" "$2" | grep '^[<>]' || true
}

work=$(mktemp -d)
trap 'rm -rf "$work" "$findings"' EXIT
runtime='include/zerotrunk/filter.h include/zerotrunk/nft.h include/zerotrunk/priv.h include/zerotrunk/relay.h
    include/zerotrunk/rt.h'
# shellcheck disable=SC2010,SC2046,SC2086
declared $(ls include/zerotrunk/*.h | grep -vE '/(filter|priv|nft|relay|rt)\.h$') >"$work/libzerotrunk"
# shellcheck disable=SC2086
declared $runtime >"$work/libzerotrunk-rt"
for library in libzerotrunk libzerotrunk-rt; do
    exported $library >"$work/exported"
    [ "${1-}" != --update ] || cp "$work/exported" "tests/abi/$library.syms"
    find_in "$library: declared (<) or exported (>) alone" differ "$work/$library" "$work/exported"
    find_in "$library: listed (<) or exported (>) alone" differ "tests/abi/$library.syms" \
        "$work/exported"
done
end_lint
