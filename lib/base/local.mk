ztinclude_HEADERS += include/zerotrunk/core.h include/zerotrunk/hooks.h include/zerotrunk/zerotrunk.h

libzti_base_la_SOURCES += \
	lib/base/addr.c lib/base/addr.h \
	lib/base/buf.c lib/base/buf.h \
	lib/base/ctx.c lib/base/ctx.h \
	lib/base/cur.c lib/base/cur.h \
	lib/base/drbg.c lib/base/drbg.h \
	lib/base/err.c \
	lib/base/event.c lib/base/event.h \
	lib/base/hash.c lib/base/hash.h \
	lib/base/heap.c lib/base/heap.h \
	lib/base/map.c lib/base/map.h \
	lib/base/mem.c lib/base/mem.h \
	lib/base/siphash.c lib/base/siphash.h \
	lib/base/slots.c lib/base/slots.h \
	lib/base/str.c lib/base/str.h \
	lib/base/suite.c \
	lib/base/opts.h lib/base/time.h

EXTRA_DIST += tests/unit.h tests/fail_ctx.h
check_PROGRAMS += \
	tests/unit/base/addr_test \
	tests/unit/base/buf_test \
	tests/unit/base/ctx_test \
	tests/unit/base/cur_test \
	tests/unit/base/drbg_test \
	tests/unit/base/err_test \
	tests/unit/base/event_test \
	tests/unit/base/hash_test \
	tests/unit/base/heap_test \
	tests/unit/base/map_test \
	tests/unit/base/mem_test \
	tests/unit/base/siphash_test \
	tests/unit/base/slots_test \
	tests/unit/base/str_test \
	tests/unit/base/suite_test
