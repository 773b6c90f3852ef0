#!/usr/bin/env bash
# a peer who knows all of another trunk's call touches nothing of it; ids cannot be guessed
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
other=198.51.100.21
ip -n "$LAB-phone" addr add $other/24 dev pub
trunk_config
trunk_as other "$LAB_DIR/zerotrunkd.yaml" -e "s|signalling_prefixes:.*|signalling_prefixes: [\"$other/32\"]|" \
    -e "s/host: $CLOUD/host: elsewhere.example.test/" -e 's/domains: .*/domains: [other.example.test]/' >"$LAB_DIR/second"
cat "$LAB_DIR/second" >>"$LAB_DIR/zerotrunkd.yaml"
printf 'admission:\n  address:\n    message_rate: 0\n    call_rate: 0\n' >>"$LAB_DIR/zerotrunkd.yaml"
trunk_up

pbx_up() {
    rm -f "$LAB_DIR/heard"
    : >"$LAB_DIR/pbx.log"
    lab_spawn pbx pbx "$LAB_SRC/tools/isolation.py" pbx $PBX4 5060 "$LAB_DIR/heard"
    pbx=$LAB_PID
    await_line pbx.log ready 20
}

pbx_up
in_ns phone "$LAB_SRC/tools/isolation.py" attack $EDGE4:5061 $SBC "$LAB_DIR/pki" $other wrongname "$LAB_DIR/heard"
[ "$(trunk_log call.start trunk=other | wc -l)" -eq 0 ] || lab_fail 'a call of the second trunk began'
lab_stop "$pbx"
pbx_up
in_ns phone "$LAB_SRC/tools/isolation.py" collect $EDGE4:5061 $SBC "$LAB_DIR/pki" 1000 "$LAB_DIR/heard"
trunk_down
