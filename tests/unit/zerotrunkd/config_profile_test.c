/* What a trunk has from its cloud's profile, what it may say otherwise, and what it is told. */
#include "config.h"

#include <string.h>
#include <unistd.h>
#include "unit.h"

/* %s: the profile, and what else stands in the trunk, its cloud and its peer. */
static const char form[] = "node: {fqdn: sbc.example.com}\n"
                           "identity: {certificate: /etc/zt/chain.pem, key: /etc/zt/key.pem}\n"
                           "trunks:\n"
                           "  - name: one\n"
                           "%s"
                           "    cloud:\n"
                           "      profile: %s\n"
                           "      listen: \"203.0.113.10:5061\"\n"
                           "      media_ports: 20000-21999\n"
                           "%s"
                           "      peer:\n"
                           "        host: cloud.example.net\n"
                           "        trust: /etc/zt/ca.pem\n"
                           "%s"
                           "    inside: {transport: udp, listen: \"10.0.0.1:5060\", media: rtp,\n"
                           "      media_ports: 22000-23999, peer: \"10.0.0.2:5060\"}\n";

enum { PROFILE_LINE = 6 }; /* also where the mapping begins that is the cloud */

static const char ours[] = "      signalling_prefixes: [198.51.100.0/28]\n";

/* A profile of a cloud that is nobody's. */
static const char whole[] =
    "name: test\n"
    "signalling_prefixes:\n"
    "  value: [192.0.2.0/28, \"2001:db8::/64\"]\n"
    "  source: https://example.com/signalling\n"
    "  read: 2026-03-01\n"
    "media_prefixes:\n"
    "  value: 192.0.2.128/25\n"
    "  source: https://example.com/media\n"
    "  read: 2026-02-01\n"
    "peer:\n"
    "  port: {value: 5062, source: \"https://example.com\", read: 2026-03-01}\n"
    "  identity:\n"
    "    value: server-only\n"
    "    source: https://example.com/identity\n"
    "    read: 2026-03-01\n"
    "    unverified: true\n"
    "  former_media_ports:\n"
    "    value: 16384-32768\n"
    "    source: https://example.com/media\n"
    "    read: 2026-03-01\n"
    "options_seconds:\n"
    "  value: 0\n"
    "  source: https://example.com/options\n"
    "  read: 2026-03-01\n"
    "  unverified: true\n"
    "limits:\n"
    "  call_rate: {value: 8, source: \"https://example.com\", read: 2026-03-01}\n"
    "codecs:\n"
    "  value: [PCMA]\n"
    "  source: https://example.com/codecs\n"
    "  read: 2026-03-01\n";

enum { OLDEST_S = 1769904000 }; /* 2026-02-01T00:00:00Z, by date -u -d 2026-02-01 +%s */

static struct config_report report;
static char profile_file[64];

