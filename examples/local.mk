example_programs += examples/pinhole_table
examples_pinhole_table_LDADD = libzerotrunk.la
