/* What a peer's requests must have: what is wrong with it, what stands for what is not said, and
 * where the password comes from. */
#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zerotrunk/proof.h>
#include "unit.h"

static struct config_report report;
static ztrunk_ctx *ctx;

/* A file whose cloud's peer has these keys as well. */
static struct config *load(const char *keys)
{
    static char text[8192];
    struct config *config;
    int len = snprintf(text, sizeof text,
                       "node: {fqdn: sbc.example.com}\n"
                       "identity: {certificate: c, key: k}\n"
                       "trunks:\n"
                       "  - name: t\n"
                       "    cloud: {listen: \"203.0.113.10:5061\", media_ports: 20000-21999,\n"
                       "      signalling_prefixes: [], media_prefixes: [],\n"
                       "      peer: {host: cloud.example.net, trust: ca, %s}}\n"
                       "    inside: {transport: udp, listen: \"10.0.0.1:5060\",\n"
                       "      peer: \"10.0.0.2:5060\", media_ports: 22000-23999, media: rtp}\n",
                       keys);

    memset(&report, 0, sizeof report);
    config = config_parse(text, (size_t)len, &report);
    if (config != NULL) config_check_facts(config, &report);
    return config;
}

static const struct config_peer *peer_of(const struct config *config)
{
    return &config->trunks[0].side[CLOUD].peer;
}

static void set_up(void)
{
    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
}

START_TEST(what_can_never_be_there_is_not_required)
{
    static const char *const rows[][2] = {
        {"require: [digest]", "digest needs a section digest"},
        {"require: [certificate], identity: server-only", "is not asked for a certificate"},
        {"require: [reverse_proof]", "reverse_proof is off"},
        {"require: [reverse_proof], identity: server-only, reverse_proof: \"off\"", "is off"},
        {"require: [header]", "header needs a rule"},
        {"require: [password]", "of source, certificate"},
        {"require_mode: maybe", "one of off, warn, enforce"},
        {"from_check: \"no\"", "one of off, warn, enforce"},
        {"digest: {user: u}", "digest.password_file: this key is missing"},
        {"digest: {password_file: f}", "digest.user: this key is missing"},
        {"digest: {user: u, password_file: f, algorithms: [SHA-1]}", "of SHA-512-256, SHA-256"},
        {"digest: {user: u, password: secret, password_file: f}", "no such key"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config *config = load(rows[i][0]);

        ck_assert_msg(report.count > 0, "%s was taken", rows[i][0]);
        ck_assert_msg(strstr(report.errors[0].text, rows[i][1]) != NULL, "%s: %s", rows[i][0],
                      report.errors[0].text);
        config_free(config);
    }
}
END_TEST

START_TEST(without_a_word_what_is_configured_is_required)
{
    const uint32_t least = ZTRUNK_FACT_SOURCE | ZTRUNK_FACT_REQUEST_URI;
    static const char digest[] = "digest: {user: u, password_file: f}";
    const struct {
        const char *keys;
        uint32_t require;
    } rows[] = {
        {"identity: mutual", least | ZTRUNK_FACT_CERTIFICATE},
        {"identity: server-only", least | ZTRUNK_FACT_REVERSE},
        {"identity: server-only, reverse_proof: warn", least},
        {"reverse_proof: enforce", least | ZTRUNK_FACT_CERTIFICATE | ZTRUNK_FACT_REVERSE},
        {digest, least | ZTRUNK_FACT_CERTIFICATE | ZTRUNK_FACT_DIGEST},
        {"require: [request_uri]", least},
        {"require: source", ZTRUNK_FACT_SOURCE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config *config = load(rows[i].keys);

        ck_assert_msg(report.count == 0, "%s: %s", rows[i].keys, report.errors[0].text);
        ck_assert_uint_eq(peer_of(config)->require, rows[i].require);
        ck_assert_uint_eq(peer_of(config)->require_mode, ZTRUNK_IDENTITY_ENFORCE);
        ck_assert_uint_eq(peer_of(config)->from_check, ZTRUNK_IDENTITY_ENFORCE);
        ck_assert_str_eq(peer_of(config)->digest.realm, "sbc.example.com");
        ck_assert_uint_eq(peer_of(config)->digest.algorithms, ZTRUNK_DIGEST_SHA_256);
        config_free(config);
    }
}
END_TEST

START_TEST(a_peer_that_nothing_proves_is_warned_of)
{
    static const char *const rows[] = {"identity: server-only, reverse_proof: \"off\"",
                                       "identity: server-only, reverse_proof: warn",
                                       "identity: server-only, require_mode: warn",
                                       "identity: server-only", "identity: mutual"};

    for (size_t i = 0; i < 5; i++) {
        struct config *config = load(rows[i]);

        ck_assert_uint_eq(report.count, 0);
        ck_assert_msg(config->notes.count == (i < 3), "%s: %u", rows[i], config->notes.count);
        config_free(config);
    }
}
END_TEST

/* Writes the file, and makes the realm from it. */
static int32_t make_of(const char *secret, mode_t mode, const char *algorithms)
{
    char file[] = "/tmp/zt-password-XXXXXX", keys[256];
    ztrunk_digest *digest = NULL;
    struct config *config;
    int fd = mkstemp(file);
    int32_t err;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, secret, strlen(secret)), (ssize_t)strlen(secret));
    ck_assert_int_eq(fchmod(fd, mode), 0);
    close(fd);
    snprintf(keys, sizeof keys, "digest: {user: cloud, password_file: %s, algorithms: [%s]}", file,
             algorithms);
    config = load(keys);
    ck_assert_ptr_nonnull(config);
    ck_assert_uint_eq(report.count, 0);
    err = config_make_digest(ctx, &config->trunks[0], &report, &digest);
    ck_assert_int_eq(err == ZTRUNK_OK, digest != NULL);
    ck_assert_int_eq(err == ZTRUNK_OK, report.count == 0);
    ztrunk_digest_free(digest);
    config_free(config);
    unlink(file);
    return err;
}

