#!/bin/sh
# Each value of a cloud profile has a source and the day it was read, each profile is installed, and
# the manual page names it.
. "${top_srcdir:?}/tests/lint/lint.sh"

# What stands between one value and the next is about the first.
unsourced() {
    awk '
        function done() {
            if (value && !(source && day)) print file ":" value ": a value without " (source ? "a day" : "a source")
            value = source = day = 0
        }
        FNR == 1 { done(); file = FILENAME }
        /^ *value: / { done(); value = FNR }
        /^ *source: https:\/\/[^ "]+$/ { source = 1 }
        /^ *read: 20[0-9][0-9]-[01][0-9]-[0-3][0-9]$/ { day = 1 }
        /^ *unverified: / && !/: true$/ { print file ":" FNR ": unverified: true, or no such line" }
        !/^ *(#.*)?$/ && !/^(name: [a-z]+|[a-z_]+:)$/ && !/^  ([a-z_]+:|(  )?(value|source|read|unverified): .*)$/ {
            print file ":" FNR ": one key a line, as in the other profiles"
        }
        END { done() }' profiles/*.yaml
}

# The day may not lie ahead of the commit that brought it.
from_tomorrow() {
    tomorrow=$(date -u -d tomorrow +%Y%m%d)
    awk -v tomorrow="$tomorrow" '
        /^ *read: / { day = $2; gsub("-", "", day); if (day > tomorrow) print FILENAME ":" FNR ": read in the future" }
    ' profiles/*.yaml
}

misnamed() {
    for file in profiles/*.yaml; do
        name=$(basename "$file" .yaml)
        grep -qx "name: $name" "$file" || echo "$file"
    done
}

uninstalled() { for file in profiles/*.yaml; do grep -q "$file" examples/zerotrunkd/local.mk || echo "$file"; done; }

unnamed() {
    for file in profiles/*.yaml; do
        grep -q "$(basename "$file" .yaml)" man/zerotrunkd.conf.5 || echo "$file"
    done
}

find_in 'profile' unsourced
find_in 'profile' from_tomorrow
find_in 'profile that has another name' misnamed
find_in 'profile that is not installed' uninstalled
find_in 'profile that the manual does not name' unnamed
end_lint
