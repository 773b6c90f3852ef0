#!/bin/sh
# Every event that zerotrunkd logs is in its table (event.c), and every row of it is logged.
. "${top_srcdir:?}/tests/lint/lint.sh"

# What looks like an event and is none: names of files, keys of the configuration, a host.
others='\.[ch]$|^(cloud|inside|alerts)\.|^node\.metrics$|\.invalid$'

used() {
    find examples/zerotrunkd -name '*.c' ! -name 'config*' ! -name 'event.c' ! -name 'firewall*' | sort |
        xargs grep -ohE '"[a-z]+\.[a-z_]+"' | tr -d '"' | grep -vE "$others" | sort -u
}
rows() { sed -n 's/^ *{"\([a-z]*\.[a-z_]*\)", [0-9].*/\1/p' examples/zerotrunkd/event.c | sort -u; }

differ() {
    used >"$dir/used"
    rows >"$dir/rows"
    comm -23 "$dir/used" "$dir/rows" | sed 's/$/: logged, not in event.c/'
    comm -13 "$dir/used" "$dir/rows" | sed 's/$/: in event.c, never logged/'
}

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$findings" "$dir"' EXIT
find_in 'event' differ
end_lint
