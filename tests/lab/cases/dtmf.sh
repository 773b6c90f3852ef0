#!/usr/bin/env bash
# digits as telephone-events (RFC 4733) cross each way
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
cast_up

# baresip prints a digit when it begins and when it ends.
hears() { # FROM TO DIGIT: press it at one phone until the other has seen it end
    baresip_do "$1" sndcode "$3"
    await 5 "$2 to hear $3" has_line "$2.log" "received event: '$3' \\(end=1\\)"
}

dial_cloud_to_pbx
both_heard
for digit in 5 0 '#'; do hears cloudphone desk "$digit"; done
for digit in 7 9; do hears desk cloudphone "$digit"; done
hang_up desk
trunk_down
