dist_bin_SCRIPTS = tools/zerotrunk tools/zerotrunk-acme tools/zerotrunk-pki
dist_man_MANS += man/zerotrunk.1
EXTRA_DIST += tools/zerotrunk-acme.service.in
systemdsystemunit_DATA += tools/zerotrunk-acme.service
dist_systemdsystemunit_DATA += tools/zerotrunk-acme.timer
CLEANFILES += tools/zerotrunk-acme.service

tools/zerotrunk-acme.service: tools/zerotrunk-acme.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) tools && \
		sed 's|[@]bindir@|$(bindir)|' $(srcdir)/tools/zerotrunk-acme.service.in >$@
