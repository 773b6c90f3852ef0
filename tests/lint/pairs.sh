#!/bin/sh
# Every source file of the libraries has its unit test, and every unit test its source file.
. "${top_srcdir:?}/tests/lint/lint.sh"

untested() {
    find lib -name '*.c' | sort | while read -r source; do
        unit=tests/unit/${source#lib/}
        [ -e "${unit%.c}_test.c" ] || echo "$source"
    done
}

# Of the daemon's files these are one back-to-back user agent, which the lab's cases test against
# real peers; config_files.c is tested by the case `start`, the rest of config*.c by config_test.
by_the_lab='admit answer build call daemon endpoint flow_log generation hearing leg location main media metrics nft ocsp ocsp_cert perimeter place policy privileges proof proof_log pump record refresh reload toll trunk trust verdict wait watch watch_alarm watch_probe'
untested_of_daemon() {
    find examples/zerotrunkd -name '*.c' | sort | while read -r source; do
        name=$(basename "$source" .c)
        case " $by_the_lab " in *" $name "*) continue ;; esac
        [ -e "tests/unit/zerotrunkd/${name%%_*}_test.c" ] || echo "$source"
    done
}

orphans() {
    find tests/unit -name '*_test.c' | sort | while read -r unit; do
        source=${unit#tests/unit/}
        [ -e "lib/${source%_test.c}.c" ] || [ -e "examples/${source%_test.c}.c" ] || echo "$unit"
    done
}

unbuilt() {
    find tests -name '*_test.c' -o -name 'fuzz_*.c' | sort | while read -r unit; do
        cat lib/*/local.mk examples/local.mk examples/*/local.mk tests/*/local.mk | grep -q "${unit%.c}" || echo "$unit"
    done
}

find_in 'no unit test' untested
find_in 'no unit test' untested_of_daemon
find_in 'unit test without a source' orphans
find_in 'built by no makefile' unbuilt
end_lint
