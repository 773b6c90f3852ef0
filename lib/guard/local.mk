ztinclude_HEADERS += include/zerotrunk/guard.h

ztinclude_HEADERS += include/zerotrunk/allow.h
libzti_la_SOURCES += \
	lib/guard/allow.c \
	lib/guard/allow_span.c lib/guard/allow_span.h
check_PROGRAMS += \
	tests/unit/guard/allow_span_test \
	tests/unit/guard/allow_test

EXTRA_DIST += tests/fuzz/allow
check_PROGRAMS += tests/fuzz/fuzz_allow
tests_fuzz_fuzz_allow_SOURCES = tests/fuzz/fuzz_allow.c tests/fuzz/replay.c

ztinclude_HEADERS += include/zerotrunk/rules.h
libzti_la_SOURCES += \
	lib/guard/rules.c \
	lib/guard/rules_number.c lib/guard/rules_number.h \
	lib/guard/rules_param.c lib/guard/rules_param.h \
	lib/guard/rules_pattern.c lib/guard/rules_pattern.h \
	lib/guard/rules_rule.c lib/guard/rules_rule.h \
	lib/guard/toll.c \
	lib/guard/toll_list.c lib/guard/toll_list.h \
	lib/guard/toll_party.c lib/guard/toll_party.h
check_PROGRAMS += \
	tests/unit/guard/rules_number_test \
	tests/unit/guard/rules_param_test \
	tests/unit/guard/rules_pattern_test \
	tests/unit/guard/rules_rule_test \
	tests/unit/guard/rules_test \
	tests/unit/guard/toll_list_test \
	tests/unit/guard/toll_party_test \
	tests/unit/guard/toll_test

EXTRA_DIST += tests/fuzz/rules
check_PROGRAMS += tests/fuzz/fuzz_rules
tests_fuzz_fuzz_rules_SOURCES = tests/fuzz/fuzz_rules.c tests/fuzz/replay.c

# The rules once more, with a hook in each basic block that counts their work.
check_LTLIBRARIES += tests/flow/librulessteps.la
tests_flow_librulessteps_la_SOURCES = \
	lib/guard/rules.c lib/guard/rules_number.c lib/guard/rules_param.c lib/guard/rules_pattern.c \
	lib/guard/rules_rule.c \
	lib/wire/scan.c lib/wire/sip_addr.c lib/wire/sip_hdr.c lib/wire/sip_uri.c
tests_flow_librulessteps_la_CFLAGS = $(AM_CFLAGS) -fsanitize-coverage=trace-pc
check_PROGRAMS += tests/flow/rules_work_test
tests_flow_rules_work_test_LDADD = tests/flow/librulessteps.la $(LDADD)

ztinclude_HEADERS += include/zerotrunk/admission.h
libzti_la_SOURCES += \
	lib/guard/admission.c lib/guard/admission.h \
	lib/guard/admission_ask.c \
	lib/guard/admission_block.c lib/guard/admission_block.h \
	lib/guard/admission_bucket.c lib/guard/admission_bucket.h \
	lib/guard/admission_level.c lib/guard/admission_level.h \
	lib/guard/admission_open.c lib/guard/admission_open.h \
	lib/guard/admission_table.c lib/guard/admission_table.h
EXTRA_DIST += tests/unit/guard/admission_rig.h
check_PROGRAMS += \
	tests/unit/guard/admission_test \
	tests/unit/guard/admission_ask_test \
	tests/unit/guard/admission_block_test \
	tests/unit/guard/admission_bucket_test \
	tests/unit/guard/admission_level_test \
	tests/unit/guard/admission_open_test \
	tests/unit/guard/admission_table_test

EXTRA_DIST += tests/fuzz/admission
check_PROGRAMS += tests/fuzz/fuzz_admission
tests_fuzz_fuzz_admission_SOURCES = tests/fuzz/fuzz_admission.c tests/fuzz/replay.c

ztinclude_HEADERS += include/zerotrunk/proof.h
libzti_la_SOURCES += lib/guard/identity.c lib/guard/proof.c
check_PROGRAMS += tests/unit/guard/identity_test tests/unit/guard/proof_test
