# shellcheck shell=bash
# peers.sh: starts the third-party programs of the lab and asks them things. Needs lib.sh.

fill() { # TEMPLATE FILE NAME=VALUE...
    local text pair
    text=$(<"$LAB_SRC/peers/$1")
    for pair in "DIR=$LAB_DIR" "${@:3}"; do text=${text//@${pair%%=*}@/${pair#*=}}; done
    printf '%s\n' "$text" >"$LAB_DIR/$2"
}

# The cloud's edge. CERT is what it shows; FAMILY 6 puts its TLS side on IPv6.
kamailio_up() { # [CERT [FAMILY]]
    local cert=${1:-cloud} kam=$KAM4 phone=$PHONE4 trunk=$SBC name=$CLOUD
    if [ "${2:-4}" = 6 ]; then
        kam="[$KAM6]" phone="[$PHONE6]" trunk=sbc6.example.test name=cloud6.example.test
    fi
    fill kamailio-tls.cfg kamailio-tls.cfg "CLOUD_CERT=$cert"
    fill kamailio.cfg kamailio.cfg "KAM=$kam" "PHONE=$phone" "TRUNK_NAME=$trunk" "CLOUD_NAME=$name"
    mkdir -p "$LAB_DIR/kamailio"
    lab_spawn cloud kamailio kamailio -DD -E -f "$LAB_DIR/kamailio.cfg" -m 64 -M 8 \
        -Y "$LAB_DIR/kamailio" -w "$LAB_DIR/kamailio"
    KAMAILIO_PID=$LAB_PID
    await_listener cloud 5061
}

kamailio_down() { lab_stop "$KAMAILIO_PID"; }

# One baresip: NAME is its folder and log; it sends a tone of HZ and dumps what it hears to NAME/heard.
# The control port is in BARESIP_CTRL[NAME].
declare -A BARESIP_CTRL=() BARESIP_PID=() BARESIP_ROLE=()
BARESIP_NEXT=4444

baresip_up() { # ROLE NAME ADDRESS PORT HZ ACCOUNT [CERT]
    local role=$1 name=$2 ctrl=$BARESIP_NEXT tone=$LAB_DIR/tone-$5.wav net=${3#[}
    BARESIP_NEXT=$((BARESIP_NEXT + 1))
    mkdir -p "$LAB_DIR/$name/heard"
    [ -e "$tone" ] || "$LAB_SRC/tools/tone.py" make "$5" 60 "$tone"
    fill baresip.conf "$name/config" "ADDR=$3" "NET=${net%]}" "PORT=$4" "TONE=$tone" "NAME=$name" "RTP=30000-30999" \
        "CTRL=$ctrl" "HEARD=$LAB_DIR/$name/heard" "CERT=${7:-cloud}"
    printf '%s\n' "$6" >"$LAB_DIR/$name/accounts"
    : >"$LAB_DIR/$name/contacts"
    lab_spawn "$role" "$name" baresip -f "$LAB_DIR/$name" -v
    BARESIP_CTRL[$name]=$ctrl BARESIP_PID[$name]=$LAB_PID BARESIP_ROLE[$name]=$role
    await_listener "$role" "$ctrl"
}

baresip_down() { lab_stop "${BARESIP_PID[$1]}"; }

baresip_do() { # NAME COMMAND [PARAMETERS]
    in_ns "${BARESIP_ROLE[$1]}" "$LAB_SRC/tools/ctl.py" "${BARESIP_CTRL[$1]}" "${@:2}" \
        >>"$LAB_DIR/$1.ctl" 2>&1
}

# The recording of what NAME heard last.
heard_file() { find "$LAB_DIR/$1/heard" -name '*-dec.wav' | sort | tail -n 1; }

# Succeeds when NAME heard WANTED and not OTHER.
heard() { # NAME WANTED OTHER
    local file
    file=$(heard_file "$1")
    [ -n "$file" ] && "$LAB_SRC/tools/tone.py" expect "$file" "$2" "$3"
}

declare -A CAPTURE_PID=()

capture_up() { # NAME [ROLE INTERFACE]
    lab_spawn "${2:-edge}" "tcpdump-$1" tcpdump -i "${3:-pub}" -B 8192 -U --immediate-mode -s 0 -Z root -w "$LAB_DIR/$1.pcap"
    CAPTURE_PID[$1]=$LAB_PID
    await_line "tcpdump-$1.log" 'listening on' 10
}

capture_down() { # NAME [EDGE]: stops it and leaves the facts in NAME.facts
    local pid=${CAPTURE_PID[$1]}
    kill -INT "$pid" 2>/dev/null || true
    await 5 'tcpdump to end' is_gone "$pid"
    "$LAB_SRC/tools/capture.py" "$LAB_DIR/$1.pcap" "${2:-$EDGE4}" 10.20. 440 1000 >"$LAB_DIR/$1.facts"
}

fact() { # NAME KEY
    sed -n "s/^$2 //p" "$LAB_DIR/$1.facts"
}
