/* zerotrunkd - a back-to-back user agent between a cloud (TLS, SRTP) and an inside network. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <zerotrunk/rt.h>
#include "config.h"
#include "daemon.h"
#include "firewall.h"
#include "wait.h"

enum { EXIT_USAGE = 2, EXIT_CONFIG = 3 };

struct options {
    const char *file;
    int is_check;
    struct firewall_options firewall;
};

static void usage(FILE *stream)
{
    fputs("usage: zerotrunkd [--check] -c FILE\n"
          "       zerotrunkd --firewall=aws|terraform|nft|nft-bridge [--dns=ADDRESS]... -c FILE\n"
          "       zerotrunkd --firewall=live -c FILE\n"
          "       zerotrunkd --version | --help\n",
          stream);
}

static void say_version(void)
{
    uint32_t version = ztrunk_version();

    printf("zerotrunkd %u.%u.%u\n", version >> 16 & 0xff, version >> 8 & 0xff, version & 0xff);
}

/* -1: go on; else the exit code. */
static int read_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {{"config", required_argument, NULL, 'c'},
                                          {"check", no_argument, NULL, 'k'},
                                          {"firewall", required_argument, NULL, 'f'},
                                          {"dns", required_argument, NULL, 'd'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"version", no_argument, NULL, 'V'},
                                          {NULL, 0, NULL, 0}};
    int c;

    while ((c = getopt_long(argc, argv, "c:khV", known, NULL)) != -1) {
        if (c == 'c') options->file = optarg;
        if (c == 'k') options->is_check = 1;
        if (c == 'f') options->firewall.form = optarg;
        if (c == 'd') firewall_add_dns(&options->firewall, optarg);
        if (c == 'h') usage(stdout);
        if (c == 'V') say_version();
        if (c == 'h' || c == 'V') return EXIT_SUCCESS;
        if (c == '?') return EXIT_USAGE;
    }
    if (options->file != NULL && optind == argc && !firewall_is_wrong(&options->firewall))
        return -1;
    usage(stderr);
    return EXIT_USAGE;
}

/* Keys live in this process: no core file and no ptrace by its own user may show them. */
static void harden(void)
{
    const struct rlimit none = {0, 0};
    struct rlimit files;

    setrlimit(RLIMIT_CORE, &none);
    /* A log that nobody reads, or that may not grow, is no reason to end calls. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

static struct config *load(ztrunk_ctx *ctx, const char *file)
{
    struct config_report *report = calloc(1, sizeof *report);
    struct config *config = NULL;

    if (report == NULL) return NULL;
    config = config_load(ctx, file, ztrunk_rt_wall_s(), report);
    config_print(report, file, stderr);
    free(report);
    return config;
}

/* Without it the daemon runs as well: strangers are then closed after the accept. */
static void start_priv(ztrunk_priv **priv)
{
    int32_t err = ztrunk_priv_start(NULL, priv);

    if (err == ZTRUNK_OK || err == ZTRUNK_E_DENIED) return;
    fprintf(stderr, "zerotrunkd: no privileged process: %s\n",
            err == ZTRUNK_E_SYSTEM ? strerror(errno) : ztrunk_strerror(err));
}

static int print_firewall(const struct options *options)
{
    ztrunk_ctx *ctx = NULL;
    int code = EXIT_FAILURE;

    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return code;
    code = firewall_run(ctx, options->file, &options->firewall);
    ztrunk_ctx_free(ctx);
    return code;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct config *config;
    ztrunk_priv *priv = NULL;
    ztrunk_ctx *ctx = NULL;
    int code = read_options(argc, argv, &options);

    if (code >= 0) return code;
    if (options.firewall.form != NULL) return print_firewall(&options);
    /* Before there is a key or a thread that it could inherit. */
    if (!options.is_check) start_priv(&priv);
    harden();
    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) {
        ztrunk_priv_free(priv);
        return EXIT_FAILURE;
    }
    if (!options.is_check && wait_for_identity(ctx, options.file) == WAIT_ENDED) {
        ztrunk_priv_free(priv);
        ztrunk_ctx_free(ctx);
        return EXIT_SUCCESS;
    }
    config = load(ctx, options.file);
    if (config == NULL) {
        ztrunk_priv_free(priv);
        code = EXIT_CONFIG;
    } else if (options.is_check) {
        config_print(&config->notes, options.file, stderr);
        printf("%s: good\n", options.file);
        config_free(config);
        code = EXIT_SUCCESS;
    } else {
        code = daemon_run(ctx, config, options.file, priv);
    }
    ztrunk_ctx_free(ctx);
    return code;
}
