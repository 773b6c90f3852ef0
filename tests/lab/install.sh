#!/usr/bin/env bash
# install.sh LIST...: installs by apt the packages of these lists (files beside this one, in
# packages/) that are missing. Asks the network for nothing when none is.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
guard=/usr/sbin/policy-rc.d
mark='# zerotrunk lab: services stay down while packages are installed'

wanted() { sed 's/#.*//' "${@/#/$here/packages/}" | tr -s '[:space:]' '\n' | sort -u | sed '/^$/d'; }

missing() {
    local name
    wanted "$@" | while read -r name; do
        dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed ||
            printf '%s\n' "$name"
    done
}

# A guard of ours that an earlier, killed run left behind is ours to remove; another's is not.
drop_guard() { if grep -qsxF "$mark" "$guard"; then rm -f "$guard"; fi; }

keep_services_down() {
    drop_guard
    [ ! -e "$guard" ] || return 0
    trap drop_guard EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$guard"
    chmod 755 "$guard"
}

main() {
    local names
    mapfile -t names < <(missing "$@")
    if [ "${#names[@]}" -eq 0 ]; then return 0; fi
    if [ "$(id -u)" -ne 0 ]; then
        printf 'missing packages, and only root can install them:\n  apt-get install %s\n' \
            "${names[*]}" >&2
        return 1
    fi
    printf 'installing %s\n' "${names[*]}"
    export DEBIAN_FRONTEND=noninteractive
    keep_services_down
    apt-get -q update >/dev/null
    apt-get -q -y --no-install-recommends install "${names[@]}" >/dev/null
}

main "$@"
