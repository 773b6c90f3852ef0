/* zerotrunk.h - all engines at once. core.h states the contract. */
#ifndef ZEROTRUNK_H
#define ZEROTRUNK_H

#include <zerotrunk/core.h>
#include <zerotrunk/tls.h>
#include <zerotrunk/tls_check.h>
#include <zerotrunk/generation.h>
#include <zerotrunk/cert.h>
#include <zerotrunk/ocsp.h>
#include <zerotrunk/watch.h>
#include <zerotrunk/sip.h>
#include <zerotrunk/txn.h>
#include <zerotrunk/dialog.h>
#include <zerotrunk/digest.h>
#include <zerotrunk/sdp.h>
#include <zerotrunk/srtp.h>
#include <zerotrunk/pinhole.h>
#include <zerotrunk/guard.h>
#include <zerotrunk/verdict.h>

#endif
