#!/bin/sh
# A function fits a screen (80 lines at the very most) and a file holds one idea (400 lines).
. "${top_srcdir:?}/tests/lint/lint.sh"

long_functions() {
    find lib examples -name '*.c' | sort | xargs awk '
        FNR == 1 { start = 0 }
        /^\{/ { start = FNR }
        /^\}/ && start { if (FNR - start + 1 > 80) print FILENAME ":" start ": " FNR - start + 1 " lines"; start = 0 }'
}

long_files() {
    find lib examples -name '*.[ch]' | sort | xargs wc -l | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }'
}

find_in 'function too long' long_functions
find_in 'file too long' long_files
end_lint
