EXTRA_PROGRAMS += bench/srtp
EXTRA_DIST += bench/bench.h
bench_srtp_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS)
bench_srtp_LDADD = libzerotrunk.la $(SRTP_LIBS)
EXTRA_PROGRAMS += bench/sip_gate
EXTRA_DIST += bench/messages
bench_sip_gate_CPPFLAGS = $(AM_CPPFLAGS) $(RE_CFLAGS)
bench_sip_gate_LDADD = libzerotrunk.la $(RE_LIBS)
