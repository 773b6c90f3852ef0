zerotrunkd_config = \
	examples/zerotrunkd/config.c examples/zerotrunkd/config.h \
	examples/zerotrunkd/config_check.c \
	examples/zerotrunkd/config_files.c \
	examples/zerotrunkd/config_limits.c \
	examples/zerotrunkd/config_identity.c \
	examples/zerotrunkd/config_lists.c \
	examples/zerotrunkd/config_peer.c \
	examples/zerotrunkd/config_profile.c \
	examples/zerotrunkd/config_rules.c \
	examples/zerotrunkd/config_schema.c examples/zerotrunkd/config_schema.h \
	examples/zerotrunkd/config_tls.c \
	examples/zerotrunkd/config_toll.c \
	examples/zerotrunkd/config_types.c \
	examples/zerotrunkd/config_yaml.c \
	examples/zerotrunkd/slurp.c examples/zerotrunkd/slurp.h

zerotrunkd_firewall = \
	examples/zerotrunkd/firewall.c examples/zerotrunkd/firewall.h \
	examples/zerotrunkd/nftplan.c examples/zerotrunkd/nftplan.h \
	examples/zerotrunkd/firewall_rules.c examples/zerotrunkd/firewall_rules.h

zerotrunkd_log = \
	examples/zerotrunkd/event.c examples/zerotrunkd/event.h \
	examples/zerotrunkd/log.c examples/zerotrunkd/log.h \
	examples/zerotrunkd/log_form.c examples/zerotrunkd/log_form.h \
	examples/zerotrunkd/utf8.c examples/zerotrunkd/utf8.h

zerotrunkd_alarm = \
	examples/zerotrunkd/alarm.c examples/zerotrunkd/alarm.h \
	examples/zerotrunkd/alarm_table.c examples/zerotrunkd/alarm_table.h \
	examples/zerotrunkd/alert.c examples/zerotrunkd/alert.h \
	examples/zerotrunkd/alert_record.c examples/zerotrunkd/alert_record.h \
	examples/zerotrunkd/alert_run.c examples/zerotrunkd/alert_run.h \
	examples/zerotrunkd/spool.c examples/zerotrunkd/spool.h

sbin_PROGRAMS += examples/zerotrunkd/zerotrunkd
examples_zerotrunkd_zerotrunkd_SOURCES = $(zerotrunkd_config) \
	examples/zerotrunkd/admit.c examples/zerotrunkd/admit.h \
	examples/zerotrunkd/agreed.c examples/zerotrunkd/agreed.h \
	$(zerotrunkd_alarm) \
	examples/zerotrunkd/answer.c \
	examples/zerotrunkd/brake.c examples/zerotrunkd/brake.h \
	examples/zerotrunkd/build.c \
	examples/zerotrunkd/call.c examples/zerotrunkd/call.h \
	examples/zerotrunkd/daemon.c examples/zerotrunkd/daemon.h \
	examples/zerotrunkd/endpoint.c \
	$(zerotrunkd_firewall) \
	examples/zerotrunkd/flow_log.c examples/zerotrunkd/flow_log.h \
	examples/zerotrunkd/generation.c examples/zerotrunkd/generation.h \
	examples/zerotrunkd/hearing.c examples/zerotrunkd/hearing.h \
	examples/zerotrunkd/hold.c examples/zerotrunkd/hold.h \
	examples/zerotrunkd/idmap.c examples/zerotrunkd/idmap.h \
	examples/zerotrunkd/leg.c examples/zerotrunkd/leg.h \
	examples/zerotrunkd/location.c \
	$(zerotrunkd_log) \
	examples/zerotrunkd/main.c \
	examples/zerotrunkd/media.c \
	examples/zerotrunkd/metrics.c \
	examples/zerotrunkd/nft.c examples/zerotrunkd/nft.h \
	examples/zerotrunkd/perimeter.c examples/zerotrunkd/perimeter.h \
	examples/zerotrunkd/place.c \
	examples/zerotrunkd/policy.c examples/zerotrunkd/policy.h \
	examples/zerotrunkd/privileges.c \
	examples/zerotrunkd/ocsp.c examples/zerotrunkd/ocsp.h \
	examples/zerotrunkd/ocsp_cert.c examples/zerotrunkd/ocsp_cert.h \
	examples/zerotrunkd/pump.c \
	examples/zerotrunkd/wait.c examples/zerotrunkd/wait.h \
	examples/zerotrunkd/watch.c examples/zerotrunkd/watch.h \
	examples/zerotrunkd/watch_alarm.c examples/zerotrunkd/watch_alarm.h \
	examples/zerotrunkd/watch_probe.c examples/zerotrunkd/watch_probe.h \
	examples/zerotrunkd/proof.c examples/zerotrunkd/proof.h \
	examples/zerotrunkd/proof_log.c examples/zerotrunkd/proof_log.h \
	examples/zerotrunkd/quality.c examples/zerotrunkd/quality.h \
	examples/zerotrunkd/record.c examples/zerotrunkd/record.h \
	examples/zerotrunkd/refresh.c examples/zerotrunkd/refresh.h \
	examples/zerotrunkd/reload.c \
	examples/zerotrunkd/silence.c examples/zerotrunkd/silence.h \
	examples/zerotrunkd/sources.c examples/zerotrunkd/sources.h \
	examples/zerotrunkd/toll.c examples/zerotrunkd/toll.h \
	examples/zerotrunkd/trunk.c \
	examples/zerotrunkd/trust.c examples/zerotrunkd/trust.h \
	examples/zerotrunkd/verdict.c examples/zerotrunkd/verdict.h
