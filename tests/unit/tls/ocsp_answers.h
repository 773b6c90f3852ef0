/* ocsp_answers.h - the answers of openssl's responder in tests/vectors/ocsp. */
#ifndef TESTS_UNIT_TLS_OCSP_ANSWERS_H
#define TESTS_UNIT_TLS_OCSP_ANSWERS_H

#include <zerotrunk/ocsp.h>

#include <stdio.h>
#include <stdlib.h>
#include "unit.h"

typedef struct ocsp_file {
    uint8_t *data;
    size_t len;
} ocsp_file;

static inline ocsp_file ocsp_read(const char *name)
{
    ocsp_file f;
    char path[80];

    snprintf(path, sizeof path, "vectors/ocsp/%s", name);
    f.data = unit_data(path, &f.len);
    return f;
}

/* When the answers were made. */
static inline int64_t ocsp_made_s(void)
{
    ocsp_file f = ocsp_read("made");
    char text[24];
    int64_t made;

    snprintf(text, sizeof text, "%.*s", (int)f.len, (const char *)f.data);
    made = strtoll(text, NULL, 10);
    free(f.data);
    return made;
}

static inline int32_t ocsp_about(ztrunk_ctx *ctx, const char *cert, const char *issuer,
                                 ztrunk_ocsp **out)
{
    ocsp_file c = ocsp_read(cert), i = ocsp_read(issuer);
    int32_t err = ztrunk_ocsp_new(ctx, c.data, c.len, i.data, i.len, out);

    free(c.data);
    free(i.data);
    return err;
}

#endif
