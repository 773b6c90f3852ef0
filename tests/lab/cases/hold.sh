#!/usr/bin/env bash
# hold and resume from each side: the other side sees it, sound comes back
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up
inside_watch_up
held='a=(sendonly|inactive)'

# All recordings together: baresip begins a new one when media changes.
size() { cat "$LAB_DIR/$1"/heard/*-dec.wav | wc -c; }
grew() { [ "$(size "$1")" -gt "$2" ]; }
# A second and a half more of sound than there was, at both ends.
sound_again() {
    local desk phone
    desk=$(($(size desk) + 24000)) phone=$(($(size cloudphone) + 24000))
    await 10 'sound at the desk' grew desk "$desk"
    await 10 'sound at the cloud' grew cloudphone "$phone"
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