static void write_profile(const char *text)
{
    FILE *file;

    if (profile_file[0] == 0) {
        int fd;

        snprintf(profile_file, sizeof profile_file, "/tmp/zt-profile-XXXXXX");
        fd = mkstemp(profile_file);
        ck_assert_int_ge(fd, 0);
        close(fd);
    }
    file = fopen(profile_file, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static struct config *parse(const char *name, const char *trunk, const char *cloud,
                            const char *peer)
{
    static char text[16384];
    int len = snprintf(text, sizeof text, form, trunk, name, cloud, peer);

    memset(&report, 0, sizeof report);
    return config_parse(text, (size_t)len, &report);
}

/* The whole profile with one place changed. */
static struct config *parse_with(const char *from, const char *to)
{
    char text[sizeof whole + 4096];
    const char *at = strstr(whole, from);
    struct config *config;

    ck_assert_msg(at != NULL, "%s", from);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
    write_profile(text);
    config = parse(profile_file, "", "", "");
    unlink(profile_file);
    return config;
}

static struct config *parse_whole(const char *trunk, const char *cloud, const char *peer)
{
    struct config *config;

    write_profile(whole);
    config = parse(profile_file, trunk, cloud, peer);
    ck_assert_msg(config != NULL, "%u: %s", report.errors[0].line, report.errors[0].text);
    unlink(profile_file);
    return config;
}

static uint32_t is_noted(const struct config *config, const char *what)
{
    for (uint32_t i = 0; i < config->notes.count; i++)
        if (strstr(config->notes.errors[i].text, what) != NULL) return 1;
    return 0;
}

START_TEST(a_name_leads_to_no_file_but_a_profile)
{
    static const char *const names[] = {"nobody",  "strict",   "..",          ".",
                                        "GENESYS", "gen esys", "\"\"",        "\"a\\0b\"",
                                        "[a]",     "{a: b}",   "genesys.yaml"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ck_assert_msg(parse(names[i], "", ours, "") == NULL, "%s", names[i]);
        ck_assert_uint_eq(report.errors[0].line, PROFILE_LINE);
        ck_assert_msg(strstr(report.errors[0].text, "trunks[0].cloud.profile") != NULL &&
                          strstr(report.errors[0].text, "genesys, teams, twilio, or") != NULL,
                      "%s: %s", names[i], report.errors[0].text);
    }
    ck_assert_ptr_null(parse("../no/such/file.yaml", "", ours, ""));
    ck_assert_ptr_null(parse("/", "", ours, ""));
    ck_assert_ptr_null(parse("/dev/zero", "", ours, ""));
}
END_TEST

START_TEST(what_is_wrong_in_a_profile_is_told_with_its_place_there)
{
    static const struct {
        const char *from, *to, *told;
    } rows[] = {
        {"read: 2026-03-01\n", "read: yesterday\n",
         ":5: signalling_prefixes.read: \"yesterday\": the day on which the source was read"},
        {"read: 2026-03-01\n", "read: 2026-02-29\n", "\"2026-02-29\""},
        {"read: 2026-03-01\n", "read: 2026-04-31\n", "\"2026-04-31\""},
        {"read: 2026-03-01\n", "read: 2026-13-01\n", "\"2026-13-01\""},
        {"read: 2026-03-01\n", "read: 2026-12-32\n", "\"2026-12-32\""},
        {"read: 2026-03-01\n", "read: 2026-00-10\n", "\"2026-00-10\""},
        {"read: 2026-03-01\n", "read: 2026-03-00\n", "\"2026-03-00\""},
        {"read: 2026-03-01\n", "read: 1999-03-01\n", "\"1999-03-01\""},
        {"read: 2026-03-01\n", "read: 2026-03-011\n", "\"2026-03-011\""},
        {"read: 2026-03-01\n", "read: 2026-3-1\n", "\"2026-3-1\""},
        {"  read: 2026-02-01\n", "", ":7: media_prefixes.read: this key is missing"},
        {"  source: https://example.com/media\n", "",
         ":7: media_prefixes.source: this key is missing"},
        {"https://example.com/media", "hearsay",
         "media_prefixes.source: \"hearsay\": where it was"},
        {"https://example.com/media", "\"https://example.com/\\e[2J\"", "\\x1b[2J"},
        {"  value: 192.0.2.128/25\n", "", "media_prefixes.value: this key is missing"},
        {"192.0.2.128/25", "192.0.2.1/25", ":7: media_prefixes.value: \"192.0.2.1/25\": prefixes"},
        {"value: 5062", "value: 0", "peer.port.value: \"0\": a port from 1 to 65535"},
        {"server-only", "anybody", "peer.identity.value: \"anybody\": one of mutual,"},
        {"16384-32768", "16384", "peer.former_media_ports.value: \"16384\""},
        {"16384-32768", "16384-65536", "peer.former_media_ports.value"},
        {"16384-32768", "2-1", "peer.former_media_ports.value"},
        {"name: test\n", "", "name: this key is missing"},
        {"name: test\n", "name: test\nlisten: 1\n", "no such key here; there are name, peer,"},
        {"media_prefixes:\n", "media_prefixes:\n  valeu: 1\n",
         "no such key here; there are value,"},
        {"name: test\n", "name: test\ncodecs: opus\n", "a section of keys is wanted here"},
        {"  unverified: true", "  unverified: perhaps", "true or false"},
        {whole, "", "the file is empty"},
        {whole, "]", ":1: YAML"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *told = report.errors[0].text;

        ck_assert_msg(parse_with(rows[i].from, rows[i].to) == NULL, "taken: %s", rows[i].to);
        ck_assert_uint_eq(report.errors[0].line, PROFILE_LINE);
        ck_assert_msg(strstr(told, rows[i].told) != NULL && strstr(told, profile_file) != NULL,
                      "%s: %s", rows[i].told, told);
    }
}
END_TEST

START_TEST(prefixes_that_neither_knows_are_asked_for)
{
    ck_assert_ptr_null(parse("genesys", "", "", ""));
    ck_assert_uint_eq(report.count, 1);
    ck_assert_uint_eq(report.errors[0].line, PROFILE_LINE);
    ck_assert_msg(strstr(report.errors[0].text,
                         "trunks[0].cloud.signalling_prefixes: this key is "
                         "missing, and the profile does not know it") != NULL,
                  "%s", report.errors[0].text);
}
END_TEST

START_TEST(what_a_trunk_leaves_out_its_profile_says)
{
    struct config *config = parse_whole("", "", "");
    const struct config_trunk *trunk = &config->trunks[0];
    const struct config_side *cloud = &trunk->side[CLOUD];

    ck_assert_uint_eq(cloud->signalling.count, 2);
    ck_assert_uint_eq(cloud->media_from.count, 1);
    ck_assert_uint_eq(cloud->media_from.items[0].bits, 25);
    ck_assert_uint_eq(cloud->peer.host.port, 5062);
    ck_assert_uint_eq(cloud->peer.identity, ZTRUNK_TLS_SERVER_ONLY);
    ck_assert_uint_eq(cloud->options_seconds, 0);
    ck_assert_uint_eq(cloud->limits.call_rate, 8);
    ck_assert_uint_eq(trunk->codecs.count, 1);
    ck_assert_str_eq(trunk->codecs.items[0], "PCMA");
    ck_assert_uint_eq(trunk->side[INSIDE].limits.call_rate, 0);
    config_free(config);
}
END_TEST

START_TEST(what_a_trunk_says_stands_before_its_profile)
{
    struct config *config = parse_whole("    codecs: [opus, PCMU]\n",
                                        "      signalling_prefixes: [198.51.100.0/28]\n"
                                        "      media_prefixes: []\n"
                                        "      options_seconds: 17\n"
                                        "      limits: {call_rate: 0, calls: 5}\n",
                                        "        identity: mutual\n");
    const struct config_side *cloud = &config->trunks[0].side[CLOUD];

    ck_assert_uint_eq(cloud->signalling.count, 1);
    ck_assert_uint_eq(cloud->signalling.items[0].bits, 28);
    ck_assert_uint_eq(cloud->media_from.count, 0);
    ck_assert_uint_eq(cloud->options_seconds, 17);
    ck_assert_uint_eq(cloud->limits.call_rate, 0);
    ck_assert_uint_eq(cloud->limits.calls, 5);
    ck_assert_uint_eq(cloud->peer.identity, ZTRUNK_TLS_MUTUAL);
    ck_assert_str_eq(config->trunks[0].codecs.items[0], "opus");
    ck_assert_uint_eq(config->trunks[0].codecs.count, 2);
    config_free(config);
}
END_TEST

START_TEST(a_profile_is_old_after_180_days)
{
    static const struct {
        int64_t days;
        uint32_t is_noted;
        const char *what;
    } rows[] = {{0, 0, "days ago"},
                {180, 0, "days ago"},
                {181, 1, "read 181 days ago"},
                {-1, 0, "in the future"},
                {-2, 1, "in the future"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config *config = parse_whole("", "", "");

        config_check_profiles(config, OLDEST_S + rows[i].days * 86400);
        ck_assert_msg(is_noted(config, rows[i].what) == rows[i].is_noted, "%d", (int)rows[i].days);
        config_free(config);
    }
}
END_TEST

START_TEST(unverified_values_are_named_unless_the_trunk_has_its_own)
{
    struct config *config = parse_whole("", "", "");

    config_check_profiles(config, OLDEST_S);
    ck_assert(is_noted(config, "warning: trunk one: cloud.profile: \"test\": no primary source "
                               "confirms peer.identity, options_seconds;"));
    ck_assert_uint_eq(config->notes.errors[0].line, PROFILE_LINE);
    config_free(config);
    config = parse_whole("", "", "        identity: server-only\n");
    config_check_profiles(config, OLDEST_S);
    ck_assert(is_noted(config, "confirms options_seconds;"));
    config_free(config);
    config = parse_whole("", "      options_seconds: 30\n", "        identity: server-only\n");
    config_check_profiles(config, OLDEST_S);
    ck_assert_uint_eq(config->notes.count, 0);
    config_free(config);
}
END_TEST

START_TEST(a_range_that_the_cloud_has_left_is_noted)
{
    static const struct {
        const char *peer;
        uint32_t is_noted;
    } rows[] = {{"        media_ports: 16384-32768\n", 1},
                {"        media_ports: 16384-32767\n", 1},
                {"        media_ports: [16384-16385, 20000-30000]\n", 1},
                {"        media_ports: 16384-32769\n", 0},
                {"        media_ports: [16384-32768, 32769-65535]\n", 0},
                {"        media_ports: 1-65535\n", 0},
                {"", 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config *config = parse_whole("", "", rows[i].peer);

        config_check_profiles(config, OLDEST_S);
        ck_assert_msg(is_noted(config, "cloud.peer.media_ports: the cloud has given up") ==
                          rows[i].is_noted,
                      "%s", rows[i].peer);
        config_free(config);
    }
}
END_TEST

START_TEST(the_profiles_that_are_installed_are_taken)
{
    static const char *const names[] = {"genesys", "teams", "twilio"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct config *config = parse(names[i], "", ours, "");

        ck_assert_msg(config != NULL, "%s: %s", names[i], report.errors[0].text);
        ck_assert_str_eq(config->trunks[0].profile.name, names[i]);
        ck_assert_int_ne(config->trunks[0].profile.oldest_day, INT32_MAX);
        ck_assert_uint_gt(config->trunks[0].side[CLOUD].media_from.count, 0);
        config_free(config);
    }
}
END_TEST

/* What its pages say: TLS 1.2 of one side, 5061, 40 calls in 5 s, UDP 16384-65535 of four networks.
 */
START_TEST(genesys_is_what_genesys_says)
{
    struct config *config = parse("genesys", "", ours, "");
    const struct config_side *cloud;

    ck_assert_msg(config != NULL, "%s", report.errors[0].text);
    cloud = &config->trunks[0].side[CLOUD];
    ck_assert_uint_eq(cloud->tls_profile, ZTRUNK_TLS_PROFILE_GENESYS);
    ck_assert_uint_eq(cloud->peer.identity, ZTRUNK_TLS_SERVER_ONLY);
    ck_assert_uint_eq(cloud->peer.host.port, 5061);
    ck_assert_uint_eq(cloud->media_from.count, 4);
    ck_assert_uint_eq(cloud->limits.call_rate * 5, 40);
    ck_assert_uint_eq(cloud->limits.call_burst, 40);
    ck_assert_uint_eq(cloud->peer.media_ports.count, 1);
    ck_assert_uint_eq(cloud->peer.media_ports.items[0].first, 16384);
    ck_assert_uint_eq(cloud->peer.media_ports.items[0].last, 65535);
    config_free(config);
}
END_TEST

UNIT_MAIN("zerotrunkd/config_profile", a_name_leads_to_no_file_but_a_profile,
          what_is_wrong_in_a_profile_is_told_with_its_place_there,
          prefixes_that_neither_knows_are_asked_for, what_a_trunk_leaves_out_its_profile_says,
          what_a_trunk_says_stands_before_its_profile, a_profile_is_old_after_180_days,
          unverified_values_are_named_unless_the_trunk_has_its_own,
          a_range_that_the_cloud_has_left_is_noted, the_profiles_that_are_installed_are_taken,
          genesys_is_what_genesys_says)
