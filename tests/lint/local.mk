lint_scripts = \
	tests/lint/banned.sh \
	tests/lint/events.sh \
	tests/lint/format.sh \
	tests/lint/headers.sh \
	tests/lint/keys.sh \
	tests/lint/layers.sh \
	tests/lint/length.sh \
	tests/lint/metrics.sh \
	tests/lint/pairs.sh \
	tests/lint/profiles.sh \
	tests/lint/readme.sh \
	tests/lint/symbols.sh \
	tests/lint/units.sh

check_SCRIPTS += $(lint_scripts)
EXTRA_DIST += $(lint_scripts) tests/lint/lint.sh tests/abi/libzerotrunk.syms \
	tests/abi/libzerotrunk-rt.syms
