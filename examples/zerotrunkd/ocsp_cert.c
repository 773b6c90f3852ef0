#include "ocsp_cert.h"
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

enum { MOST_DER = 65536, MOST_URL = 2048 };
enum { RETRY_S = 1, MOST_RETRIES = 6 };

typedef int32_t der_fn(const ztrunk_tls *tls, uint8_t *der, size_t cap, size_t *out_len);

/* NULL: there is none, or no memory. */
static uint8_t *copy_of(const ztrunk_tls *tls, der_fn *get, size_t *len)
{
    uint8_t *der;

    if (get(tls, NULL, 0, len) != ZTRUNK_E_SPACE || *len > MOST_DER) return NULL;
    der = malloc(*len);
    if (der != NULL && get(tls, der, *len, len) == ZTRUNK_OK) return der;
    free(der);
    return NULL;
}

void ocsp_cert_free(struct ocsp_cert *cert)
{
    ztrunk_post_free(cert->post);
    ztrunk_ocsp_free(cert->question);
    free(cert->der);
    free(cert->issuer);
    memset(cert, 0, sizeof *cert);
}

static struct ocsp_cert *find(struct ocsp_cert *table, const uint8_t *der, size_t len)
{
    for (uint32_t i = 0; i < OCSP_CERTS; i++)
        if (table[i].der != NULL && table[i].len == len && memcmp(table[i].der, der, len) == 0)
            return &table[i];
    return NULL;
}

static struct ocsp_cert *find_room(struct ocsp_cert *table)
{
    for (uint32_t i = 0; i < OCSP_CERTS; i++)
        if (table[i].der == NULL) return &table[i];
    for (uint32_t i = 0; i < OCSP_CERTS; i++)
        if (table[i].users == 0) return &table[i];
    return NULL;
}

struct ocsp_cert *ocsp_cert_of(struct ocsp_cert *table, const ztrunk_tls *tls)
{
    size_t len = 0;
    uint8_t *der = copy_of(tls, ztrunk_tls_peer_cert, &len);
    struct ocsp_cert *cert;

    if (der == NULL) return NULL;
    cert = find(table, der, len);
    if (cert == NULL && (cert = find_room(table)) != NULL) {
        ocsp_cert_free(cert);
        cert->der = der;
        cert->len = len;
        cert->issuer = copy_of(tls, ztrunk_tls_peer_issuer, &cert->issuer_len);
        return cert;
    }
    free(der);
    return cert;
}

/* ---- the question ---- */

static uint64_t in_seconds(int64_t s)
{
    return ztrunk_rt_now_ns() + (uint64_t)s * SECOND;
}

/* A good answer is renewed at half of its time; what failed is tried again, ever later. */
static void settle(struct ocsp_cert *cert, uint32_t status, const char *why, int64_t until_s)
{
    static const uint32_t verdicts[] = {OCSP_IS_UNTOLD, OCSP_IS_GOOD, OCSP_IS_REVOKED,
                                        OCSP_IS_UNTOLD};
    int64_t wall_s = ztrunk_rt_wall_s(), wait_s = (until_s - wall_s) / 2;
    uint32_t was_good = cert->verdict == OCSP_IS_GOOD && cert->until_s >= wall_s;

    if (wait_s > cert->every_s) wait_s = cert->every_s;
    if (wait_s < 1) wait_s = 1;
    if (verdicts[status] == OCSP_IS_UNTOLD) {
        wait_s = (int64_t)RETRY_S << cert->failures;
        if (cert->failures < MOST_RETRIES) cert->failures++;
    } else {
        cert->failures = 0;
        cert->until_s = until_s;
    }
    /* What was said before holds: good for its time, revoked until somebody takes it back. */
    if (verdicts[status] != OCSP_IS_UNTOLD || (!was_good && cert->verdict != OCSP_IS_REVOKED))
        cert->verdict = verdicts[status];
    cert->next_ns = in_seconds(wait_s);
    cert->answered(cert, status, why);
}

static void on_answer(void *opaque, int32_t error, uint32_t status, const uint8_t *body, size_t len)
{
    struct ocsp_cert *cert = opaque;
    ztrunk_ocsp_info info = {.size = sizeof info};
    const char *why = "the responder did not answer";

    if (error == ZTRUNK_OK) {
        why = "the responder refused the question";
        error = status == 200 && body != NULL
                    ? ztrunk_ocsp_judge(cert->question, body, len, ztrunk_rt_wall_s(), &info)
                    : ZTRUNK_E_NOTFOUND;
    }
    if (error == ZTRUNK_E_AUTH) why = "the answer is signed by nobody who may";
    if (error == ZTRUNK_E_MALFORMED) why = "what came is no answer";
    if (error == ZTRUNK_E_EXPIRED && len > 0) why = "the answer is out of date";
    ztrunk_post_free(cert->post);
    ztrunk_ocsp_free(cert->question);
    cert->post = NULL;
    cert->question = NULL;
    settle(cert, error == ZTRUNK_OK ? info.status : 0, error == ZTRUNK_OK ? "" : why,
           info.next_update_s);
}

/* NULL: it is on its way. */
static const char *send_question(struct ocsp_cert *cert, ztrunk_ctx *ctx, ztrunk_rt *rt,
                                 ztrunk_resolver *r)
{
    char url[MOST_URL];
    const uint8_t *body = NULL;
    size_t len = 0;

    if (cert->issuer == NULL || ztrunk_ocsp_new(ctx, cert->der, cert->len, cert->issuer,
                                                cert->issuer_len, &cert->question) != ZTRUNK_OK)
        return "its issuer is not known";
    if (ztrunk_ocsp_url(cert->question, url, sizeof url, &len) != ZTRUNK_OK)
        return "it names no responder";
    (void)ztrunk_ocsp_request(cert->question, &body, &len);
    if (r == NULL || ztrunk_post_new(rt, r, url, "application/ocsp-request", body, len, 4 * SECOND,
                                     on_answer, cert, &cert->post) != ZTRUNK_OK)
        return "the responder cannot be reached";
    return NULL;
}

void ocsp_cert_ask(struct ocsp_cert *cert, ztrunk_ctx *ctx, ztrunk_rt *rt, ztrunk_resolver *r)
{
    const char *why;

    if (cert->question != NULL) return;
    why = send_question(cert, ctx, rt, r);
    if (why == NULL) {
        cert->next_ns = UINT64_MAX;
        return;
    }
    ztrunk_ocsp_free(cert->question);
    cert->question = NULL;
    settle(cert, 0, why, 0);
}
