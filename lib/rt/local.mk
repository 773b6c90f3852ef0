ztinclude_HEADERS += include/zerotrunk/rt.h include/zerotrunk/relay.h
