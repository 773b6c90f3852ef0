#!/bin/sh
# Each key of the configuration stands in its manual page, and each key there exists.
. "${top_srcdir:?}/tests/lint/lint.sh"
page=man/zerotrunkd.conf.5

keys() {
    sed -n -e 's/^[ {]*\.name = "\([a-z_]*\)",$/\1/p' -e 's/.*KEY("\([a-z_]*\)".*/\1/p' -e 's/.*\.name = "\([a-z_]*\)", \.read.*/\1/p' \
        -e 's/.*NUMBER("\([a-z_]*\)".*/\1/p' -e 's/.*LIMIT(\([a-z_]*\), [0-9].*/\1/p' \
        examples/zerotrunkd/config_*.c | sort -u
}

# Names of sections stand in headings (Ss), names of keys in items, some behind their section's.
described() {
    sed -n -e 's/^\.It Cm //p' -e 's/^\.Ss //p' "$page" | tr ' ,.:' '\n\n\n\n' | sed '/^$/d' | sort -u
}

undescribed() { keys | while read -r key; do described | grep -qx -- "$key" || echo "$key"; done; }
unknown() { described | while read -r key; do keys | grep -qx -- "$key" || echo "$key"; done; }

find_in "not in $page" undescribed
find_in "in $page, and no key" unknown
end_lint
