#!/bin/sh
# The formatter decides how code looks.
. "${top_srcdir:?}/tests/lint/lint.sh"

command -v clang-format >/dev/null || { echo 'SKIP: clang-format is not installed'; exit 77; }

unformatted() {
    find include lib examples tests bench -name '*.[ch]' -print0 |
        xargs -0 -n 64 -P 2 clang-format --dry-run -Werror 2>&1 |
        sed -n 's/^\([^:]*\):.*should be clang-formatted.*/\1/p' | sort -u
}

find_in 'run clang-format -i on' unformatted
end_lint
