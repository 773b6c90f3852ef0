#!/usr/bin/env bash
# hold and resume from each side: the other side sees it, media flows again
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
inside_watch_up
held='a=(sendonly|inactive)'

# baresip 1.0 stops recording when media changes, so packets on the inside are counted instead.
packets() { "$LAB_SRC/tools/capture.py" "$LAB_DIR/inside.pcap" "$INSIDE4" 10.20. | sed -n "s/^$1 //p"; }
grew() { [ "$(packets "$1")" -gt "$2" ]; }
flows_again() {
    local out in
    out=$(($(packets media_from_edge) + 75)) in=$(($(packets media_to_edge) + 75))
    await 10 'media of the cloud inside' grew media_from_edge "$out"
    await 10 'media of the PBX' grew media_to_edge "$in"
}
# A phone refuses to resume before its hold is answered: it is told again until the trunk agreed.
agreed() { trunk_log media.agreed | wc -l; }
resume() {
    baresip_do "$1" resume
    [ "$(agreed)" -ge "$2" ]
}
pbx_saw_hold() { grep -aqE "$held" "$LAB_DIR/inside.pcap"; }
cloud_saw_hold() { read_by_cloud | grep -E "$held" >/dev/null; }

dial_cloud_to_pbx
both_heard
baresip_do cloudphone hold
await 5 'the PBX to be told of the hold' pbx_saw_hold
await 5 'the hold to be agreed' has_lines trunk.log media.agreed 2
await 5 'the cloud to resume' resume cloudphone 3
flows_again
baresip_do desk hold
await 5 'the cloud to be told of the hold' cloud_saw_hold
await 5 'the hold to be agreed' has_lines trunk.log media.agreed 4
await 5 'the PBX to resume' resume desk 5
flows_again
hang_up cloudphone
trunk_down
