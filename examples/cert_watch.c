/* cert_watch - how a trunk's certificate on disk compares with what a handshake has shown:
 * cert_watch FILE SHOWN.pem. SHOWN.pem is what the trunk's name showed, such as the output of
 * openssl s_client -showcerts. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <zerotrunk/watch.h>

#define PEM_MAX 65536
#define MINUTE  60

static int show(ztrunk_watch *w, uint64_t subject, uint32_t view, const char *file, int64_t wall_s)
{
    static uint8_t pem[PEM_MAX];
    FILE *in = fopen(file, "rb");
    size_t len;

    if (in == NULL) {
        perror(file);
        return -1;
    }
    len = fread(pem, 1, sizeof pem, in);
    fclose(in);
    if (ztrunk_watch_show(w, subject, view, 0, pem, len, wall_s) == ZTRUNK_OK) return 0;
    fprintf(stderr, "%s: no certificate\n", file);
    return -1;
}

/* What differs now is found a minute later: files are not replaced all at once. */
static int say(ztrunk_watch *w, int64_t wall_s)
{
    ztrunk_finding f = {.size = sizeof f};
    int found = 0;

    (void)ztrunk_watch_expire(w, wall_s + MINUTE);
    while (ztrunk_watch_next(w, &f) == ZTRUNK_OK) {
        printf("%s %" PRIu32, ztrunk_finding_name(f.kind), f.level);
        if (f.not_after_s != 0) printf(" at %" PRId64 ": %s", f.not_after_s, f.text);
        printf("\n");
        found = 1;
    }
    return found;
}

int main(int argc, char **argv)
{
    int64_t wall_s = (int64_t)time(NULL);
    ztrunk_ctx *ctx = NULL;
    ztrunk_watch *w = NULL;
    uint64_t own = 0;
    int code = 2;

    if (argc < 3) {
        fprintf(stderr, "usage: cert_watch FILE SHOWN.pem\n");
        return code;
    }
    if (ztrunk_ctx_new(&ctx) == ZTRUNK_OK && ztrunk_watch_new(ctx, NULL, &w) == ZTRUNK_OK &&
        ztrunk_watch_add(w, ZTRUNK_WATCH_OWN, argv[1], &own) == ZTRUNK_OK &&
        show(w, own, ZTRUNK_VIEW_LOADED, argv[1], wall_s) == 0 &&
        show(w, own, ZTRUNK_VIEW_WIRE, argv[2], wall_s) == 0)
        code = say(w, wall_s);
    if (code == 0) puts("nothing to say");
    ztrunk_watch_free(w);
    ztrunk_ctx_free(ctx);
    return code;
}
