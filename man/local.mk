dist_man_MANS += man/libzerotrunk.3
dist_man_MANS += man/ztrunk_pinholes.3
dist_man_MANS += man/ztrunk_rt.3
dist_man_MANS += man/ztrunk_srtp.3
dist_man_MANS += man/ztrunk_sip.3
dist_man_MANS += man/ztrunk_relay.3
dist_man_MANS += man/ztrunk_tls.3
dist_man_MANS += man/ztrunk_sdp.3
