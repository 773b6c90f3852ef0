EXTRA_PROGRAMS += bench/srtp
EXTRA_DIST += bench/bench.h
bench_srtp_CPPFLAGS = $(AM_CPPFLAGS) $(SRTP_CFLAGS)
bench_srtp_LDADD = libzerotrunk.la $(SRTP_LIBS)
