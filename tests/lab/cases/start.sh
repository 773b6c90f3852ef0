#!/usr/bin/env bash
# what stands in the way of a start is named: descriptors, a taken port, a foreign address, a bad certificate
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
trunk_command

start() { # DESCRIPTORS FILE
    (
        ulimit -Sn "$1"
        ulimit -Hn "$1"
        in_ns edge timeout 20 "${TRUNK_COMMAND[@]}" -c "$2"
    ) 2>&1
}

refused() { # WHY FILE [DESCRIPTORS]: a regular expression over the one line that is printed
    local said
    if said=$(start "${3:-20000}" "$2"); then lab_fail "it started: $1"; fi
    printf '%s\n' "$said"
    [[ $said =~ zerotrunkd.*\.yaml:[0-9]+:.*$1 ]] || lab_fail "wanted: $1"
}

good=$LAB_DIR/zerotrunkd.yaml
refused 'inside\.media_ports: Too many open files.*3000 are allowed' "$good" 3000
sed 's/"198.51.100.1:5061"/"198.51.100.77:5061"/' "$good" >"$LAB_DIR/zerotrunkd-foreign.yaml"
refused 'cloud\.listen: Cannot assign requested address' "$LAB_DIR/zerotrunkd-foreign.yaml"
identity() { # CERT KEY: a file with that identity
    sed -e "s|/sbc\.pem|/$1|" -e "s|/sbc\.key|/$2|" "$good" >"$LAB_DIR/zerotrunkd-$1.yaml"
    printf '%s\n' "$LAB_DIR/zerotrunkd-$1.yaml"
}
refused 'identity\.certificate: .*has expired; renew it' "$(identity expired.pem expired.key)"
refused 'does not cover node\.fqdn sbc\.example\.test \(the first name is sip:cloud\.example\.test\)' "$(identity cloud.pem cloud.key)"
refused 'identity\.key: .*does not belong to identity\.certificate' "$(identity sbc.pem cloud.key)"
refused 'no PEM certificate can be read' "$(identity sbc.key sbc.key)"
cp "$LAB_DIR/pki/sbc.key" "$LAB_DIR/pki/open.key"
chmod 644 "$LAB_DIR/pki/open.key"
refused 'identity\.key: .*every user may read' "$(identity sbc.pem open.key)"
mkfifo "$LAB_DIR/pki/pipe.key"
refused 'identity\.key: .*no regular file' "$(identity sbc.pem pipe.key)"
refused 'identity\.key: .*Is a directory' "$(identity sbc.pem .)"

# An old cloud profile stands in no way, and is told: by --check, at the start, after a reload.
printf '%s\n' 'name: old' 'peer:' '  port:' '    value: 5061' '    source: https://example.com/' '    read: 2020-01-01' >"$LAB_DIR/old.yaml"
sed -i "s|^    cloud:|&\n      profile: $LAB_DIR/old.yaml|" "$good"
in_ns edge "${TRUNK_COMMAND[@]}" --check -c "$good" 2>&1 | grep -E ':[0-9]+: warning: trunk lab: cloud\.profile: "old": .* days ago' ||
    lab_fail 'nothing is said of an old profile'
trunk_up
await_event 5 config.warning why='warning: trunk lab: cloud.profile'
lines=$(trunk_lines)
kill -HUP "$TRUNK_PID"
await 10 'the reload' trunk_log_since "$lines" reload.done
await 5 'a warning after the reload' trunk_log_since "$lines" config.warning
sed 's/10.20.0.1:5060/10.20.0.1:5070/' "$good" >"$LAB_DIR/zerotrunkd-taken.yaml"
refused 'cloud\.listen: Address already in use' "$LAB_DIR/zerotrunkd-taken.yaml"
trunk_down
