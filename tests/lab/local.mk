EXTRA_DIST += \
	.ci/run \
	tests/lab/calls.sh \
	tests/lab/cases \
	tests/lab/daemon.sh \
	tests/lab/install.sh \
	tests/lab/lib.sh \
	tests/lab/packages \
	tests/lab/peers \
	tests/lab/peers.sh tests/lab/receiver.sh \
	tests/lab/acme.sh tests/lab/pki.sh \
	tests/lab/policy \
	tests/lab/run \
	tests/lab/story.sh \
	tests/lab/tools \
	tests/lab/trixie.sh \
	tests/lab/verdicts.sh \
	tests/lab/wall.sh

# Real peers in network namespaces; as root, with the packages of tests/lab/packages/lab.
lab: all
	ZT_BUILD='$(abs_top_builddir)' ZT_LAB_OUT='$(abs_top_builddir)/lab-out' \
	  $(top_srcdir)/tests/lab/run $(CASES)
.PHONY: lab
