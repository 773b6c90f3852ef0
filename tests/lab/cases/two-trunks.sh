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
        -e "s|media_prefixes:.*|media_prefixes: [\"$1\"]|" -e "s/host: $CLOUD/host: $2/"
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

# The second peer proved its own name; in From and Contact it may not take the first one's.
pbx_up
asks_other() { in_ns stranger "$LAB_SRC/tools/asks.py" $EDGE4:5061 $SBC "$LAB_DIR/pki" wrongname || lab_fail 'see above'; }
uri=sip:+4930123@$SBC
asks_other <<END
403 INVITE $uri|From: <sip:x@$CLOUD>;tag=1
403 INVITE $uri|From: "x@$other" <sip:x@$CLOUD>;tag=1
403 INVITE $uri|From: <sips:$other@CLOUD.Example.TEST:5061;transport=tls>;tag=1
403 INVITE $uri|From: <sip:x:y@$CLOUD.>;tag=1
403 INVITE $uri|From: sip:$CLOUD;tag=1
403 INVITE $uri|From: <sip:x@$other>;tag=1|Contact: <sip:x@$CLOUD:5061>
400 INVITE $uri|From: <sip:x@$other>;tag=1|Contact: <sip:x@$other>, <sip:x@$CLOUD>
400 INVITE $uri|From: <sip:x@$other>;tag=1|Contact: <sip:x@$other>|m: <sip:x@$CLOUD>
403 MESSAGE $uri|From: <sip:x@$CLOUD>;tag=1
400 INVITE $uri|From: <sip:x@cloud%2Eexample.test>;tag=1
200 OPTIONS $uri|From: <sip:x@$CLOUD>;tag=1
call INVITE $uri|From: <sip:x@$other>;tag=1
call INVITE $uri|From: <sip:x@x.$CLOUD>;tag=1
call INVITE $uri|From: <sip:+4940@carrier.example>;tag=1
call INVITE $uri|From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=1
call INVITE $uri|From: <tel:+4940>;tag=1
END
trunk_log identity.verdict trunk=other verdict=refused status=403 missing='^domain$' claims="^$CLOUD" >/dev/null ||
    lab_fail "no verdict: $(trunk_log 'identity.*')"
set_peer() { # LINE: of the second trunk's peer, in place of the one before
    local before
    before=$(trunk_lines)
    sed -i -e '/from_domains/d' -e "/host: $other/s|.*|&\n$1|" "$LAB_DIR/zerotrunkd.yaml"
    kill -HUP "$TRUNK_PID"
    await 5 'the reload' trunk_log_since "$before" reload.done
}
# Nothing but what was agreed, and the addresses that it may call from.
set_peer '        from_domains: [carrier.example]'
asks_other <<END
403 INVITE $uri|From: <sip:x@x.$CLOUD>;tag=1
403 INVITE $uri|From: <sip:x@carrier.example.>;tag=1|Contact: <sip:x@elsewhere.example>
403 INVITE $uri|From: <sip:x@carrier.example>;tag=1|Contact: <sip:x@anonymous.invalid>
403 INVITE $uri|From: <sip:x@$KAM4>;tag=1
403 INVITE $uri|From: <sip:x@$CLOUD>;tag=1
403 INVITE $uri|From: <http://x>;tag=1
call INVITE $uri|From: <sip:x@Carrier.Example.>;tag=1
call INVITE $uri|From: <sip:x@$other>;tag=1|Contact: <sip:x@$STRANGER4:5061;transport=tls>
call INVITE $uri|From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=1
call INVITE $uri|From: <tel:+4940>;tag=1
END
set_peer '        from_check: warn\n        from_domains: [carrier.example]'
asks_other <<END
call INVITE $uri|From: <sip:x@$CLOUD>;tag=1
END
trunk_log identity.verdict trunk=other verdict='with a warning' claims="^$CLOUD" >/dev/null || lab_fail 'no warning'
trunk_down

# Both names in one certificate: it is the first one's too, if the first trunk trusts who says so.
for issuer in middle otherroot; do
    PKI_ISSUER=$issuer "$LAB_SRC/pki.sh" "$LAB_DIR/pki" by-$issuer $other,URI:sip:$CLOUD EC -pkeyopt ec_paramgen_curve:P-256
done
cat "$LAB_DIR/pki/root.pem" "$LAB_DIR/pki/otherroot.pem" >"$LAB_DIR/pki/both-roots.pem"
sed -i -e '/from_domains/d' -e '/from_check/d' -e "/name: other/,\$s|:5061\"|:5063\"|" -e "/host: $other/,\$s|/root.pem|/both-roots.pem|" \
    "$LAB_DIR/zerotrunkd.yaml"
trunk_up
for row in 'by-middle call' 'by-otherroot 403'; do
    printf '%s INVITE %s|From: <sip:x@%s>;tag=1\n' "${row#* }" "$uri" $CLOUD |
        in_ns stranger "$LAB_SRC/tools/asks.py" $EDGE4:5063 $SBC "$LAB_DIR/pki" "${row% *}" || lab_fail "${row% *}: see above"
done
rang 11
trunk_down
