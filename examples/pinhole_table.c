/* pinhole_table.c - one engine linked into a program that has a media path already: the table
 * says which datagram may be looked at. Run: pinhole_table; it prints each verdict. */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/pinhole.h>

static ztrunk_addr addr(const char *text)
{
    ztrunk_addr a = {0};

    if (ztrunk_addr_parse(text, strlen(text), &a) != ZTRUNK_OK) printf("bad address %s\n", text);
    return a;
}

static void packet(ztrunk_pinholes *table, const char *from_text, const char *to_text,
                   uint32_t authentic)
{
    ztrunk_addr from = addr(from_text);
    ztrunk_addr to = addr(to_text);
    uint64_t id = 0;
    int32_t err = ztrunk_pinholes_check(table, &from, &to, &id);

    printf("%-20s -> %s: %s\n", from_text, to_text,
           err == ZTRUNK_OK ? "look" : ztrunk_strerror(err));
    /* Here a program calls ztrunk_srtp_open; only its success may move the latch. */
    if (err == ZTRUNK_OK && authentic) (void)ztrunk_pinholes_touch(table, 1, id, &from);
}

static int32_t one_call(ztrunk_pinholes *table)
{
    ztrunk_pinhole_spec spec = {.size = sizeof spec, .dialog_id = 1, .prefix_count = 1};
    ztrunk_addr answered = addr("198.51.100.7:4000");
    uint64_t hole = 0;
    int32_t err;

    spec.local = addr("192.0.2.1:20000");
    err = ztrunk_prefix_parse("198.51.100.0/24", 15, &spec.prefixes[0]);
    if (err == ZTRUNK_OK) err = ztrunk_pinholes_open(table, 0, &spec, &hole);
    if (err == ZTRUNK_OK) err = ztrunk_pinholes_answered(table, 0, hole, &answered);
    if (err != ZTRUNK_OK) return err;
    packet(table, "203.0.113.66:666", "192.0.2.1:20000", 0);
    packet(table, "198.51.100.9:5000", "192.0.2.1:20000", 0);
    packet(table, "198.51.100.7:4000", "192.0.2.1:20000", 1);
    packet(table, "198.51.100.9:5000", "192.0.2.1:20000", 1);
    err = ztrunk_pinholes_close_dialog(table, 2, 1, NULL);
    packet(table, "198.51.100.7:4000", "192.0.2.1:20000", 1);
    return err;
}

int main(void)
{
    ztrunk_ctx *ctx = NULL;
    ztrunk_pinholes *table = NULL;
    int32_t err = ztrunk_ctx_new(&ctx);

    if (err == ZTRUNK_OK) err = ztrunk_pinholes_new(ctx, NULL, &table);
    if (err == ZTRUNK_OK) err = one_call(table);
    if (err != ZTRUNK_OK) printf("%s\n", ztrunk_strerror(err));
    ztrunk_pinholes_free(table);
    ztrunk_ctx_free(ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
