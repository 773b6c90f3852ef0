ztinclude_HEADERS += include/zerotrunk/srtp.h

libzti_la_SOURCES += \
	lib/srtp/cause.c lib/srtp/cause.h \
	lib/srtp/counter.c \
	lib/srtp/header.c lib/srtp/header.h \
	lib/srtp/init.c lib/srtp/init.h \
	lib/srtp/kernel.c lib/srtp/kernel.h \
	lib/srtp/packet.c \
	lib/srtp/plain.c lib/srtp/plain.h \
	lib/srtp/policy.c lib/srtp/policy.h \
	lib/srtp/session.c lib/srtp/session.h \
	lib/srtp/trial.c lib/srtp/trial.h \
	lib/srtp/trials.c \
	lib/srtp/verify.c lib/srtp/verify.h
if KERNELS_LIBCRYPTO
libzti_la_SOURCES += lib/srtp/kernel_libcrypto.c
else
libzti_la_SOURCES += lib/srtp/kernel_mbedtls.c
endif
EXTRA_DIST += lib/srtp/kernel_libcrypto.c lib/srtp/kernel_mbedtls.c
# libsrtp2 keeps pointers to our kernels: the library must outlive a dlclose.
libzerotrunk_la_LDFLAGS += -Wl,-z,nodelete

EXTRA_DIST += tests/vectors/srtp-kat.txt tests/unit/srtp/kat.h tests/unit/srtp/pair.h tests/unit/srtp/suspects.h \
	tests/unit/srtp/kernel_cases.h
SRTP_TESTS = \
	tests/unit/srtp/cause_test \
	tests/unit/srtp/counter_test \
	tests/unit/srtp/header_test \
	tests/unit/srtp/init_test \
	tests/unit/srtp/kernel_test \
	tests/unit/srtp/kernel_mbedtls_test \
	tests/unit/srtp/packet_test \
	tests/unit/srtp/plain_test \
	tests/unit/srtp/policy_test \
	tests/unit/srtp/session_test \
	tests/unit/srtp/trial_test \
	tests/unit/srtp/trials_test \
	tests/unit/srtp/verify_test
tests_unit_srtp_init_test_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS)
tests_unit_srtp_kernel_test_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS)
tests_unit_srtp_policy_test_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS)
tests_unit_srtp_session_test_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS)
tests_unit_srtp_trial_test_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS)
tests_unit_srtp_verify_test_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS)
# The backend that the library was not built with is compiled into its test.
tests_unit_srtp_kernel_mbedtls_test_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS)
tests_unit_srtp_kernel_mbedtls_test_SOURCES = tests/unit/srtp/kernel_mbedtls_test.c \
	lib/srtp/kernel_mbedtls.c
if KERNELS_LIBCRYPTO
SRTP_TESTS += tests/unit/srtp/kernel_libcrypto_test
tests_unit_srtp_kernel_libcrypto_test_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS) $(CRYPTO_CFLAGS)
endif
check_PROGRAMS += $(SRTP_TESTS)

EXTRA_DIST += tests/fuzz/srtp
check_PROGRAMS += tests/fuzz/fuzz_srtp
tests_fuzz_fuzz_srtp_SOURCES = tests/fuzz/fuzz_srtp.c tests/fuzz/replay.c

EXTRA_DIST += tests/fuzz/srtp_trial
check_PROGRAMS += tests/fuzz/fuzz_srtp_trial
tests_fuzz_fuzz_srtp_trial_SOURCES = tests/fuzz/fuzz_srtp_trial.c tests/fuzz/replay.c
