/* pem.h - the blocks of a PEM file, as DER. */
#ifndef ZEROTRUNKD_PEM_H
#define ZEROTRUNKD_PEM_H

#include <stddef.h>
#include <stdint.h>

/* The nth block with that label of NUL-terminated text. 0, -1: there is no nth, -2: broken. */
int pem_block(const char *pem, const char *label, uint32_t nth, uint8_t *der, size_t cap,
              size_t *der_len);

#endif
