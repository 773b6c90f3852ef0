/* Cloud profiles: what is known of a cloud, each value with its source and the day it was read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config_schema.h"
#include "slurp.h"

enum { MAX_FILE = 65536, DAY = 86400, OLD_DAYS = 180 };

#define WANT_PROFILE                                                                               \
    "genesys, teams, twilio, or the name of a file with a slash in it (versions and suites of "    \
    "TLS are chosen by tls_profile)"

struct profile_reader {
    struct schema_reader r; /* of the profile; first, as the readers below are handed it */
    struct schema_reader *file;
    const yaml_node_t *node; /* the trunk, in file */
    struct config_trunk *trunk;
    struct config_report report;
    int32_t day; /* of the value that is being read */
    uint32_t is_unverified;
};

/* RFC 3986 leaves no room for spaces, controls or quotes in what a browser is to open. */
static void read_source(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    const char *text = schema_text(r, node, key->want);
    const char *p = text;

    (void)field;
    if (text == NULL) return;
    while (*p > ' ' && *p < 0x7f && *p != '"') p++;
    if (*p != 0 || strncmp(text, "https://", 8) != 0 || strlen(text) < 12)
        schema_complain(r, node, key->want);
}

/* Days from 1970-01-01 to a day of the Gregorian calendar; years begin in March, so that the day
 * of a leap year comes last. */
static int32_t days_of(int32_t year, int32_t month, int32_t day)
{
    int32_t y = month > 2 ? year : year - 1;
    int32_t in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

    return y * 365 + y / 4 - y / 100 + y / 400 + in_year - 719468;
}

static int32_t digits(const char *text, size_t count)
{
    int32_t value = 0;

    for (size_t i = 0; i < count; i++) value = value * 10 + (text[i] - '0');
    return value;
}

