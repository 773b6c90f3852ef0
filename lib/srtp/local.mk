ztinclude_HEADERS += include/zerotrunk/srtp.h
