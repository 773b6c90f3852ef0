ztinclude_HEADERS += include/zerotrunk/tls.h
