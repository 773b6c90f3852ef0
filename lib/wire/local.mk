libzti_la_SOURCES += \
	lib/wire/scan.c lib/wire/scan.h \
	lib/wire/re_glue.h \
	lib/wire/sip_addr.c lib/wire/sip_hdr.h \
	lib/wire/sip_alias.c lib/wire/sip_alias.h \
	lib/wire/sip_auth.c lib/wire/sip_auth.h \
	lib/wire/sip_build.c lib/wire/sip_build.h \
	lib/wire/sip_frame.c lib/wire/sip_frame.h \
	lib/wire/sip_gate.c lib/wire/sip_gate.h \
	lib/wire/sip_hdr.c \
	lib/wire/sip_index.c lib/wire/sip_index.h \
	lib/wire/sip_names.c lib/wire/sip_names.h \
	lib/wire/sip_part.c lib/wire/sip_part.h \
	lib/wire/sip_uri.c lib/wire/sip_uri.h \
	lib/wire/sip_via.c

libzti_la_SOURCES += \
	lib/wire/sdp_base64.c lib/wire/sdp_base64.h \
	lib/wire/sdp_crypto.c lib/wire/sdp_crypto.h \
	lib/wire/sdp_field.c lib/wire/sdp_field.h \
	lib/wire/sdp_line.c lib/wire/sdp_line.h

check_PROGRAMS += \
	tests/unit/wire/scan_test \
	tests/unit/wire/sip_addr_test \
	tests/unit/wire/sip_alias_test \
	tests/unit/wire/sip_auth_test \
	tests/unit/wire/sip_build_test \
	tests/unit/wire/sip_frame_test \
	tests/unit/wire/sip_gate_test \
	tests/unit/wire/sip_hdr_test \
	tests/unit/wire/sip_index_test \
	tests/unit/wire/sip_names_test \
	tests/unit/wire/sip_part_test \
	tests/unit/wire/sip_uri_test \
	tests/unit/wire/sip_via_test

check_PROGRAMS += \
	tests/unit/wire/sdp_base64_test \
	tests/unit/wire/sdp_crypto_test \
	tests/unit/wire/sdp_field_test \
	tests/unit/wire/sdp_line_test

tests_unit_wire_sip_alias_test_CPPFLAGS = $(AM_CPPFLAGS) $(RE_CFLAGS)
tests_unit_wire_sip_alias_test_LDADD = $(LDADD) $(RE_LIBS)
