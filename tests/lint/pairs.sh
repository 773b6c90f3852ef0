#!/bin/sh
# Every source file of the libraries has its unit test, and every unit test its source file.
. "${top_srcdir:?}/tests/lint/lint.sh"

untested() {
    find lib -name '*.c' | sort | while read -r source; do
        unit=tests/unit/${source#lib/}
        [ -e "${unit%.c}_test.c" ] || echo "$source"
    done
}

orphans() {
    find tests/unit -name '*_test.c' | grep -v '^tests/unit/zerotrunkd/' | sort | while read -r unit; do
        source=lib/${unit#tests/unit/}
        [ -e "${source%_test.c}.c" ] || echo "$unit"
    done
}

unbuilt() {
    find tests -name '*_test.c' -o -name 'fuzz_*.c' | sort | while read -r unit; do
        cat lib/*/local.mk examples/local.mk examples/*/local.mk tests/*/local.mk | grep -q "${unit%.c}" || echo "$unit"
    done
}

find_in 'no unit test' untested
find_in 'unit test without a source' orphans
find_in 'built by no makefile' unbuilt
end_lint
