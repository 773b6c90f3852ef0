ztinclude_HEADERS += include/zerotrunk/pinhole.h

libzti_la_SOURCES += \
	lib/pinhole/hole.c lib/pinhole/hole.h \
	lib/pinhole/table.c

check_PROGRAMS += tests/unit/pinhole/hole_test tests/unit/pinhole/table_test
