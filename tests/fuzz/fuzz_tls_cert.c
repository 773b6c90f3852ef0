/* A peer's certificate, an operator's list and PEM text: read, asked everything, and judged under
 * an anchor that signed nothing here, which no bytes may satisfy. */
#include "tls/judge.h"

#include <stdlib.h>
#include <string.h>
#include <zerotrunk/cert.h>
#include "tls/dn.h"
#include "tls/name.h"
#include "tls/nc.h"
#include "tls/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a peer calls itself is one line of printable ASCII. */
static void say(zti_str name)
{
    ztrunk_ctx *ctx = NULL;
    zti_buf words;

    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return;
    words = zti_buf_of(ctx, 65536);
    zti_dn_text(name, &words);
    for (size_t i = 0; i < words.len; i++)
        if (words.data[i] < ' ' || words.data[i] > '~') abort();
    zti_buf_free(&words);
    ztrunk_ctx_free(ctx);
}

static void ask(const zti_cert *cert)
{
    uint32_t budget = ZTI_NC_BUDGET, is_uri;
    zti_str domain;

    (void)zti_san_check(cert->san);
    for (uint32_t n = 0; zti_san_identity(cert->san, n, &domain, &is_uri); n++)
        if (!zti_is_domain(domain) && n > 64) break;
    say(cert->subject);
    say(cert->issuer);
    (void)zti_common_names_are_in(cert->subject, cert->san);
    (void)zti_nc_allows(cert->constraints, cert, &budget);
}

/* An anchor of the subject that the certificate asks for, and a key that nobody has. */
static void judge(zti_str der, const zti_cert *cert)
{
    zti_cert anchor = {.is_v3 = 1,
                       .is_ca = 1,
                       .key_kind = ZTI_KEY_EC,
                       .pathlen = ZTI_NO_PATHLEN,
                       .not_after_s = INT64_MAX};
    const zti_rules rules = {.max_chain = ZTI_CHAIN_MAX, .anchors = &anchor, .anchor_count = 1};
    const zti_str chain[2] = {der, der};

    anchor.issuer = anchor.subject = cert->issuer;
    if (zti_judge(&rules, chain, 2, cert->not_before_s, NULL) == ZTRUNK_TLS_CAUSE_NONE) abort();
}

/* What an operator's program asks of the same text. */
static void show(ztrunk_ctx *ctx, zti_str text)
{
    ztrunk_cert *cert = NULL;
    ztrunk_cert_info info = {.size = sizeof info};
    char name[300];
    size_t len;

    if (ztrunk_cert_new(ctx, (const uint8_t *)text.p, text.len, 1, &cert) != ZTRUNK_OK) return;
    (void)ztrunk_cert_get_info(cert, &info);
    if (strlen(info.serial) >= sizeof info.serial) abort();
    (void)ztrunk_cert_name(cert, 0, name, sizeof name, &len);
    (void)ztrunk_cert_covers(cert, "sbc.example.com", 1);
    ztrunk_cert_free(cert);
}

static void read_pem(zti_str text)
{
    ztrunk_ctx *ctx = NULL;
    zti_cur c = zti_cur_of(text);

    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return;
    zti_buf der = zti_buf_of(ctx, 65536);
    while (zti_pem_next(&c, ZTI_STR("CERTIFICATE"), &der) == ZTRUNK_OK) continue;
    zti_buf_free(&der);
    show(ctx, text);
    ztrunk_ctx_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const zti_str text = {(const char *)data, size};
    zti_cert cert;
    zti_crl crl;

    if (zti_cert_read(text, &cert) == ZTRUNK_OK) {
        ask(&cert);
        judge(text, &cert);
    }
    if (zti_crl_read(text, &crl) == ZTRUNK_OK) (void)zti_crl_lists(&crl, ZTI_STR("\x01"));
    if (zti_str_starts(text, ZTI_STR("-"))) read_pem(text);
    return 0;
}
