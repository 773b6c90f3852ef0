/* mem.h - memory through the context's hooks; secrets. */
#ifndef ZTI_BASE_MEM_H
#define ZTI_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>
#include <zerotrunk/core.h>

/* Zeroed memory, NULL when the allocator said no. Sizes of 0 give a valid pointer. */
void *zti_calloc(ztrunk_ctx *ctx, size_t size);
/* Zeroed memory for count elements; NULL also when count * size overflows. */
void *zti_array(ztrunk_ctx *ctx, size_t count, size_t size);
/* Resized array; what is new is NOT zeroed. On NULL the old one still stands. */
void *zti_rearray(ztrunk_ctx *ctx, void *ptr, size_t count, size_t size);
/* A copy of len bytes with a NUL behind it. */
void *zti_dup(ztrunk_ctx *ctx, const void *src, size_t len);
void zti_free(ztrunk_ctx *ctx, void *ptr);
/* Wipes len bytes, then frees: for what held a key. */
void zti_free_wiped(ztrunk_ctx *ctx, void *ptr, size_t len);

/* Zeroes what the compiler must not optimise away. */
void zti_wipe(void *ptr, size_t len);
/* 1 when equal; takes as long for any difference. */
uint32_t zti_same_ct(const void *a, const void *b, size_t len);

#endif
