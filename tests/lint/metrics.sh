#!/bin/sh
# Each metric that the rules, their tests and the dashboard name is one that zerotrunkd writes, the
# manual page names each that it writes, and each alert is shown by a test of promtool's.
. "${top_srcdir:?}/tests/lint/lint.sh"
folder=examples/zerotrunkd/prometheus

written() {
    sed -n 's/.*[^a-z_]head([&a-z]*, "\([a-z_]*\)".*/\1/p' examples/zerotrunkd/*.c | sort -u
}
named() { grep -ohE 'zerotrunk_[a-z_]+' $folder/*.yml $folder/*.json | sed 's/^zerotrunk_//' | sort -u; }
unwritten() {
    named | while read -r name; do
        written | grep -qx "$name" || echo "$name"
    done
}

too_few() { [ "$(written | wc -l)" -gt 20 ] || echo 'hardly any was found in the program'; }

described() { grep -oE '(zerotrunk)?_[a-z_]+' man/zerotrunkd.8 | sed -E 's/^(zerotrunk)?_//' | sort -u; }
undescribed() { written | while read -r name; do described | grep -qx "$name" || echo "$name"; done; }

alerts() { sed -n 's/^ *- alert: //p' $folder/zerotrunk-rules.yml | sort -u; }
untested() {
    alerts | while read -r name; do
        grep -qE "alertname=\"$name\".*value: [1-9]" $folder/zerotrunk-rules-test.yml || echo "$name"
    done
}
uninstalled() { for file in $folder/*; do grep -q "$file" examples/zerotrunkd/local.mk || echo "$file"; done; }

find_in 'metrics' too_few
find_in 'metric that zerotrunkd does not write' unwritten
find_in 'metric that man/zerotrunkd.8 does not name' undescribed
find_in 'alert without a test' untested
find_in 'file that is not installed' uninstalled
end_lint
