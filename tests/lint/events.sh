#!/bin/sh
# Every event that zerotrunkd logs is in its table (event.c).
. "${top_srcdir:?}/tests/lint/lint.sh"

# What looks like an event and is none: names of files, keys of the configuration, a host. The
# event of an alarm is a value of alarm.raised.
others='\.[ch]$|^(cloud|inside|alerts)\.|^node\.metrics$|\.invalid$'

used() {
    find examples/zerotrunkd -name '*.c' ! -name 'config*' ! -name 'event.c' ! -name 'firewall*' | sort |
        xargs grep -hvE '(\.|->)event = ' | grep -oE '"[a-z]+\.[a-z_]+"' | tr -d '"' | grep -vE "$others" | sort -u
}
rows() { sed -n 's/^ *{"\([a-z]*\.[a-z_]*\)", [0-9].*/\1/p' examples/zerotrunkd/event.c | sort -u; }

missing() {
    used | while read -r name; do
        rows | grep -qxF "$name" || echo "$name"
    done
}

find_in 'event that event.c does not have' missing
end_lint
