example_programs += examples/pinhole_table
examples_pinhole_table_LDADD = libzerotrunk.la
example_programs += examples/rt_options
examples_rt_options_LDADD = libzerotrunk-rt.la libzerotrunk.la
example_programs += examples/srtp_memory
examples_srtp_memory_LDADD = libzerotrunk.la
example_programs += examples/sip_gate
examples_sip_gate_LDADD = libzerotrunk.la
