# shellcheck shell=bash
# story.sh: what a case starts with.
# shellcheck source=tests/lab/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/lab/peers.sh
. "$LAB_SRC/peers.sh"
# shellcheck source=tests/lab/daemon.sh
. "$LAB_SRC/daemon.sh"
# shellcheck source=tests/lab/calls.sh
. "$LAB_SRC/calls.sh"
# shellcheck source=tests/lab/wall.sh
. "$LAB_SRC/wall.sh"
