#!/usr/bin/env bash
# what no Request-URI rule matches gets no answer, rings nowhere, and the log names the rule
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
config=$LAB_DIR/zerotrunkd.yaml

denied() { # N: so many requests were denied since the start
    [ "$(metric zerotrunk_request_uri_denied_total)" -eq "$1" ] ||
        lab_fail "$(metrics | grep request_uri_denied), not $1"
}
why() { # EVENT KEY=REGEX...
    trunk_log "$@" >/dev/null || lab_fail "the log does not tell $*: $(trunk_log 'request\..*')"
}
reloaded() { # SED FILTER
    local before
    before=$(trunk_lines)
    sed -i "$1" "$config"
    kill -HUP "$TRUNK_PID"
    await 5 'the reload' trunk_log_since "$before" reload.done
}

pbx_up
trunk_config
trunk_up
capture_up inside edge inside

# Each silent INVITE is three requests: it, itself again, and its CANCEL.
asks <<END
silent INVITE sip:+4930123@elsewhere.example.com
silent INVITE sip:+4930123:secret@$SBC
silent INVITE sip:+4930123@$SBC;maddr=elsewhere.example.com
silent INVITE sip:+4930123@$SBC|Route: <sip:elsewhere.example.com;lr>
END
denied 12
why request.dropped method=INVITE why=^host rule='^request_uri.domains$' uri=elsewhere remote=$PHONE4
why request.dropped why='^password in the URI$' rule='^none$'
why request.dropped why=^maddr
if [ "$(trunk_log request.dropped | wc -l)" -gt 8 ]; then lab_fail 'a flood would fill the log'; fi

# What is no SIP at all is answered by the gate, before anybody asks what it is for.
asks <<END
call INVITE sip:+4930123@$SBC
silent INVITE sip:+4930123@ELSEWHERE.example.com
silent INVITE sip:+4930123@x.$SBC
silent INVITE sip:+4930123@$SBC.example.com
silent INVITE sip:+4930123@x$SBC
silent INVITE sip:+4930123@$EDGE4
silent INVITE sip:+4930123@127.0.0.1
silent INVITE sip:+4930123@[::1]
silent INVITE sip:$SBC@elsewhere.example.com
silent INVITE sip:+4930123%40$SBC@elsewhere.example.com
silent INVITE sip:+4930123:@$SBC
silent INVITE sip:+4930123@xn--sbc-example-9ta.test
silent INVITE sip:+4930123@$SBC;%6daddr=elsewhere.example.com
silent INVITE sip:+4930123@$SBC;MADDR=$SBC
silent INVITE sip:+4930123@$SBC|Route: <sip:$SBC;lr>, <sip:elsewhere.example.com;lr>
silent INVITE sip:+4930123@elsewhere.example.com|Route: <sip:$SBC;lr>
silent INVITE sips:+4930123@elsewhere.example.com
silent INVITE tel:+4930123
call INVITE sip:+4930123@SBC.Example.TEST
call INVITE sip:+4930123@$SBC.
call INVITE sip:+4930123@$SBC:5061
call INVITE sips:+4930123@$SBC
call INVITE sip:%2B4930123@$SBC;transport=tls
call INVITE sip:+4930123@$SBC|Route: <sip:$SBC:5061;lr>
call INVITE sip:+4930123@$SBC|Route: <sip:$EDGE4;lr>, <sip:$SBC;lr>
silent INVITE sip:+4930123@$SBC|Route: <sip:$EDGE4;lr;maddr=elsewhere.example.com>
silent INVITE sip:+4930123@elsewhere.example.com|Route: <sip:$EDGE4;lr>
200 OPTIONS sip:$SBC:5061;transport=tls
200 OPTIONS sip:$EDGE4
200 OPTIONS sip:ping@$EDGE4:5061;transport=tls
400 INVITE sip:+4930123@$SBC?Subject=x
400 INVITE sip:+4930123@sbc%2Eexample.test
400 INVITE sip:+4930123@sbc.example.test@elsewhere.example.com
400 INVITE sip:+4930123@sbc.exämple.test
416 INVITE http://elsewhere.example.com
silent OPTIONS sip:elsewhere.example.com
silent REFER sip:+4930123@elsewhere.example.com
silent SUBSCRIBE sip:+4930123@elsewhere.example.com
silent MESSAGE sip:+4930123@elsewhere.example.com
silent REGISTER sip:elsewhere.example.com
silent BYE sip:+4930123@elsewhere.example.com
silent FROB sip:+4930123@elsewhere.example.com
405 REFER sip:+4930123@$SBC
END
denied $((12 + 19 * 3 + 7 * 2))
reloaded 's/^      domains:.*/&\n      deny: 404/'
asks_404() {
    asks <<END
404 INVITE sip:+4930123@elsewhere.example.com
404 OPTIONS sip:elsewhere.example.com
END
}
# One line a second: the first that is due tells of those before it.
refusal_is_told() { asks_404 && trunk_log request.refused method=INVITE status=404 why=^host left_out='^[1-9]'; }
asks_404
await 5 'the log to tell of the refusal' refusal_is_told
asks <<END
call INVITE sip:+4930123@$SBC
END

reloaded 's/^      domains:.*/      rules:\n        - tgrp: lab\n          trunk_context: example.com\n          user: {prefix: "+4930"}\n          header: {name: X-Token, value: "Open Sesame"}\n        - user: {pattern: "+43x."}\n          tel: true/; s/deny: 404/deny: silent/'
asks <<END
call INVITE sip:+49305678;tgrp=lab;trunk-context=example.com@$SBC|X-Token: Open Sesame
silent INVITE sip:+4930123;tgrp=lab;trunk-context=example.com@$SBC
silent INVITE sip:+4930123;tgrp=lab;trunk-context=example.com@$SBC|X-Token: open sesame
silent INVITE sip:+4930123;tgrp=lab;trunk-context=example.com@$SBC|X-Token: Open Sesame|X-Token: Open Sesame
silent INVITE sip:+4930123;tgrp=lab;trunk-context=example.net@$SBC|X-Token: Open Sesame
silent INVITE sip:+4940123;tgrp=lab;trunk-context=example.com@$SBC|X-Token: Open Sesame
call INVITE tel:+4312
200 OPTIONS sip:$SBC
END
rang 11
asks <<END
cancel INVITE sip:+4930123;tgrp=lab;trunk-context=example.com@$SBC|X-Token: Open Sesame
END
# The PBX may name any host, unless its own rules say otherwise; it is told.
pbx_dials() { in_ns pbx timeout 10 sipp -sn uac -s +4312 -i $PBX4 -p "$1" -m 1 -nostdin "$INSIDE4:5060" >/dev/null 2>&1 || true; }
before=$(trunk_lines)
pbx_dials 5071
trunk_log_since "$before" call.start from=inside >/dev/null || lab_fail 'a call of the PBX came to nothing'
reloaded 's/^      media: rtp/&\n      request_uri: {rules: [{user: {prefix: "+49"}}]}/'
before=$(trunk_lines)
pbx_dials 5072
trunk_log_since "$before" request.refused side=inside status=404 why=^user rule='^inside.request_uri.rules\[0\]$' >/dev/null ||
    lab_fail "the log does not tell why: $(trunk_log_since "$before" '.*')"
capture_down inside
grep -aq 'INVITE sip:+49305678@' "$LAB_DIR/inside.pcap" || lab_fail 'the number did not go inside'
if grep -aqi -e elsewhere -e tgrp "$LAB_DIR/inside.pcap"; then lab_fail 'what was denied went inside'; fi
trunk_down
