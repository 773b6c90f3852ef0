/* ocsp_check.c - whether a certificate was revoked, with somebody else to carry the question.
 *
 *     ocsp_check CERT ISSUER REQUEST ANSWER      files in DER
 *
 * Writes REQUEST and prints where to send it, for example by
 *     curl --data-binary @REQUEST -H Content-Type:application/ocsp-request -o ANSWER URL
 * then waits for a line on standard input, and judges ANSWER. */
#include <stdio.h>
#include <time.h>
#include <zerotrunk/ocsp.h>

struct file {
    uint8_t data[ZTRUNK_OCSP_ANSWER_MAX];
    size_t len;
};

static int load(const char *name, struct file *file)
{
    FILE *in = fopen(name, "rb");

    if (in == NULL) {
        perror(name);
        return -1;
    }
    file->len = fread(file->data, 1, sizeof file->data, in);
    fclose(in);
    return 0;
}

static int ask(const ztrunk_ocsp *question, const char *name)
{
    FILE *out = fopen(name, "wb");
    const uint8_t *body;
    char url[256];
    size_t len;

    if (out == NULL) {
        perror(name);
        return -1;
    }
    (void)ztrunk_ocsp_request(question, &body, &len);
    fwrite(body, 1, len, out);
    if (fclose(out) != 0) return -1;
    if (ztrunk_ocsp_url(question, url, sizeof url, &len) == ZTRUNK_OK) puts(url);
    fflush(stdout);
    return 0;
}

static int judge(const ztrunk_ocsp *question, const char *name)
{
    static const char *const words[] = {"", "good", "revoked", "unknown"};
    static struct file answer;
    ztrunk_ocsp_info info = {.size = sizeof info};
    int32_t err;

    if (load(name, &answer) != 0) return 2;
    err = ztrunk_ocsp_judge(question, answer.data, answer.len, time(NULL), &info);
    if (err != ZTRUNK_OK) {
        printf("no answer to go by: %s\n", ztrunk_strerror(err));
        return 2;
    }
    printf("%s%s\n", words[info.status], info.is_fresh_nonce ? ", fresh" : "");
    return info.status == ZTRUNK_OCSP_GOOD ? 0 : 1;
}

int main(int argc, char **argv)
{
    static struct file cert, issuer;
    ztrunk_ctx *ctx = NULL;
    ztrunk_ocsp *question = NULL;
    int32_t err;
    int status = 2;

    if (argc != 5) {
        fprintf(stderr, "usage: ocsp_check CERT ISSUER REQUEST ANSWER\n");
        return 2;
    }
    if (load(argv[1], &cert) != 0 || load(argv[2], &issuer) != 0) return 2;
    err = ztrunk_ctx_new(&ctx);
    if (err == ZTRUNK_OK)
        err = ztrunk_ocsp_new(ctx, cert.data, cert.len, issuer.data, issuer.len, &question);
    if (err != ZTRUNK_OK)
        fprintf(stderr, "ocsp_check: %s\n", ztrunk_strerror(err));
    else if (ask(question, argv[3]) == 0 && getchar() != EOF)
        status = judge(question, argv[4]);
    ztrunk_ocsp_free(question);
    ztrunk_ctx_free(ctx);
    return status;
}
