ztinclude_HEADERS += include/zerotrunk/sip.h include/zerotrunk/txn.h include/zerotrunk/dialog.h

libzti_la_SOURCES += \
	lib/sip/msg.c lib/sip/msg.h \
	lib/sip/msg_edit.c \
	lib/sip/msg_get.c \
	lib/sip/msg_make.c \
	lib/sip/msg_value.c \
	lib/sip/stream.c

EXTRA_DIST += tests/sip_corpus.h tests/guard.h tests/vectors/torture-rfc4475 tests/vectors/hostile-sip
check_PROGRAMS += \
	tests/unit/sip/stream_test
