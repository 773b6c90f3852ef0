ztinclude_HEADERS += include/zerotrunk/pinhole.h