examples_zerotrunkd_zerotrunkd_CPPFLAGS = $(AM_CPPFLAGS) \
	-DZEROTRUNKD_PROFILES='"$(profilesdir)"'
examples_zerotrunkd_zerotrunkd_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
examples_zerotrunkd_zerotrunkd_LDADD = libzerotrunk-rt.la libzerotrunk.la $(YAML_LIBS)

profilesdir = $(pkgdatadir)/profiles
dist_profiles_DATA = profiles/genesys.yaml profiles/teams.yaml profiles/twilio.yaml

prometheusdir = $(pkgdatadir)/prometheus
dist_prometheus_DATA = examples/zerotrunkd/prometheus/grafana-dashboard.json \
	examples/zerotrunkd/prometheus/prometheus.yml \
	examples/zerotrunkd/prometheus/zerotrunk-rules.yml
EXTRA_DIST += examples/zerotrunkd/prometheus/zerotrunk-rules-days-test.yml \
	examples/zerotrunkd/prometheus/zerotrunk-rules-test.yml

sampledir = $(docdir)/examples
dist_sample_DATA = examples/zerotrunkd/genesys.yaml

EXTRA_DIST += examples/zerotrunkd/zerotrunkd.service.in \
	examples/zerotrunkd/zerotrunk-alert.service.in
zerotrunkd_units = examples/zerotrunkd/zerotrunkd.service examples/zerotrunkd/zerotrunk-alert.service
dist_systemdsystemunit_DATA = examples/zerotrunkd/zerotrunk-alert.path \
	examples/zerotrunkd/zerotrunk-alert.timer
systemdsystemunit_DATA = $(zerotrunkd_units)
CLEANFILES += $(zerotrunkd_units)
dist_sbin_SCRIPTS = tools/zerotrunk-alert

examples/zerotrunkd/zerotrunkd.service: examples/zerotrunkd/zerotrunkd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		sed 's|[@]sbindir@|$(sbindir)|' $(srcdir)/examples/zerotrunkd/zerotrunkd.service.in >$@
examples/zerotrunkd/zerotrunk-alert.service: examples/zerotrunkd/zerotrunk-alert.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		sed 's|[@]sbindir@|$(sbindir)|' $(srcdir)/examples/zerotrunkd/zerotrunk-alert.service.in >$@

# What can be tested by itself is; the rest is a back-to-back user agent, which the lab tests whole.
check_PROGRAMS += \
	tests/unit/zerotrunkd/agreed_test \
	tests/unit/zerotrunkd/alarm_test \
	tests/unit/zerotrunkd/alert_test \
	tests/unit/zerotrunkd/brake_test \
	tests/unit/zerotrunkd/config_identity_test \
	tests/unit/zerotrunkd/config_profile_test \
	tests/unit/zerotrunkd/config_rules_test \
	tests/unit/zerotrunkd/config_test \
	tests/unit/zerotrunkd/config_toll_test \
	tests/unit/zerotrunkd/event_test \
	tests/unit/zerotrunkd/hold_test \
	tests/unit/zerotrunkd/firewall_test \
	tests/unit/zerotrunkd/idmap_test \
	tests/unit/zerotrunkd/log_test \
	tests/unit/zerotrunkd/nftplan_test \
	tests/unit/zerotrunkd/quality_test \
	tests/unit/zerotrunkd/silence_test \
	tests/unit/zerotrunkd/slurp_test \
	tests/unit/zerotrunkd/sources_test \
	tests/unit/zerotrunkd/spool_test \
	tests/unit/zerotrunkd/utf8_test
daemon_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/examples/zerotrunkd \
	-DZEROTRUNKD_PROFILES='"$(abs_top_srcdir)/profiles"'
tests_unit_zerotrunkd_alarm_test_SOURCES = tests/unit/zerotrunkd/alarm_test.c \
	$(zerotrunkd_alarm) $(zerotrunkd_log)
tests_unit_zerotrunkd_alarm_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_alert_test_SOURCES = tests/unit/zerotrunkd/alert_test.c \
	$(zerotrunkd_alarm) $(zerotrunkd_log)
tests_unit_zerotrunkd_alert_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_spool_test_SOURCES = tests/unit/zerotrunkd/spool_test.c \
	examples/zerotrunkd/spool.c
