/* mbedTLS takes its memory from libc, not from the context's hooks. Here the program's own malloc
 * and calloc stand before libc's, and the nth call from the server's side fails, n = 1 to all of
 * one handshake: nobody may become ready who was not judged (CVE-2025-27810's class). Takes a
 * certificate that is trusted and one that is not. Under a sanitizer, which has an allocator of
 * its own, there is nothing to test. */
#include <zerotrunk/tls.h>

#include "tls/conn.h"
#include "unit.h"
#include "unit/tls/pair.h"

#ifndef INTERPOSE

int main(void)
{
    return 77;
}

#else

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);

static uint32_t is_armed, calls, fail_at;

static uint32_t is_to_fail(void)
{
    return is_armed && ++calls == fail_at;
}

/* Visible: mbedTLS must find them before libc's. */
__attribute__((visibility("default"))) void *malloc(size_t size)
{
    return is_to_fail() ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size)
{
    return is_to_fail() ? NULL : __libc_calloc(count, size);
}

static size_t carry(ztrunk_tls *from, ztrunk_tls *to, uint32_t to_server)
{
    static uint8_t wire[16384];
    size_t len = 0, used = 0;
    int32_t err;

    is_armed = !to_server;
    err = ztrunk_tls_pull(from, wire, sizeof wire, &len);
    is_armed = to_server;
    if (err == ZTRUNK_OK && len > 0) err = ztrunk_tls_feed(to, 1, wire, len, &used);
    is_armed = 0;
    return err == ZTRUNK_OK ? len : 0;
}

/* 1 while the nth allocation of the server's handshake exists; *ready counts who got in. */
static uint32_t run(uint32_t n, uint32_t is_stranger, uint32_t *ready)
{
    pair *p = pair_new();
    pki_spec leaf = pair_client_spec(p);
    ztrunk_tls_info info = {.size = sizeof info};
    uint32_t has_failed;

    if (is_stranger) leaf.signer = p->server_key;
    pair_show(&p->client, &leaf);
    pair_open(p, 1);
    calls = 0;
    fail_at = n;
    while (carry(p->client.tls, p->server.tls, 1) + carry(p->server.tls, p->client.tls, 0) > 0)
        continue;
    has_failed = calls >= n;
    ck_assert_int_eq(ztrunk_tls_get_info(p->server.tls, &info), ZTRUNK_OK);
    *ready += info.is_ready;
    if (info.is_ready) ck_assert(p->server.tls->is_judged && !is_stranger);
    pair_free(p);
    return has_failed;
}

/* A handshake makes many thousand allocations, most of them alike in the big numbers: the first
 * each, the rest in growing strides. */
static void fail_each(uint32_t is_stranger)
{
    uint32_t n = 1, tried = 0, ready = 0;

    for (; run(n, is_stranger, &ready); n += n < 60 ? 1 : n / 16) tried++;
    printf("%u allocations failed in turn, %u handshakes ended well all the same\n", tried, ready);
    ck_assert_uint_gt(tried, 60);
}

START_TEST(a_peer_is_ready_only_when_it_was_judged)
{
    fail_each(0);
}
END_TEST

START_TEST(a_stranger_never_gets_in)
{
    fail_each(1);
}
END_TEST

UNIT_MAIN("fail/tls_malloc", a_peer_is_ready_only_when_it_was_judged, a_stranger_never_gets_in)

#endif
