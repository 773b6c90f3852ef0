#!/bin/sh
# Which way includes may run. Engines know the base and the wire grammar, never one another; each
# outside library is seen in its one place; programs see public headers alone.
# shellcheck disable=SC2046
. "${top_srcdir:?}/tests/lint/lint.sh"

# not_in NAME PATTERN FOLDER... : no file of these folders includes what the pattern says.
not_in() {
    name=$1 pattern=$2
    shift 2
    find_in "$name" grep -rnE --include='*.[ch]' "#[ ]*include [<\"]($pattern)" "$@"
}

engines='tls sip sdp srtp pinhole guard verdict'
for engine in $engines; do
    others=$(echo $engines rt | tr ' ' '\n' | grep -vx "$engine" | paste -sd '|')
    not_in "lib/$engine includes another engine" "($others)/" "lib/$engine"
done
not_in 'lib/base includes a layer above' '(wire|tls|sip|sdp|srtp|pinhole|guard|verdict|rt)/' lib/base
not_in 'lib/wire includes a layer above' '(tls|sip|sdp|srtp|pinhole|guard|verdict|rt)/' lib/wire
not_in 'lib/tls needs no SIP grammar' 'wire/' lib/tls lib/pinhole lib/verdict
not_in 'the runtime includes an engine by its inside' '(tls|sip|sdp|srtp|pinhole|guard|verdict)/' lib/rt
not_in 'a program includes what is not public' '(base|wire|tls|sip|sdp|srtp|pinhole|guard|verdict|rt)/' examples

others() {
    find lib examples -name '*.[ch]' | grep -vE "$1" | sort
}
not_in 'mbedTLS outside lib/tls' 'mbedtls/' \
    $(others '^lib/(tls/|base/(drbg|hash)\.|srtp/kernel_mbedtls\.c)')
not_in 'libsrtp2 outside lib/srtp' '(srtp2|openssl)/' $(others '^lib/srtp/')
not_in 'libmnl outside lib/rt/nft' 'libmnl/' $(others '^lib/rt/nft_')
not_in 'liburing outside its backend' 'liburing' $(others '^lib/rt/relay_uring(_buf)?\.')
not_in 'libre outside lib/wire and lib/rt' 're(/|\.h)' $(others '^lib/(wire/re_glue|rt/re_)')
not_in 'the operating system below the runtime' \
    'sys/(socket|epoll|eventfd|stat|mman|ioctl)\.h|unistd\.h|fcntl\.h|poll\.h' \
    $(find lib -name '*.[ch]' | grep -v '^lib/rt/' | sort)
end_lint