tests_unit_zerotrunkd_spool_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_brake_test_SOURCES = tests/unit/zerotrunkd/brake_test.c \
	examples/zerotrunkd/brake.c
tests_unit_zerotrunkd_brake_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_config_identity_test_SOURCES = \
	tests/unit/zerotrunkd/config_identity_test.c $(zerotrunkd_config)
tests_unit_zerotrunkd_config_identity_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_config_identity_test_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
tests_unit_zerotrunkd_config_identity_test_LDADD = $(LDADD) $(YAML_LIBS)
tests_unit_zerotrunkd_config_profile_test_SOURCES = \
	tests/unit/zerotrunkd/config_profile_test.c $(zerotrunkd_config)
tests_unit_zerotrunkd_config_profile_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_config_profile_test_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
tests_unit_zerotrunkd_config_profile_test_LDADD = $(LDADD) $(YAML_LIBS)
tests_unit_zerotrunkd_config_rules_test_SOURCES = tests/unit/zerotrunkd/config_rules_test.c \
	$(zerotrunkd_config)
tests_unit_zerotrunkd_config_rules_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_config_rules_test_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
tests_unit_zerotrunkd_config_rules_test_LDADD = $(LDADD) $(YAML_LIBS)
tests_unit_zerotrunkd_config_test_SOURCES = tests/unit/zerotrunkd/config_test.c $(zerotrunkd_config)
tests_unit_zerotrunkd_config_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_config_test_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
tests_unit_zerotrunkd_config_test_LDADD = $(LDADD) $(YAML_LIBS)
tests_unit_zerotrunkd_config_toll_test_SOURCES = tests/unit/zerotrunkd/config_toll_test.c \
	$(zerotrunkd_config)
tests_unit_zerotrunkd_config_toll_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_config_toll_test_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
tests_unit_zerotrunkd_config_toll_test_LDADD = $(LDADD) $(YAML_LIBS)
tests_unit_zerotrunkd_event_test_SOURCES = tests/unit/zerotrunkd/event_test.c \
	examples/zerotrunkd/event.c
tests_unit_zerotrunkd_event_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_agreed_test_SOURCES = tests/unit/zerotrunkd/agreed_test.c \
	examples/zerotrunkd/agreed.c
tests_unit_zerotrunkd_agreed_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_quality_test_SOURCES = tests/unit/zerotrunkd/quality_test.c \
	examples/zerotrunkd/quality.c
tests_unit_zerotrunkd_quality_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_hold_test_SOURCES = tests/unit/zerotrunkd/hold_test.c \
	examples/zerotrunkd/hold.c
tests_unit_zerotrunkd_hold_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_firewall_test_SOURCES = tests/unit/zerotrunkd/firewall_test.c \
	tests/unit/zerotrunkd/config_text.h \
	$(zerotrunkd_firewall) $(zerotrunkd_config)
tests_unit_zerotrunkd_firewall_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_firewall_test_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
tests_unit_zerotrunkd_firewall_test_LDADD = $(LDADD) $(YAML_LIBS)
tests_unit_zerotrunkd_idmap_test_SOURCES = tests/unit/zerotrunkd/idmap_test.c \
	examples/zerotrunkd/idmap.c
tests_unit_zerotrunkd_idmap_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_log_test_SOURCES = tests/unit/zerotrunkd/log_test.c \
	$(zerotrunkd_log)
tests_unit_zerotrunkd_log_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_nftplan_test_SOURCES = tests/unit/zerotrunkd/nftplan_test.c \
	tests/unit/zerotrunkd/config_text.h \
	examples/zerotrunkd/nftplan.c $(zerotrunkd_config)
tests_unit_zerotrunkd_nftplan_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_nftplan_test_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
tests_unit_zerotrunkd_nftplan_test_LDADD = $(LDADD) $(YAML_LIBS)
tests_unit_zerotrunkd_silence_test_SOURCES = tests/unit/zerotrunkd/silence_test.c \
	$(zerotrunkd_log) examples/zerotrunkd/silence.c
tests_unit_zerotrunkd_silence_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_slurp_test_SOURCES = tests/unit/zerotrunkd/slurp_test.c \
	examples/zerotrunkd/slurp.c
tests_unit_zerotrunkd_slurp_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_sources_test_SOURCES = tests/unit/zerotrunkd/sources_test.c \
	examples/zerotrunkd/sources.c $(zerotrunkd_config)
tests_unit_zerotrunkd_sources_test_CPPFLAGS = $(daemon_cppflags)
tests_unit_zerotrunkd_sources_test_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
tests_unit_zerotrunkd_sources_test_LDADD = $(LDADD) $(YAML_LIBS)
tests_unit_zerotrunkd_utf8_test_SOURCES = tests/unit/zerotrunkd/utf8_test.c \
	examples/zerotrunkd/utf8.c
tests_unit_zerotrunkd_utf8_test_CPPFLAGS = $(daemon_cppflags)
