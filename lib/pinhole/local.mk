ztinclude_HEADERS += include/zerotrunk/pinhole.h

libzti_la_SOURCES += \
	lib/pinhole/hole.c lib/pinhole/hole.h \
	lib/pinhole/table.c

check_PROGRAMS += tests/unit/pinhole/hole_test tests/unit/pinhole/table_test

EXTRA_DIST += tests/fuzz/pinhole
check_PROGRAMS += tests/fuzz/fuzz_pinhole
tests_fuzz_fuzz_pinhole_SOURCES = tests/fuzz/fuzz_pinhole.c tests/fuzz/replay.c

check_PROGRAMS += tests/flow/holes_follow_dialogs_test
tests_flow_holes_follow_dialogs_test_SOURCES = \
	tests/flow/holes.h tests/flow/holes_app.h \
	tests/flow/holes_app.c \
	tests/flow/holes_dice.c \
	tests/flow/holes_follow_dialogs_test.c \
	tests/flow/holes_media.c \
	tests/flow/holes_model.c \
	tests/flow/holes_play.c
