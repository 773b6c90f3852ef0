#!/usr/bin/env bash
# a renewed certificate is taken by itself and at once; a bad one is refused with every reason, and the old one still served
# long
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
lab_up
pki=$LAB_DIR/pki
make() { # NAME HOST: a leaf of ours
    "$LAB_SRC/pki.sh" "$pki" "$1" "$2" EC -pkeyopt ec_paramgen_curve:P-256
}
past='-startdate 20240101000000Z -enddate 20240201000000Z'
for name in second third fourth; do make $name $SBC; done
PKI_DATES=$past make old $SBC
PKI_EKU=serverAuth make server $SBC
PKI_EKU=serverAuth PKI_DATES=$past make awful elsewhere.example.test
first_block() { openssl x509 -in "$pki/$1.pem"; }
for name in fourth awful; do
    first_block $name >"$pki/$name-alone.pem"
    cp -p "$pki/$name.key" "$pki/$name-alone.key"
done

# certbot's way: the names stay, what they point to is replaced.
live=$LAB_DIR/pki/live
mkdir "$live"
trunk_config
place() { # FILE AS: a rename, as every careful program does it; the group may read it
    cp "$1" "$live/$2.new"
    chgrp nogroup "$live/$2.new"
    chmod 640 "$live/$2.new"
    mv "$live/$2.new" "$live/$2"
}
install() { # NAME
    place "$pki/$1.key" sbc.key
    place "$pki/$1.pem" sbc.pem
}
install sbc
sed -i "s|/pki/sbc\.|/pki/live/sbc.|" "$LAB_DIR/zerotrunkd.yaml"
trunk_up
pbx_up

serial_of() { openssl x509 -noout -serial -in "$pki/$1.pem"; }
shown() {
    in_ns cloud timeout 5 openssl s_client -connect $EDGE4:5061 -servername $SBC -CAfile "$pki/root.pem" \
        -cert "$pki/cloud.pem" -cert_chain "$pki/cloud.pem" -key "$pki/cloud.key" </dev/null 2>/dev/null |
        openssl x509 -noout -serial
}
shows() { [ "$(shown)" = "$(serial_of "$1")" ]; }
taken() { await 3 "$1 to be shown" shows "$1" || lab_fail "$1 is not shown: $(tail -n 3 "$LAB_DIR/trunk.log")"; }
# What is in the way is asked for by a signal, so that nobody waits for the rest of a file.
refused() { # STILL WHY...
    local still=$1 before=$refused_since why
    shift
    for why; do
        await 6 "a refusal: $why" trunk_log_since "$before" reload.refused why="$why" ||
            lab_fail "it does not say: $why; $(tail -n 3 "$LAB_DIR/trunk.log")"
    done
    shows "$still" || lab_fail "$still is no longer shown after: $why"
    printf 'refused: %s\n' "$@"
}
try() { # NAME
    refused_since=$(trunk_lines)
    install "$1"
    kill -HUP "$TRUNK_PID"
}

call_goes_through() {
    scripted_offer phone good >"$LAB_DIR/said" 2>&1 || true
    grep -q '^status 200 BYE' "$LAB_DIR/said" || lab_fail "no call with the old certificate: $(paste -sd' ' "$LAB_DIR/said")"
}

taken sbc
# A connection that says nothing and is needed by nobody.
lab_spawn cloud idle openssl s_client -quiet -connect $EDGE4:5061 -servername $SBC -CAfile "$pki/root.pem" \
    -cert "$pki/cloud.pem" -cert_chain "$pki/cloud.pem" -key "$pki/cloud.key"
idle=$LAB_PID
before=$(trunk_lines)
install second
taken second
if trunk_log_since "$before" reload.refused; then lab_fail 'between two renames it complained'; fi

alarms() { trunk_log "$1" key='^reload/config$' 2>/dev/null | wc -l; }
[ "$(alarms alarm.raised)" -eq 0 ] || lab_fail 'an alarm for nothing'
try old
refused second 'has expired; renew it'
try server
refused second 'lacks clientAuth, and under mutual TLS'
try cloud
refused second 'does not cover node.fqdn'
try fourth-alone
refused second 'an intermediate certificate is missing'
try awful-alone
refused second 'has expired' 'does not cover' 'lacks clientAuth' 'intermediate certificate is missing'
try_key() { # NAME OF-KEY
    refused_since=$(trunk_lines)
    place "$pki/$1.pem" sbc.pem
    place "$pki/$2.key" sbc.key
    kill -HUP "$TRUNK_PID"
}
try_key third fourth
refused second 'this key does not belong to identity.certificate'
call_goes_through
[ "$(alarms alarm.raised)" -eq 1 ] || lab_fail 'six refusals are not one alarm'

