/* cert.h - what a PEM file of certificates says about itself: dates, serial, names. Trust is the
 * TLS engine's to decide; this is for messages, metrics and the check of our own files. */
#ifndef ZEROTRUNKD_CERT_H
#define ZEROTRUNKD_CERT_H

#include <stddef.h>
#include <stdint.h>

struct cert {
    int64_t not_before_s, not_after_s;
    char serial[48];    /* hex */
    char names[8][256]; /* DNS and URI names of the SAN, lower case */
    uint32_t name_count;
};

/* The nth CERTIFICATE block of NUL-terminated PEM text. 0, -1: there is no nth, -2: it cannot be
 * read. */
int cert_read(const char *pem, uint32_t nth, struct cert *cert);
/* 1 when a SAN of it covers the host, with one wildcard label on the left or as "sip:host". */
uint32_t cert_covers(const struct cert *cert, const char *host);

#endif
