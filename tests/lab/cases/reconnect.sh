#!/usr/bin/env bash
# the TLS connection dies in mid-call: media flows on, and the end of the call is still told
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up

connections() { in_ns edge ss -Htn state established '( sport = :5061 or dport = :5061 )' | wc -l; }
cut() { # every TLS connection of the trunk, from below
    [ "$(connections)" -gt 0 ] || lab_fail 'there is no connection to cut'
    in_ns edge ss -KHtn state established '( sport = :5061 or dport = :5061 )' >/dev/null
    await 5 'the connections to be gone' [ "$(connections)" -eq 0 ]
}

dial_cloud_to_pbx
cut
both_heard
hang_up desk
dial_pbx_to_cloud
cut
both_heard
hang_up desk
dial_pbx_to_cloud
cut
both_heard
hang_up cloudphone
trunk_down
