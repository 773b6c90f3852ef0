# What the lint scripts share: source it. Every finding is one line; any finding fails the script.
set -eu
export LC_ALL=C
cd "${top_srcdir:?set by make check}"
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT

# find_in NAME COMMAND...: the command's output lines are findings called NAME.
find_in() {
    name=$1
    shift
    "$@" | sed "s|^|$name: |" >>"$findings" || true
}

end_lint() {
    [ -s "$findings" ] || exit 0
    cat "$findings" >&2
    exit 1
}
