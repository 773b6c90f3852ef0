#!/usr/bin/env bash
# hold and resume from each side: the other side sees it, sound comes back
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
inside_watch_up
held='a=(sendonly|inactive)'

# All recordings together: baresip begins a new one when media changes.
# baresip ends its recording at the first re-INVITE, so the relay says what reaches each end.
sent_to() { metrics | awk -v want="zerotrunk_media_packets_total{side=\"$1\",direction=\"out\"}" '$1 == want { print $2 }'; }
grew() { [ "$(sent_to "$1")" -gt "$2" ]; }
# A second and a half more of media than there was, at both ends.
sound_again() {
    local inside cloud
    inside=$(($(sent_to inside) + 75)) cloud=$(($(sent_to cloud) + 75))
    await 10 'media at the desk' grew inside "$inside"
    await 10 'media at the cloud' grew cloud "$cloud"
}
pbx_saw_hold() { grep -aqE "$held" "$LAB_DIR/inside.pcap"; }
cloud_saw_hold() { read_by_cloud | grep -qE "$held"; }

dial_cloud_to_pbx
both_heard
baresip_do cloudphone hold
await 5 'the PBX to be told of the hold' pbx_saw_hold
baresip_do cloudphone resume
sound_again
baresip_do desk hold
await 5 'the cloud to be told of the hold' cloud_saw_hold
baresip_do desk resume
sound_again
hang_up cloudphone
trunk_down
