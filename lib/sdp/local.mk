ztinclude_HEADERS += include/zerotrunk/sdp.h

libzti_la_SOURCES += \
	lib/sdp/answer.c \
	lib/sdp/codec.c lib/sdp/codec.h \
	lib/sdp/cross.c \
	lib/sdp/desc.c lib/sdp/desc.h \
	lib/sdp/edit.c lib/sdp/edit.h \
	lib/sdp/filter.c \
	lib/sdp/format.c \
	lib/sdp/index.c lib/sdp/index.h \
	lib/sdp/judge.c lib/sdp/judge.h \
	lib/sdp/keys.c \
	lib/sdp/make.c lib/sdp/make.h \
	lib/sdp/offer.c \
	lib/sdp/origin.c lib/sdp/origin.h \
	lib/sdp/policy.c lib/sdp/policy.h \
	lib/sdp/set.c

EXTRA_DIST += tests/sdp_cases.h tests/vectors/sdp-policy.txt tests/vectors/sdp-policy.py
check_PROGRAMS += \
	tests/unit/sdp/answer_test \
	tests/unit/sdp/codec_test \
	tests/unit/sdp/cross_test \
	tests/unit/sdp/desc_test \
	tests/unit/sdp/edit_test \
	tests/unit/sdp/filter_test \
	tests/unit/sdp/format_test \
	tests/unit/sdp/index_test \
	tests/unit/sdp/judge_test \
	tests/unit/sdp/keys_test \
	tests/unit/sdp/make_test \
	tests/unit/sdp/offer_test \
	tests/unit/sdp/origin_test \
	tests/unit/sdp/policy_test \
	tests/unit/sdp/set_test

EXTRA_DIST += tests/fuzz/sdp
check_PROGRAMS += tests/fuzz/fuzz_sdp
tests_fuzz_fuzz_sdp_SOURCES = tests/fuzz/fuzz_sdp.c tests/fuzz/replay.c
