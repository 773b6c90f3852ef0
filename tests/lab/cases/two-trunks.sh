#!/usr/bin/env bash
# two trunks on one listener: a peer speaks for its own trunk alone
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
trunk_config
other=elsewhere.example.test

# The second trunk takes another peer, from another source, on the same address and port.
second_trunk() { # SOURCE NAME
    trunk_as other "$LAB_DIR/zerotrunkd.yaml" -e "s|signalling_prefixes:.*|signalling_prefixes: [\"$1\"]|" \
        -e "s/host: $CLOUD/host: $2/"
}

second_trunk "$PHONE4/32" $CLOUD >"$LAB_DIR/same"
cat "$LAB_DIR/zerotrunkd.yaml" "$LAB_DIR/same" >"$LAB_DIR/ambiguous.yaml"
trunk_command
if in_ns edge "${TRUNK_COMMAND[@]}" --check -c "$LAB_DIR/ambiguous.yaml" >"$LAB_DIR/checked" 2>&1; then
    lab_fail 'two trunks that nothing tells apart were taken'
fi
grep -q 'the same peer from the same source' "$LAB_DIR/checked" || lab_fail "$(<"$LAB_DIR/checked")"

second_trunk "$STRANGER4/32" $other >"$LAB_DIR/second"
cat "$LAB_DIR/second" >>"$LAB_DIR/zerotrunkd.yaml"
trunk_up

options() { # ROLE CERT WANTED
    scripted_offer "$1" options "$2" >"$LAB_DIR/said" 2>&1 || true
    printf '%s as %s: %s\n' "$1" "$2" "$(paste -sd' ' "$LAB_DIR/said")"
    grep -q "^$3" "$LAB_DIR/said" || lab_fail "$1 as $2: wanted $3"
}

options phone cloud 'status 200'
options stranger wrongname 'status 200'
options phone wrongname closed
options stranger cloud closed
trunk_log tls.accepted trunk=lab >/dev/null || lab_fail 'nobody spoke for the first trunk'
trunk_log tls.accepted trunk=other >/dev/null || lab_fail 'nobody spoke for the second trunk'
[ "$(trunk_log flow.refused -p remote | wc -l)" -eq 2 ] || lab_fail 'not both were refused with a reason'
trunk_down
