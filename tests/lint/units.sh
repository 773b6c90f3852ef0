#!/bin/sh
# The systemd units say nothing that systemd does not understand.
. "${top_srcdir:?}/tests/lint/lint.sh"

command -v systemd-analyze >/dev/null || {
    echo 'SKIP: systemd-analyze is not installed'
    exit 77
}

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder" "$findings"' EXIT

fill() { # the units as they are installed, of programs that can be run
    for unit in examples/zerotrunkd/*.service.in tools/*.service.in; do
        name=$(basename "$unit" .in)
        sed "s|@s*bindir@|$folder|" "$unit" >"$folder/$name"
    done
    cp examples/zerotrunkd/*.timer examples/zerotrunkd/*.path tools/*.timer "$folder/"
    for program in zerotrunkd zerotrunk zerotrunk-alert; do
        printf '#!/bin/sh\n' >"$folder/$program"
        chmod +x "$folder/$program"
    done
}

not_understood() {
    systemd-analyze verify --man=no "$folder"/*.service "$folder"/*.timer "$folder"/*.path 2>&1 || echo 'systemd-analyze failed'
}

fill
find_in 'systemd does not understand the units' not_understood
end_lint
