/* Entries and addresses from bytes: the verdict is that of a look at each entry. */
#include <zerotrunk/allow.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENTRY = 20, MAX = 64 }; /* family, bits, tag, verdict, address */

static ztrunk_allow_entry read_entry(const uint8_t *p)
{
    ztrunk_allow_entry e = {.tag = p[2] & 3, .is_denied = p[3] & 1};

    e.prefix.addr.family = p[0];
    e.prefix.bits = p[1];
    memcpy(e.prefix.addr.ip, p + 4, p[0] == 4 ? 4 : 16);
    return e;
}

/* What an entry means: a prefix of IPv4-mapped addresses is one of IPv4. */
static ztrunk_allow_entry plain(ztrunk_allow_entry e)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    ztrunk_addr *a = &e.prefix.addr;

    if (a->family != 6 || e.prefix.bits < 96) return e;
    for (size_t i = 0; i < sizeof mapped; i++)
        if (a->ip[i] != mapped[i]) return e;
    *a = (ztrunk_addr){.family = 4, .ip = {a->ip[12], a->ip[13], a->ip[14], a->ip[15]}};
    e.prefix.bits -= 96;
    return e;
}

static int32_t slow_check(const ztrunk_allow_entry *entries, uint32_t count, const ztrunk_addr *a)
{
    const ztrunk_allow_entry *best = NULL;

    for (uint32_t i = 0; i < count; i++) {
        if (!ztrunk_prefix_contains(&entries[i].prefix, a)) continue;
        if (best == NULL || entries[i].prefix.bits > best->prefix.bits) best = &entries[i];
    }
    return best != NULL && !best->is_denied ? ZTRUNK_OK : ZTRUNK_E_DENIED;
}

static void check_ends(const ztrunk_allow *allow, const ztrunk_allow_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        ztrunk_addr a = entries[i].prefix.addr;
        uint32_t bytes = a.family == 4 ? 4 : 16;

        for (uint32_t turn = 0; turn < 3; turn++) {
            if (ztrunk_allow_check(allow, &a, NULL) != slow_check(entries, count, &a)) abort();
            a.ip[turn == 0 ? bytes - 1 : entries[i].tag % bytes] ^= 1;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ztrunk_allow_opts opts = {.size = sizeof opts, .flags = ZTRUNK_ALLOW_ANY};
    ztrunk_allow_entry entries[MAX];
    ztrunk_allow *allow = NULL;
    ztrunk_ctx *ctx = NULL;
    ztrunk_allow_entry meant[MAX];
    uint32_t count = 0;

    for (; count < MAX && size >= ENTRY; data += ENTRY, size -= ENTRY)
        entries[count++] = read_entry(data);
    for (uint32_t i = 0; i < count; i++) meant[i] = plain(entries[i]);
    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return 0;
    if (ztrunk_allow_new(ctx, &opts, entries, count, NULL, &allow) == ZTRUNK_OK)
        check_ends(allow, meant, count);
    ztrunk_allow_free(allow);
    ztrunk_ctx_free(ctx);
    return 0;
}
