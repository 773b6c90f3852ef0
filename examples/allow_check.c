/* allow_check.c - tells which of a list of prefixes an address falls into:
 *
 *     allow_check 52.129.96.0/20 '!52.129.97.0/24' 2001:db8::/32 -- 52.129.96.1 52.129.97.1
 *
 * A "!" in front denies. The tag of an entry is its place on the command line. */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/allow.h>

enum { MAX = 64 };

static int read_entry(const char *text, uint32_t tag, ztrunk_allow_entry *entry)
{
    *entry = (ztrunk_allow_entry){.tag = tag, .is_denied = text[0] == '!'};
    text += entry->is_denied;
    if (ztrunk_prefix_parse(text, strlen(text), &entry->prefix) == ZTRUNK_OK) return 0;
    fprintf(stderr, "%s is no prefix\n", text);
    return -1;
}

static int look_up(const ztrunk_allow *allow, const char *text)
{
    ztrunk_addr addr;
    uint32_t tag = 0;

    if (ztrunk_addr_parse(text, strlen(text), &addr) != ZTRUNK_OK) {
        fprintf(stderr, "%s is no address\n", text);
        return 1;
    }
    if (ztrunk_allow_check(allow, &addr, &tag) == ZTRUNK_OK)
        printf("%s: allowed by entry %u\n", text, tag);
    else
        printf("%s: denied\n", text);
    return 0;
}

static int build(ztrunk_ctx *ctx, const ztrunk_allow_entry *entries, uint32_t count,
                 ztrunk_allow **out)
{
    ztrunk_allow_fault fault = {.size = sizeof fault};
    int32_t err = ztrunk_allow_new(ctx, NULL, entries, count, &fault, out);

    if (err == ZTRUNK_E_INVALID)
        fprintf(stderr, "entry %u: %s\n", fault.entry + 1, ztrunk_allow_fault_text(fault.reason));
    else if (err != ZTRUNK_OK)
        fprintf(stderr, "%s\n", ztrunk_strerror(err));
    return err == ZTRUNK_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    ztrunk_allow_entry entries[MAX];
    ztrunk_allow *allow = NULL;
    ztrunk_ctx *ctx = NULL;
    uint32_t count = 0;
    int i = 1, code = 1;

    for (; i < argc && strcmp(argv[i], "--") != 0; i++, count++)
        if (count == MAX || read_entry(argv[i], count + 1, &entries[count]) != 0) return 2;
    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return 1;
    if (build(ctx, entries, count, &allow) == 0)
        for (code = 0, i++; i < argc; i++) code |= look_up(allow, argv[i]);
    ztrunk_allow_free(allow);
    ztrunk_ctx_free(ctx);
    return code;
}
