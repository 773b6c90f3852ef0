#!/usr/bin/env bash
# calls that may not be made get 403 or nothing, the last that may is made, a long one ends; 112 always gets through
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
config=$LAB_DIR/zerotrunkd.yaml

why() { trunk_log toll.denied "$@" >/dev/null || lab_fail "the log does not tell $*: $(trunk_log toll.denied)"; }
toll_is() { # KEY: VALUE...: the section, by a reload
    local before key
    before=$(trunk_lines)
    sed -i -e '/^    toll:/d' -e '/^      #toll/d' -e '/#toll$/d' "$config"
    {
        printf '    toll:\n'
        for key; do printf '      %s #toll\n' "$key"; done
    } >>"$config"
    kill -HUP "$TRUNK_PID"
    await 5 'the reload' trunk_log_since "$before" 'reload.done'
}
at_once() { # CALLS STATUS: that many calls of one caller, the last of which gets STATUS
    in_ns phone "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" "$1" 1 >"$LAB_DIR/said" || true
    paste -sd' ' "$LAB_DIR/said"
    grep -q "^up $(($1 - 1))$" "$LAB_DIR/said" || lab_fail 'not all others came about'
    [ "$(grep -c "^refused $2" "$LAB_DIR/said")" -eq 1 ] || lab_fail "the last should get $2"
}

pbx_up
trunk_config
trunk_up

toll_is 'allow: ["+49", "+43", "+"]' 'refuse: ["+4990", "+1"]' 'premium: ["+43900"]'
asks <<END
403 INVITE sip:+14155550100@$SBC
403 INVITE sip:0014155550100@$SBC
403 INVITE sip:%2B1-415-5550100@$SBC
403 INVITE sip:+4990012345@$SBC
403 INVITE sip:+4390012345@$SBC
403 INVITE sip:+97912345678@$SBC
403 INVITE sip:030123@$SBC
403 INVITE sip:alice@$SBC
403 INVITE sip:+4930123;phone-context=+1@$SBC
call INVITE sip:+4930123@$SBC
call INVITE sip:+4930123;tgrp=lab;trunk-context=example.com@$SBC
call INVITE sip:112@$SBC
END
why why='^number denied$' number=14155550100 digits='^1$' status=403 side=cloud caller=15550100 remote=$PHONE4
why why='^premium number$' number=4390012345 digits='^5$'
why why='^unknown number$' number=030123 digits='^0$'
why why='^not a number$' number=alice
[ "$(metric zerotrunk_toll_denied_total)" -eq 9 ] || lab_fail "$(metrics | grep toll_denied)"

toll_is 'refuse: ["+1"]' 'deny: silent'
asks <<END
silent INVITE sip:+14155550100@$SBC
call INVITE sip:030123@$SBC
END
toll_is 'refuse: ["+1", "1"]' 'direction: from-inside'
asks <<END
call INVITE sip:+14155550100@$SBC
END
in_ns pbx timeout 10 sipp -sn uac -s 14155550100 -i $PBX4 -p 5070 -m 1 -nostdin "$INSIDE4:5060" >/dev/null 2>&1 || true
why side=inside number=14155550100 status=403

hour=$((10#$(date -u +%H)))
later="sun-sat $(printf '%02d-%02d' $(((hour + 12) % 24)) $(((hour + 12) % 24 + 1)))"
after="sun-sat $(printf '%02d-%02d' $(((hour + 13) % 24)) $(((hour + 13) % 24 + 1)))"
toll_is "hours: [\"$later\", \"$after\"]"
asks <<END
403 INVITE sip:+4930123@$SBC
call INVITE sip:112@$SBC
call INVITE sip:911@$SBC
END
why why='^hour of the week$'
toll_is "hours: [\"$later\", \"$after\"]" 'utc_offset: "+12:00"'
asks <<END
call INVITE sip:+4930123@$SBC
END

toll_is 'caller_calls: 2'
at_once 3 403
why why='^calls of the caller$'
# Whatever becomes of a call, it counts until then, and once.
toll_is 'caller_calls: 1'
for story in plain cut port70000 require multipart good; do
    scripted_offer phone $story >"$LAB_DIR/said" 2>&1 || true
    if grep -q '^status 403' "$LAB_DIR/said"; then lab_fail "$story: a call before it was not over"; fi
done
asks <<END
483 INVITE sip:+4930123@$SBC|Max-Forwards: 0
twice INVITE sip:+4930123@$SBC
call INVITE sip:+4930123@$SBC
END
toll_is 'caller_rate: 4' 'window_seconds: 3600'
at_once 5 403
why why='^call rate of the caller$'
toll_is 'number_rate: 2' 'window_seconds: 3601'
asks <<END
call INVITE sip:+4930123@$SBC
call INVITE sip:004930123@$SBC
403 INVITE sip:+4930123@$SBC
call INVITE sip:+4930124@$SBC
END
why why='^call rate to the number$' number=4930123

toll_is 'max_call_seconds: 1'
scripted_offer phone hear-bye >"$LAB_DIR/said" || true
paste -sd' ' "$LAB_DIR/said"
grep -q '^reason Q.850;cause=31' "$LAB_DIR/said" || lab_fail 'the call was not ended, or nobody said why'
await_event 5 call.end why=max_call_seconds
rang 21
# Nobody answers now: the caller is told when the time is over, and gives up before it.
asks <<END
480 INVITE sip:+4930123@$SBC
cancel INVITE sip:+4930123@$SBC
END
none_counts() { [ "$(metric zerotrunk_toll_calls_active)" -eq 0 ]; }
await 5 'all calls to be over' none_counts

# A call goes on counting, and ends when it was to, though a reload takes the limits away.
pbx_up
toll_is 'max_call_seconds: 3'
before=$(trunk_lines)
scripted_offer phone hear-bye >"$LAB_DIR/said" &
caller=$!
await 5 'the answer' trunk_log_since "$before" call.answered
sed -i '/#toll$/d; /^    toll:/d' "$config"
before=$(trunk_lines)
kill -HUP "$TRUNK_PID"
await 5 'the reload' trunk_log_since "$before" reload.done
wait $caller || true
grep -q '^reason Q.850' "$LAB_DIR/said" || lab_fail 'the call was not ended'
await 5 'the call to be over' none_counts
lab_stop "$pbx"
trunk_down
