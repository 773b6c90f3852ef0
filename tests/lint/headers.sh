#!/bin/sh
# Each public header stands alone, as C99 and as C++17, and declares nothing that a binding
# cannot hold: no union, no bit-field, no variadic call, no function-like macro, no inline code.
. "${top_srcdir:?}/tests/lint/lint.sh"

flags="-Wall -Wextra -Wpedantic -Werror -fsyntax-only -I include -I ${top_builddir:?}/include"

alone() {
    for header in include/zerotrunk/*.h; do
        line="#include <zerotrunk/$(basename "$header")>"
        echo "$line" | ${CC:-cc} -std=c99 $flags -x c - 2>&1
        echo "$line" | ${CXX:-c++} -std=c++17 $flags -x c++ - 2>&1
    done
}

# The lines of the public headers without their comments.
bare() {
    for header in include/zerotrunk/*.h; do
        tr '\n' '\001' <"$header" | sed 's|/\*[^*]*\*\**\([^/*][^*]*\*\**\)*/||g' |
            tr '\001' '\n' | sed "s|^|$header: |"
    done
}

refused() {
    bare | grep -E '[: ]union |: [0-9]+;|, \.\.\.\)|#define [A-Za-z_0-9]+\(|static inline'
}

find_in 'does not compile alone' alone
find_in 'not for a binding' refused
end_lint
