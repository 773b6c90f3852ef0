ztinclude_HEADERS += include/zerotrunk/sdp.h