/* YYYY-MM-DD of the years from 2000. -1: it is none. */
static int parse_day(const char *text, int32_t *day)
{
    static const char form[] = "0000-00-00";
    int32_t month, in_month;

    for (size_t i = 0; i < sizeof form; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return -1;
    month = digits(text + 5, 2);
    in_month = digits(text + 8, 2);
    if (digits(text, 4) < 2000 || month < 1 || month > 12 || in_month < 1) return -1;
    *day = days_of(digits(text, 4), month, in_month);
    /* The 31st of a month of 30 days is the first of the next. */
    if (in_month > 28 && *day >= days_of(digits(text, 4) + month / 12, month % 12 + 1, 1))
        return -1;
    return 0;
}

static void read_day(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                     void *field)
{
    struct profile_reader *p = (struct profile_reader *)r;
    const char *text = schema_text(r, node, key->want);

    (void)field;
    if (text != NULL && parse_day(text, &p->day) != 0) schema_complain(r, node, key->want);
}

static void read_unverified(struct schema_reader *r, yaml_node_t *node,
                            const struct schema_key *key, void *field)
{
    struct profile_reader *p = (struct profile_reader *)r;

    (void)field;
    schema_read_flag(r, node, key, &p->is_unverified);
}

static const struct schema_key fact_keys[] = {
    {.name = "source",
     .read = read_source,
     .is_required = 1,
     .want = "where it was read: an address that begins with https://"},
    {.name = "read",
     .read = read_day,
     .is_required = 1,
     .want = "the day on which the source was read, such as 2026-11-23"},
    {.name = "unverified", .read = read_unverified}};

enum { FACT_KEYS = sizeof fact_keys / sizeof fact_keys[0] };

/* 1: the trunk itself says what the profile has at this path. */
static uint32_t is_said(const struct profile_reader *p)
{
    const yaml_node_t *node = p->node;
    const char *at = p->r.path;
    char name[64];
    size_t len;

    if (strcmp(at, "codecs") != 0) node = schema_child(p->file, node, "cloud");
    for (; node != NULL; at += len + 1) {
        len = strcspn(at, ".");
        snprintf(name, sizeof name, "%.*s", (int)len, at);
        node = schema_child(p->file, node, name);
        if (at[len] == 0) break;
    }
    return node != NULL;
}

/* A value is read as the trunk's own key of that name would be; key->keys is where that stands. */
static void read_fact(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      void *field)
{
    struct profile_reader *p = (struct profile_reader *)r;
    struct config_profile *profile = &p->trunk->profile;
    const struct schema_key *own = schema_key_of(key->keys, key->name);
    struct schema_key keys[FACT_KEYS + 2] = {[0] = *own};
    size_t used = strlen(profile->unverified);

    keys[0].name = "value";
    keys[0].is_required = 1;
    memcpy(keys + 1, fact_keys, sizeof fact_keys);
    p->day = INT32_MAX;
    p->is_unverified = 0;
    schema_section(r, node, keys, field);
    if (p->day < profile->oldest_day) profile->oldest_day = p->day;
    if (!p->is_unverified || is_said(p)) return;
    snprintf(profile->unverified + used, sizeof profile->unverified - used, "%s%s",
             used > 0 ? ", " : "", r->path);
}

static const struct schema_key own_keys[] = {
    {KEY("port", schema_read_number, config_peer, port), .min = 1, .max = 65535, .want = "a port"},
    {KEY("former_media_ports", schema_read_ranges, config_peer, former_media_ports),
     .want = "at most 4 ranges of ports, such as 16384-32768"},
    END};

#define FACT(key, table)                                                                           \
    {                                                                                              \
        .name = (key), .read = read_fact, .keys = (table)                                          \
    }
#define CLOUD_FACT(key)                                                                            \
    {                                                                                              \
        KEY(key, read_fact, config_trunk, side[CLOUD]), .keys = cloud_keys                         \
    }

static const struct schema_key peer_facts[] = {FACT("port", own_keys), FACT("identity", peer_keys),
                                               FACT("media_ports", peer_keys),
                                               FACT("former_media_ports", own_keys), END};
static const struct schema_key limit_facts[] = {FACT("call_rate", limits_keys),
                                                FACT("call_burst", limits_keys), END};
static const struct schema_key profile_keys[] = {
    {KEY("name", schema_read_string, config_trunk, profile.name), .is_required = 1, .max = 64,
     .want = "the profile's name: letters, digits, dots, hyphens and underscores"},
    {KEY("peer", schema_read_section, config_trunk, side[CLOUD].peer), .keys = peer_facts},
    {KEY("limits", schema_read_section, config_trunk, side[CLOUD].limits), .keys = limit_facts},
    CLOUD_FACT("signalling_prefixes"),
    CLOUD_FACT("media_prefixes"),
    CLOUD_FACT("tls_profile"),
    CLOUD_FACT("suites"),
    CLOUD_FACT("options_seconds"),
    FACT("codecs", trunk_keys),
    END};

static void read_root(struct profile_reader *p)
{
    yaml_node_t *root = yaml_document_get_root_node(&p->r.document);

    if (root == NULL)
        config_complain(&p->report, 0, "", NULL, "the file is empty");
    else
        schema_section(&p->r, root, profile_keys, p->trunk);
    yaml_document_delete(&p->r.document);
}

/* Everything that is wrong there is told at the key that names the profile. */
static void read_file(struct profile_reader *p, const yaml_node_t *node, const char *file)
{
    const char *why = NULL;
    char want[CONFIG_PATH + sizeof p->report.errors[0].text + 64];
    size_t len = 0;
    uint8_t *text = slurp(file, MAX_FILE, &len, &why);

    if (text == NULL) {
        snprintf(want, sizeof want, "%s: %s; wanted is " WANT_PROFILE, file, why);
        schema_complain(p->file, node, want);
        return;
    }
    if (schema_load(&p->r, (const char *)text, len) == 0) read_root(p);
    slurp_burn(text, MAX_FILE);
    for (uint32_t i = 0; i < p->report.count; i++) {
        snprintf(want, sizeof want, "%s:%u: %s", file, p->report.errors[i].line,
                 p->report.errors[i].text);
        schema_complain(p->file, node, want);
    }
}

/* A name is one file of ours; a slash makes it a file of the user's. -1: it is neither. */
static int file_of(const char *name, char file[CONFIG_PATH])
{
    static const char known[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    int len;

    if (strchr(name, '/') != NULL)
        len = snprintf(file, CONFIG_PATH, "%s", name);
    else if (*name != 0 && name[strspn(name, known)] == 0)
        len = snprintf(file, CONFIG_PATH, "%s/%s.yaml", ZEROTRUNKD_PROFILES, name);
    else
        return -1;
    return len < CONFIG_PATH ? 0 : -1;
}

static void preset(struct schema_reader *r, const yaml_node_t *node, yaml_node_t *name,
                   struct config_trunk *trunk)
{
    const char *text = schema_text(r, name, WANT_PROFILE);
    struct profile_reader *p;
    char file[CONFIG_PATH];

    if (text == NULL) return;
    if (file_of(text, file) != 0) {
        schema_complain(r, name, WANT_PROFILE);
        return;
    }
    p = calloc(1, sizeof *p);
    if (p == NULL) {
        schema_complain(r, name, "out of memory");
        return;
    }
    p->r.report = &p->report;
    p->file = r;
    p->node = node;
    p->trunk = trunk;
    trunk->profile.line = (uint32_t)name->start_mark.line + 1;
    trunk->profile.oldest_day = INT32_MAX;
    read_file(p, name, file);
    free(p);
}

void schema_preset_profile(struct schema_reader *r, const yaml_node_t *node,
                           struct config_trunk *trunk)
{
    yaml_node_t *name = schema_child(r, schema_child(r, node, "cloud"), "profile");
    size_t len = strlen(r->path);

    if (name == NULL) return;
    snprintf(r->path + len, sizeof r->path - len, ".cloud.profile");
    preset(r, node, name, trunk);
    r->path[len] = 0;
}

/* By then schema_preset_profile has read it. */
void schema_read_profile(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                         void *field)
{
    (void)r;
    (void)node;
    (void)key;
    (void)field;
}

static void note(struct config *config, const struct config_trunk *trunk, const char *key,
                 const char *value, const char *want)
{
    char path[160];

    snprintf(path, sizeof path, "warning: trunk %s: cloud.%s", trunk->name, key);
    config_complain(&config->notes, trunk->profile.line, path, value, want);
}

static void check_age(struct config *config, const struct config_trunk *trunk, int64_t wall_s)
{
    int64_t age = wall_s / DAY - trunk->profile.oldest_day;
    char want[160];

    if (trunk->profile.oldest_day == INT32_MAX) return;
    if (age > OLD_DAYS)
        snprintf(want, sizeof want,
                 "it has values that were read %lld days ago; look whether their sources still say "
                 "so, or install a newer profile",
                 (long long)age);
    else if (age < -1)
        snprintf(want, sizeof want,
                 "it has values that were read in the future; look at the clock");
    else
        return;
    note(config, trunk, "profile", trunk->profile.name, want);
}

/* 1: all of it lies in ranges that the cloud has given up. */
static uint32_t is_former(const struct config_ranges *set, const struct config_ranges *former)
{
    uint32_t inside = 0;

    for (uint32_t i = 0; i < set->count; i++)
        for (uint32_t j = 0; j < former->count; j++)
            if (set->items[i].first >= former->items[j].first &&
                set->items[i].last <= former->items[j].last) {
                inside++;
                break;
            }
    return set->count > 0 && inside == set->count;
}

void config_check_profiles(struct config *config, int64_t wall_s)
{
    for (uint32_t i = 0; i < config->trunk_count; i++) {
        const struct config_trunk *trunk = &config->trunks[i];
        const struct config_peer *peer = &trunk->side[CLOUD].peer;
        char want[CONFIG_HOST + 96];

        if (trunk->profile.line == 0) continue;
        check_age(config, trunk, wall_s);
        if (is_former(&peer->media_ports, &peer->former_media_ports))
            note(config, trunk, "peer.media_ports", NULL,
                 "the cloud has given up this range for a larger one; leave the key out, and open "
                 "the range of the profile where a firewall stands in front");
        if (trunk->profile.unverified[0] == 0) continue;
        snprintf(want, sizeof want, "no primary source confirms %s; set them, or ask the cloud",
                 trunk->profile.unverified);
        note(config, trunk, "profile", trunk->profile.name, want);
    }
}
