ztinclude_HEADERS += include/zerotrunk/verdict.h

libzti_la_SOURCES += \
	lib/verdict/row.c lib/verdict/row.h \
	lib/verdict/track.c lib/verdict/track.h \
	lib/verdict/verdict.c \
	lib/verdict/words.c lib/verdict/words.h

EXTRA_DIST += tests/unit/verdict/facts.h
check_PROGRAMS += \
	tests/unit/verdict/row_test \
	tests/unit/verdict/track_test \
	tests/unit/verdict/verdict_test \
	tests/unit/verdict/words_test
check_PROGRAMS += tests/flow/quiet_calls_test
