ztinclude_HEADERS += include/zerotrunk/rt.h include/zerotrunk/relay.h

libzti_rt_la_SOURCES += \
	lib/rt/loop.c lib/rt/loop.h \
	lib/rt/signals.c \
	lib/rt/sock.c lib/rt/sock.h \
	lib/rt/handshake.c lib/rt/handshake.h \
	lib/rt/net.c lib/rt/net.h \
	lib/rt/door.c lib/rt/door.h lib/rt/door_hello.c lib/rt/door_hello.h \
	lib/rt/door_source.c lib/rt/door_source.h \
	lib/rt/listen.c lib/rt/conn.c lib/rt/conn_open.c lib/rt/conn_in.c lib/rt/dgram.c lib/rt/gate.c \
	lib/rt/hosts.c lib/rt/hosts.h lib/rt/srv.c lib/rt/srv.h \
	lib/rt/resolve.c lib/rt/resolve.h lib/rt/http.c lib/rt/post.c \
	lib/rt/re_rt.h

EXTRA_DIST += tests/unit/rt/rig.h tests/unit/rt/net_rig.h \
	tests/vectors/rt/ca.pem \
	tests/vectors/rt/edge.pem tests/vectors/rt/edge-key.pem \
	tests/vectors/rt/cloud.pem tests/vectors/rt/cloud-key.pem \
	tests/vectors/rt/nobody.pem tests/vectors/rt/nobody-key.pem
check_PROGRAMS += tests/unit/rt/loop_test tests/unit/rt/signals_test tests/unit/rt/sock_test \
	tests/unit/rt/hosts_test tests/unit/rt/srv_test tests/unit/rt/resolve_test \
	tests/unit/rt/http_test tests/unit/rt/post_test tests/unit/rt/gate_test tests/unit/rt/listen_test \
	tests/unit/rt/conn_test tests/unit/rt/conn_open_test tests/unit/rt/conn_in_test tests/unit/rt/dgram_test \
	tests/unit/rt/handshake_test tests/unit/rt/net_test \
	tests/unit/rt/door_test tests/unit/rt/door_hello_test tests/unit/rt/door_source_test

libzti_rt_la_SOURCES += \
	lib/rt/relay.c lib/rt/relay.h \
	lib/rt/relay_batch.c lib/rt/relay_batch.h \
	lib/rt/relay_io.c lib/rt/relay_io.h lib/rt/relay_epoll.c \
	lib/rt/relay_call.c lib/rt/relay_call.h \
	lib/rt/relay_events.c lib/rt/relay_events.h \
	lib/rt/relay_hole.c lib/rt/relay_hole.h \
	lib/rt/relay_leg.c \
	lib/rt/relay_packet.c lib/rt/relay_packet.h \
	lib/rt/relay_port.c lib/rt/relay_port.h \
	lib/rt/relay_rtp.c lib/rt/relay_rtp.h \
	lib/rt/relay_watch.c lib/rt/relay_watch.h \
	lib/rt/relay_worker.c lib/rt/relay_worker.h
tests_unit_rt_relay_uring_none_test_SOURCES = tests/unit/rt/relay_uring_none_test.c \
	lib/rt/relay_uring_none.c
if IO_URING
libzti_rt_la_SOURCES += lib/rt/relay_uring.c lib/rt/relay_uring_buf.c
check_PROGRAMS += tests/unit/rt/relay_uring_test tests/unit/rt/relay_uring_buf_test
tests_unit_rt_relay_uring_buf_test_LDADD = $(LDADD) $(URING_LIBS)
else
libzti_rt_la_SOURCES += lib/rt/relay_uring_none.c
endif
EXTRA_DIST += lib/rt/relay_uring.c lib/rt/relay_uring_buf.c lib/rt/relay_uring_buf.h \
	lib/rt/relay_uring_none.c tests/unit/rt/relay_uring_buf_test.c tests/unit/rt/relay_rig.h \
	tests/unit/rt/relay_io_rig.h tests/unit/rt/relay_uring_test.c
check_PROGRAMS += tests/unit/rt/relay_test tests/unit/rt/relay_batch_test \
	tests/unit/rt/relay_io_test tests/unit/rt/relay_epoll_test tests/unit/rt/relay_uring_none_test \
	tests/unit/rt/relay_call_test tests/unit/rt/relay_events_test \
	tests/unit/rt/relay_hole_test tests/unit/rt/relay_leg_test \
	tests/unit/rt/relay_packet_test tests/unit/rt/relay_port_test tests/unit/rt/relay_rtp_test \
	tests/unit/rt/relay_watch_test tests/unit/rt/relay_worker_test

ztinclude_HEADERS += include/zerotrunk/filter.h
libzti_rt_la_SOURCES += \
	lib/rt/filter.c lib/rt/filter.h \
	lib/rt/filter_map.c \
	lib/rt/filter_tree.c lib/rt/filter_tree.h
check_PROGRAMS += tests/unit/rt/filter_test tests/unit/rt/filter_map_test \
	tests/unit/rt/filter_tree_test

ztinclude_HEADERS += include/zerotrunk/nft.h
libzti_rt_la_SOURCES += \
	lib/rt/nft.c lib/rt/nft_ports.c lib/rt/nft_holes.c lib/rt/nft_watch.c \
	lib/rt/nft_events.c lib/rt/nft_events.h \
	lib/rt/nft_link.c lib/rt/nft_link.h \
	lib/rt/nft_msg.c lib/rt/nft_msg.h \
	lib/rt/nft_owner.c lib/rt/nft_owner.h \
	lib/rt/nft_print.c lib/rt/nft_print.h \
	lib/rt/nft_rule.c lib/rt/nft_rule.h \
	lib/rt/nft_set.c lib/rt/nft_set.h \
	lib/rt/ip_span.c lib/rt/ip_span.h \
	lib/rt/nft_sync.c lib/rt/nft_sync.h \
	lib/rt/nft_table.c lib/rt/nft_table.h
EXTRA_DIST += tests/unit/rt/nft_rig.h
check_PROGRAMS += tests/unit/rt/nft_test tests/unit/rt/nft_events_test \
	tests/unit/rt/nft_holes_test tests/unit/rt/nft_link_test tests/unit/rt/nft_msg_test \
	tests/unit/rt/nft_owner_test tests/unit/rt/nft_ports_test \
	tests/unit/rt/nft_print_test tests/unit/rt/nft_rule_test \
	tests/unit/rt/nft_set_test tests/unit/rt/ip_span_test tests/unit/rt/nft_sync_test \
	tests/unit/rt/nft_table_test tests/unit/rt/nft_watch_test

ztinclude_HEADERS += include/zerotrunk/priv.h
libzti_rt_la_SOURCES += \
	lib/rt/priv.c lib/rt/priv.h \
	lib/rt/priv_caps.c lib/rt/priv_caps.h \
	lib/rt/priv_mate.c lib/rt/priv_mate.h lib/rt/priv_confine.c lib/rt/priv_drop.c lib/rt/priv_nft.c \
	lib/rt/priv_table.c lib/rt/priv_table.h lib/rt/priv_serve.c lib/rt/priv_wire.c
check_PROGRAMS += tests/unit/rt/priv_test tests/unit/rt/priv_caps_test \
	tests/unit/rt/priv_confine_test tests/unit/rt/priv_drop_test \
	tests/unit/rt/priv_mate_test tests/unit/rt/priv_nft_test tests/unit/rt/priv_serve_test \
	tests/unit/rt/priv_table_test tests/unit/rt/priv_wire_test
