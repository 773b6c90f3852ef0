/* sip_corpus.h - what each message of the vectors must become, read off its verdict by hand.
 *
 * datagram: the fault, or NONE when no message may come of it. stream: the faults of the messages
 * in order, "!" when the stream is dead behind the last one, "~" when more bytes are awaited. */
#ifndef TESTS_SIP_CORPUS_H
#define TESTS_SIP_CORPUS_H

#include <string.h>
#include <zerotrunk/sip.h>
#include "unit.h"

enum { CORPUS_NONE = -1 };

typedef struct corpus_row {
    const char *file;
    int datagram;
    const char *stream;
} corpus_row;

#define RFC4475 "vectors/torture-rfc4475/"
#define HOSTILE "vectors/hostile-sip/"

/* Verdicts that are a user agent's (405, 415, 420, 483, 488 ...) pass the gate with 0. */
static const corpus_row corpus[] = {
    {RFC4475 "intmeth.dat", 0, "0"},
    {RFC4475 "esc01.dat", 0, "0"},
    {RFC4475 "lwsdisp.dat", 0, "0"},
    {RFC4475 "longreq.dat", 0, "0"},
    {RFC4475 "transports.dat", 0, "0"},
    {RFC4475 "unreason.dat", 0, "0"},
    {RFC4475 "noreason.dat", 0, "0"},
    {RFC4475 "badinv01.dat", 400, "400"},
    {RFC4475 "scalar02.dat", 400, "400"},
    {RFC4475 "scalarlg.dat", 400, "400"},
    {RFC4475 "quotbal.dat", 400, "400"},
    {RFC4475 "ltgtruri.dat", 400, "400"},
    {RFC4475 "lwsruri.dat", 400, "400"},
    {RFC4475 "lwsstart.dat", 400, "400"},
    {RFC4475 "escruri.dat", 400, "400"},
    {RFC4475 "baddate.dat", 0, "0"},
    {RFC4475 "regbadct.dat", 400, "400"},
    {RFC4475 "baddn.dat", 400, "400"},
    {RFC4475 "badvers.dat", 505, "505"},
    {RFC4475 "mismatch01.dat", 400, "400"},
    {RFC4475 "mismatch02.dat", 400, "400"},
    {RFC4475 "bigcode.dat", 400, "400"},
    {RFC4475 "badbranch.dat", 400, "400"},
    {RFC4475 "insuf.dat", 400, "400"},
    {RFC4475 "unkscm.dat", 416, "416"},
    {RFC4475 "novelsc.dat", 416, "416"},
    {RFC4475 "bext01.dat", 0, "0"},
    {RFC4475 "invut.dat", 0, "0"},
    {RFC4475 "regaut01.dat", 0, "0"},
    {RFC4475 "multi01.dat", 400, "400"},
    {RFC4475 "bcast.dat", 0, "0"},
    {RFC4475 "zeromf.dat", 0, "0"},
    {RFC4475 "cparam01.dat", 0, "0"},
    {RFC4475 "regescrt.dat", 0, "0"},
    {RFC4475 "sdp01.dat", 0, "0"},
    {RFC4475 "inv2543.dat", 400, "400!"},
    {HOSTILE "es2017-01-cseq-long-method.sip", 400, "400"},
    {HOSTILE "es2018-01-64-accept.sip", 400, "400"},
    {HOSTILE "es2018-02-fmtp-nul.sip", 0, "0"},
    {HOSTILE "es2018-03-fmt-2pow32.sip", 0, "0"},
    {HOSTILE "es2020-01-hdr-smuggle-20.sip", 400, "400"},
    {HOSTILE "es2020-01-hdr-smuggle-09.sip", 400, "400"},
    {HOSTILE "es2020-01-hdr-smuggle-0c.sip", 400, "400"},
    {HOSTILE "es2020-01-hdr-smuggle-00.sip", 400, "400"},
    {HOSTILE "es2020-01-hdr-smuggle-253230.sip", 400, "400"},
    {HOSTILE "es2020-03-media-type-1024.sip", 0, "0"},
    {HOSTILE "es2020-04-conn-addr-512.sip", 0, "0"},
    {HOSTILE "sngrep-541-empty-warning.sip", 400, "400"},
    {HOSTILE "cve-2022-21723-multipart-noend.sip", 0, "0"},
    {HOSTILE "ghsa-pjx6-multipart-no-parts.sip", 0, "0"},
    {HOSTILE "kamailio-d7a7f22b84-multipart-boundary.sip", 0, "0"},
    {HOSTILE "content-length-2147483648.sip", 400, "400!"},
    {HOSTILE "content-length--1.sip", 400, "400!"},
    {HOSTILE "content-length-0x10.sip", 400, "400!"},
    {HOSTILE "content-length-12abc.sip", 400, "400!"},
    {HOSTILE "content-length-empty.sip", 400, "400!"},
    {HOSTILE "content-length-5_5.sip", 400, "400!"},
    {HOSTILE "content-length-two-same.sip", 400, "400!"},
    {HOSTILE "content-length-l-and-long.sip", 400, "400!"},
    {HOSTILE "no-content-length-tls.sip", 0, "400!"},
    {HOSTILE "cve-2023-28098-auth-param.sip", 400, "400"},
    {HOSTILE "cve-2023-27600-sdp-noeol.sip", 0, "0"},
    {HOSTILE "cve-2023-27598-via-trailing.sip", 400, "400"},
    {HOSTILE "rseq-cseq-2pow32.sip", 400, "400"},
    {HOSTILE "maxfwd-0-invite.sip", 0, "0"},
    {HOSTILE "se-too-small.sip", 0, "0"},
    {HOSTILE "t38-unknown-media.sip", 0, "0"},
    {HOSTILE "zero-m-lines.sip", 0, "0"},
    {HOSTILE "200-via.sip", 400, "400"},
    {HOSTILE "crlf-inject-uri.sip", 0, "0"},
    {HOSTILE "crlf-inject-display.sip", 400, "400"},
    {HOSTILE "ansi-in-ua.sip", 400, "400"},
    {HOSTILE "utf8-bad.sip", 400, "400"},
    {HOSTILE "fmt-string.sip", 0, "0"},
    {HOSTILE "two-messages-tail-smuggle.sip", 0, "0 0"},
    {HOSTILE "nul-in-header.sip", 400, "400"},
    {HOSTILE "rport-loop-via-self.sip", 0, "0"},
    {HOSTILE "savp-without-crypto.sip", 0, "0"},
    {HOSTILE "avp-with-crypto.sip", 0, "0"},
    {HOSTILE "libre-from-colons-8k.sip", 400, "400"},
    {HOSTILE "libre-sdp-mline-8k.sip", 0, "0"},
    {HOSTILE "1000-crypto-lines.sip", CORPUS_NONE, "413!"},
    {HOSTILE "hdr-10000.sip", CORPUS_NONE, "!"},
    {HOSTILE "hdr-line-1MiB.sip", CORPUS_NONE, "!"},
    /* The second one is an INVITE without a Contact; what is behind it is no message. */
    {RFC4475 "dblreq.dat", 0, "0 400 400!"},
};

enum { CORPUS_ROWS = sizeof corpus / sizeof corpus[0] };

static inline ztrunk_ctx *corpus_ctx(void)
{
    static const uint8_t seed[32] = {7};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    return ctx;
}

static inline ztrunk_sip_msg *corpus_parse(ztrunk_ctx *ctx, const char *text)
{
    ztrunk_sip_msg *m = NULL;

    ck_assert_int_eq(ztrunk_sip_msg_parse(ctx, NULL, (const uint8_t *)text, strlen(text), &m),
                     ZTRUNK_OK);
    return m;
}

/* What an accessor gave: err and text; want NULL: there is none. */
static inline void corpus_is_text(int32_t err, const char *text, size_t len, const char *want)
{
    ck_assert_int_eq(err, want != NULL ? ZTRUNK_OK : ZTRUNK_E_NOTFOUND);
    if (want == NULL) return;
    ck_assert_uint_eq(len, strlen(want));
    ck_assert_mem_eq(text, want, len);
}

static inline uint32_t corpus_fault(const ztrunk_sip_msg *m)
{
    ztrunk_sip_info info = {.size = sizeof info};

    ck_assert_int_eq(ztrunk_sip_msg_info(m, &info), ZTRUNK_OK);
    return info.fault;
}

#endif