#define HEX32 "0123456789abcdef0123456789abcdef"

START_TEST(a_password_file_that_is_none_is_refused_and_not_shown)
{
    static const char *const bad[] = {"",
                                      "\n",
                                      "one\ntwo\n",
                                      "one\r\n",
                                      "SHA-256:" HEX32 "\n",
                                      "SHA-256:" HEX32 HEX32 "\nxyzzy\n",
                                      "SHA-256:\n",
                                      "MD5:" HEX32 "\n"};

    set_up();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(make_of(bad[i], 0600, "SHA-256") != ZTRUNK_OK, "%s was taken", bad[i]);
        ck_assert_ptr_null(strstr(report.errors[0].text, "xyzzy"));
        ck_assert_ptr_null(strstr(report.errors[0].text, HEX32));
    }
    ck_assert_int_eq(make_of("xyzzy\n", 0604, "SHA-256"), ZTRUNK_E_DENIED);
    ck_assert_ptr_nonnull(strstr(report.errors[0].text, "every user may read"));
    ck_assert_int_eq(make_of("xyzzy\n", 0640, "SHA-256"), ZTRUNK_OK);
    ck_assert_int_eq(make_of("xyzzy", 0640, "SHA-256"), ZTRUNK_OK);
    ck_assert_int_eq(make_of("SHA-256:" HEX32 HEX32 "\n", 0600, "SHA-256"), ZTRUNK_OK);
    ck_assert_int_eq(make_of("MD5:" HEX32 "\nSHA-256:" HEX32 HEX32 "\n", 0600, "SHA-256, MD5"),
                     ZTRUNK_OK);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("zerotrunkd/config_identity", what_can_never_be_there_is_not_required,
          without_a_word_what_is_configured_is_required, a_peer_that_nothing_proves_is_warned_of,
          a_password_file_that_is_none_is_refused_and_not_shown)