# Without a signal: the key of another, then half of a file. Both are told when nothing more comes,
# and mended by what comes next.
refused_since=$(trunk_lines)
install third
taken third
[ "$(alarms alarm.cleared)" -eq 1 ] || lab_fail 'the alarm was not cleared'
place "$pki/second.key" sbc.key
refused third 'this key does not belong to identity.certificate'
place "$pki/third.key" sbc.key
refused_since=$(trunk_lines)
head -c 700 "$pki/second.pem" >"$live/sbc.pem"
refused third 'cut off or damaged'
call_goes_through
# A slow writer: what comes in two parts is taken when it is whole, and nobody is alarmed.
before=$(trunk_lines)
place "$pki/second.key" sbc.key
head -c 700 "$pki/second.pem" >"$live/sbc.pem"
sleep 1
shows third || lab_fail 'half of a file was taken'
tail -c +701 "$pki/second.pem" >>"$live/sbc.pem"
taken second
if trunk_log_since "$before" reload.refused; then lab_fail 'it complained of a file that was being written'; fi

# Links that lead nowhere, to themselves, to a folder.
lead() { # TO
    refused_since=$(trunk_lines)
    ln -sfn "$1" "$live/.l" && mv -T "$live/.l" "$live/sbc.pem"
}
lead "$pki/nowhere.pem"
refused second 'identity.certificate: .*No such file'
lead sbc.pem
refused second 'identity.certificate: .*Too many levels of symbolic links'
lead "$pki"
refused second 'identity.certificate: .*Is a directory'
call_goes_through

# certbot's way: each name is a link to a numbered file elsewhere, the links are replaced one by one.
mkdir "$pki/archive"
for n in 1:third 2:second; do
    for kind in pem key; do place "$pki/${n#*:}.$kind" "../archive/sbc${n%:*}.$kind"; done
done
chgrp nogroup "$pki/archive"
number() { # N
    local kind
    for kind in pem key; do
        rm "$live/sbc.$kind"
        ln -s "../archive/sbc$1.$kind" "$live/sbc.$kind"
    done
}
before=$(trunk_lines)
number 1
taken third
number 2
taken second
if trunk_log_since "$before" reload.refused; then lab_fail 'between two links it complained'; fi

# Kubernetes' way: one link to a folder is replaced, and the key and the certificate with it.
for n in 1 2; do mkdir "$live/..$n"; done
for n in 1:third 2:fourth; do
    place "$pki/${n#*:}.pem" "..${n%:*}/sbc.pem"
    place "$pki/${n#*:}.key" "..${n%:*}/sbc.key"
done
point() { ln -sfn "..$1" "$live/..tmp" && mv -T "$live/..tmp" "$live/..data"; }
chgrp -R nogroup "$live"
point 1
ln -sfn ..data/sbc.key "$live/.k" && mv -T "$live/.k" "$live/sbc.key"
ln -sfn ..data/sbc.pem "$live/.c" && mv -T "$live/.c" "$live/sbc.pem"
taken third
before=$(trunk_lines)
point 2
taken fourth
if trunk_log_since "$before" reload.refused; then lab_fail 'a swap of a link was not taken whole'; fi

await_event 10 flow.drained why='no dialog'
await 5 'the idle connection to be closed' is_gone "$idle"

# The list of one trunk alone is bad: everything stays as it is.
refused_since=$(trunk_lines)
printf 'no list\n' >"$pki/list.pem"
sed -i "s|^\( *\)trust: .*|&\n\1crl: $pki/list.pem|" "$LAB_DIR/zerotrunkd.yaml"
kill -HUP "$TRUNK_PID"
refused fourth 'cloud.peer.crl: .*no PEM revocation list'
call_goes_through

# A link above the folder is exchanged: no watch sees it, a look each ten seconds does.
sed -i "/crl: /d; s|/pki/live/sbc\.|/pki/over/sbc.|" "$LAB_DIR/zerotrunkd.yaml"
ln -s "$live/..data/" "$pki/over"
before=$(trunk_lines)
kill -HUP "$TRUNK_PID"
await 5 'the reload' trunk_log_since "$before" reload.done
shows fourth || lab_fail 'it is not the same certificate'
ln -sfn "$live/..1" "$pki/over.new" && mv -T "$pki/over.new" "$pki/over"
await 13 'the certificate behind the new link' shows third
rang 4
trunk_down
