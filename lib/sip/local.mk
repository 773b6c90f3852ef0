ztinclude_HEADERS += include/zerotrunk/sip.h include/zerotrunk/txn.h include/zerotrunk/dialog.h

libzti_la_SOURCES += \
	lib/sip/msg.c lib/sip/msg.h \
	lib/sip/msg_edit.c \
	lib/sip/msg_get.c \
	lib/sip/msg_make.c \
	lib/sip/msg_part.c \
	lib/sip/msg_value.c \
	lib/sip/stream.c

EXTRA_DIST += tests/sip_corpus.h tests/guard.h tests/vectors/torture-rfc4475 tests/vectors/hostile-sip
check_PROGRAMS += \
	tests/unit/sip/msg_edit_test \
	tests/unit/sip/msg_get_test \
	tests/unit/sip/msg_make_test \
	tests/unit/sip/msg_part_test \
	tests/unit/sip/msg_test \
	tests/unit/sip/msg_value_test \
	tests/unit/sip/stream_test

# The parser once more, with a hook in each basic block that counts its work.
check_LTLIBRARIES = tests/flow/libsipsteps.la
tests_flow_libsipsteps_la_SOURCES = \
	lib/sip/msg.c lib/sip/stream.c \
	lib/wire/scan.c lib/wire/sip_addr.c lib/wire/sip_frame.c lib/wire/sip_gate.c lib/wire/sip_hdr.c \
	lib/wire/sip_alias.c lib/wire/sip_index.c lib/wire/sip_names.c lib/wire/sip_uri.c lib/wire/sip_via.c
tests_flow_libsipsteps_la_CFLAGS = $(AM_CFLAGS) -fsanitize-coverage=trace-pc
check_PROGRAMS += tests/flow/sip_work_test
tests_flow_sip_work_test_LDADD = tests/flow/libsipsteps.la $(LDADD)

EXTRA_DIST += tests/fuzz/sip_msg tests/fuzz/sip_stream tests/fuzz/sip_uri
check_PROGRAMS += tests/fuzz/fuzz_sip_msg tests/fuzz/fuzz_sip_stream tests/fuzz/fuzz_sip_uri
tests_fuzz_fuzz_sip_msg_SOURCES = tests/fuzz/fuzz_sip_msg.c tests/fuzz/replay.c
tests_fuzz_fuzz_sip_stream_SOURCES = tests/fuzz/fuzz_sip_stream.c tests/fuzz/replay.c
tests_fuzz_fuzz_sip_uri_SOURCES = tests/fuzz/fuzz_sip_uri.c tests/fuzz/replay.c
tests_fuzz_fuzz_sip_uri_CPPFLAGS = $(AM_CPPFLAGS) $(RE_CFLAGS)
tests_fuzz_fuzz_sip_uri_LDADD = $(LDADD) $(RE_LIBS)

libzti_la_SOURCES += \
	lib/sip/txn.c lib/sip/txn.h \
	lib/sip/txn_fsm.c lib/sip/txn_fsm.h \
	lib/sip/txn_key.c lib/sip/txn_key.h \
	lib/sip/txn_out.c lib/sip/txn_out.h \
	lib/sip/txn_receive.c \
	lib/sip/txn_refuse.c \
	lib/sip/txn_send.c \
	lib/sip/txn_via.c lib/sip/txn_via.h

libzti_la_SOURCES += \
	lib/sip/dialog.c lib/sip/dialog.h \
	lib/sip/dialog_make.c \
	lib/sip/dialog_request.c \
	lib/sip/dialog_response.c \
	lib/sip/dialog_route.c \
	lib/sip/oa.c lib/sip/oa.h

EXTRA_DIST += tests/sip_sim.h
check_PROGRAMS += tests/unit/sip/txn_test tests/unit/sip/dialog_test
check_PROGRAMS += tests/unit/sip/txn_fsm_test tests/unit/sip/txn_key_test tests/unit/sip/txn_out_test \
	tests/unit/sip/txn_receive_test tests/unit/sip/txn_refuse_test tests/unit/sip/txn_send_test tests/unit/sip/txn_via_test
EXTRA_DIST += tests/sip_table.h
check_PROGRAMS += tests/unit/sip/dialog_make_test tests/unit/sip/dialog_request_test \
	tests/unit/sip/dialog_response_test tests/unit/sip/dialog_route_test tests/unit/sip/oa_test
check_PROGRAMS += tests/flow/sip_storm_test tests/fail/sip_calls_test

EXTRA_DIST += tests/fuzz/txns
check_PROGRAMS += tests/fuzz/fuzz_txns
tests_fuzz_fuzz_txns_SOURCES = tests/fuzz/fuzz_txns.c tests/fuzz/replay.c

ztinclude_HEADERS += include/zerotrunk/digest.h
libzti_la_SOURCES += \
	lib/sip/digest.c lib/sip/digest.h \
	lib/sip/digest_check.c \
	lib/sip/digest_nonce.c lib/sip/digest_nonce.h
check_PROGRAMS += tests/unit/sip/digest_test tests/unit/sip/digest_check_test \
	tests/unit/sip/digest_nonce_test

EXTRA_DIST += tests/fuzz/digest
check_PROGRAMS += tests/fuzz/fuzz_digest
tests_fuzz_fuzz_digest_SOURCES = tests/fuzz/fuzz_digest.c tests/fuzz/replay.c
