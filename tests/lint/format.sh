#!/bin/sh
# The formatter decides how code looks.
. "${top_srcdir:?}/tests/lint/lint.sh"

command -v clang-format >/dev/null || { echo 'SKIP: clang-format is not installed'; exit 77; }

unformatted() {
    find include lib examples tests bench -name '*.[ch]' | sort | while read -r file; do
        clang-format "$file" | cmp -s - "$file" || echo "$file"
    done
}

find_in 'run clang-format -i on' unformatted
end_lint
