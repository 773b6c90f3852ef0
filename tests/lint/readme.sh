#!/bin/sh
# The configuration that README.md shows is the sample that is installed.
. "${top_srcdir:?}/tests/lint/lint.sh"

shown() {
    sed -n '/^    node:$/,/^`zerotrunkd --check/{/^    /s/^    //p}' README.md
}

differing() {
    shown | diff - examples/zerotrunkd/genesys.yaml
}

find_in 'README.md and genesys.yaml differ' differing
end_lint
