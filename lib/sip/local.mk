ztinclude_HEADERS += include/zerotrunk/sip.h include/zerotrunk/txn.h include/zerotrunk/dialog.h
