ztinclude_HEADERS += include/zerotrunk/tls.h include/zerotrunk/cert.h include/zerotrunk/ocsp.h
ztinclude_HEADERS += include/zerotrunk/tls_check.h include/zerotrunk/generation.h
ztinclude_HEADERS += include/zerotrunk/watch.h

libzti_la_SOURCES += \
	lib/tls/bundle.c lib/tls/bundle.h \
	lib/tls/cause.c lib/tls/cause.h \
	lib/tls/cert.c lib/tls/cert.h \
	lib/tls/cert_view.c \
	lib/tls/check.c \
	lib/tls/conf.c lib/tls/conf.h \
	lib/tls/conn.c lib/tls/conn.h \
	lib/tls/crl.c lib/tls/crl.h \
	lib/tls/der.c lib/tls/der.h \
	lib/tls/dn.c lib/tls/dn.h \
	lib/tls/ext.c lib/tls/ext.h \
	lib/tls/fault.c \
	lib/tls/generation.c \
	lib/tls/path.c lib/tls/path.h \
	lib/tls/judge.c lib/tls/judge.h \
	lib/tls/key.c lib/tls/key.h \
	lib/tls/load.c \
	lib/tls/mbed.h \
	lib/tls/name.c lib/tls/name.h \
	lib/tls/nc.c lib/tls/nc.h \
	lib/tls/ocsp.c lib/tls/ocsp_reply.c lib/tls/ocsp_reply.h \
	lib/tls/peek.c lib/tls/peek.h \
	lib/tls/peer.c \
	lib/tls/pem.c lib/tls/pem.h \
	lib/tls/pipe.c lib/tls/pipe.h \
	lib/tls/profile.c lib/tls/profile.h \
	lib/tls/traits.c lib/tls/traits.h \
	lib/tls/watch.c \
	lib/tls/watch_judge.c lib/tls/watch_judge.h \
	lib/tls/watch_view.c lib/tls/watch_view.h

if MBEDTLS3
libzti_la_SOURCES += lib/tls/mbed_v3.c
else
libzti_la_SOURCES += lib/tls/mbed_v2.c
endif
EXTRA_DIST += lib/tls/mbed_v2.c lib/tls/mbed_v3.c

tls_support = tests/unit/tls/pair.c tests/unit/tls/pair.h tests/unit/tls/pki.c tests/unit/tls/pki.h
tls_hello = tests/unit/tls/hello.c tests/unit/tls/hello.h
tls_limbo = tests/unit/tls/limbo.c tests/unit/tls/limbo.h
check_PROGRAMS += \
	tests/unit/tls/cause_test \
	tests/unit/tls/der_test \
	tests/unit/tls/dn_test \
	tests/unit/tls/ext_test \
	tests/unit/tls/fault_test \
	tests/unit/tls/name_test \
	tests/unit/tls/nc_test \
	tests/unit/tls/peek_test \
	tests/unit/tls/pem_test \
	tests/unit/tls/ocsp_reply_test \
	tests/unit/tls/ocsp_test \
	tests/unit/tls/pipe_test \
	tests/unit/tls/traits_test
check_PROGRAMS += tests/unit/tls/bundle_test
tests_unit_tls_bundle_test_SOURCES = tests/unit/tls/bundle_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/cert_test
tests_unit_tls_cert_test_SOURCES = tests/unit/tls/cert_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/cert_view_test
tests_unit_tls_cert_view_test_SOURCES = tests/unit/tls/cert_view_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/check_test
tests_unit_tls_check_test_SOURCES = tests/unit/tls/check_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/conf_test
tests_unit_tls_conf_test_SOURCES = tests/unit/tls/conf_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/conn_test
tests_unit_tls_conn_test_SOURCES = tests/unit/tls/conn_test.c $(tls_hello) $(tls_support)
check_PROGRAMS += tests/unit/tls/crl_test
tests_unit_tls_crl_test_SOURCES = tests/unit/tls/crl_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/path_test
tests_unit_tls_path_test_SOURCES = tests/unit/tls/path_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/generation_test
tests_unit_tls_generation_test_SOURCES = tests/unit/tls/generation_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/judge_test
tests_unit_tls_judge_test_SOURCES = tests/unit/tls/judge_test.c $(tls_limbo) $(tls_support)
check_PROGRAMS += tests/unit/tls/key_test
tests_unit_tls_key_test_SOURCES = tests/unit/tls/key_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/load_test
tests_unit_tls_load_test_SOURCES = tests/unit/tls/load_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/peer_test
tests_unit_tls_peer_test_SOURCES = tests/unit/tls/peer_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/profile_test
tests_unit_tls_profile_test_SOURCES = tests/unit/tls/profile_test.c $(tls_support)
check_PROGRAMS += tests/unit/tls/watch_judge_test tests/unit/tls/watch_test \
	tests/unit/tls/watch_view_test
tests_unit_tls_watch_test_SOURCES = tests/unit/tls/watch_test.c $(tls_support)
tests_unit_tls_watch_view_test_SOURCES = tests/unit/tls/watch_view_test.c $(tls_support)

if MBEDTLS3
check_PROGRAMS += tests/unit/tls/mbed_v3_test
tests_unit_tls_mbed_v3_test_SOURCES = tests/unit/tls/mbed_v3_test.c $(tls_support)
else
check_PROGRAMS += tests/unit/tls/mbed_v2_test
tests_unit_tls_mbed_v2_test_SOURCES = tests/unit/tls/mbed_v2_test.c $(tls_support)
endif
EXTRA_DIST += tests/unit/tls/mbed_v2_test.c tests/unit/tls/mbed_v3_test.c \
	tests/vectors/tls-policy.txt tests/vectors/tls-policy-1.3.txt \
	tests/vectors/x509-limbo.txt tests/vectors/x509-limbo.py

EXTRA_DIST += tests/unit/tls/ocsp_answers.h tests/vectors/ocsp

EXTRA_DIST += tests/fuzz/tls_cert tests/fuzz/tls_ocsp tests/fuzz/tls_wire
check_PROGRAMS += tests/fuzz/fuzz_tls_cert tests/fuzz/fuzz_tls_ocsp tests/fuzz/fuzz_tls_wire
tests_fuzz_fuzz_tls_cert_SOURCES = tests/fuzz/fuzz_tls_cert.c tests/fuzz/replay.c
tests_fuzz_fuzz_tls_ocsp_SOURCES = tests/fuzz/fuzz_tls_ocsp.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/tls_check
check_PROGRAMS += tests/fuzz/fuzz_tls_check
tests_fuzz_fuzz_tls_check_SOURCES = tests/fuzz/fuzz_tls_check.c tests/fuzz/replay.c
tests_fuzz_fuzz_tls_wire_SOURCES = tests/fuzz/fuzz_tls_wire.c tests/fuzz/replay.c

check_PROGRAMS += tests/fail/tls_malloc
tests_fail_tls_malloc_SOURCES = tests/fail/tls_malloc.c $(tls_support)
tests_fail_tls_malloc_CPPFLAGS = $(AM_CPPFLAGS) $(tls_interpose)
if !SANITIZED
tls_interpose = -DINTERPOSE
endif
