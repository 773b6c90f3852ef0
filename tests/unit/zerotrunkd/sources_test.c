/* Who may talk to a listener, and whose it is. */
#include "sources.h"

#include <string.h>
#include "unit.h"

enum { DOOR = 71, OTHER_DOOR = 72, INSIDE_DOOR = 73 };

static struct config config;
static struct daemon daemon_state;
static struct trunk trunks[3];
static ztrunk_prefix prefixes[3][8];

/* Three trunks, of which the first two share a listener. */
static void set_up(void)
{
    static const char *const names[] = {"a", "b", "c"};

    memset(&config, 0, sizeof config);
    memset(trunks, 0, sizeof trunks);
    ck_assert_int_eq(ztrunk_ctx_new(&daemon_state.ctx), ZTRUNK_OK);
    daemon_state.trunks = trunks;
    daemon_state.trunk_count = config.trunk_count = 3;
    for (uint32_t i = 0; i < 3; i++) {
        snprintf(config.trunks[i].name, sizeof config.trunks[i].name, "%s", names[i]);
        config.trunks[i].side[CLOUD].signalling.items = prefixes[i];
        trunks[i].conf = &config.trunks[i];
        trunks[i].side[CLOUD].listener = i < 2 ? DOOR : OTHER_DOOR;
        trunks[i].side[INSIDE].listener = INSIDE_DOOR + i;
    }
}

static void clean_up(void)
{
    ztrunk_ctx_free(daemon_state.ctx);
}

static void add(uint32_t trunk, const char *text)
{
    struct config_prefixes *p = &config.trunks[trunk].side[CLOUD].signalling;

    ck_assert_int_eq(ztrunk_prefix_parse(text, strlen(text), &p->items[p->count++]), ZTRUNK_OK);
}

/* The trunk, or -1: nobody's. */
static int whose(const struct sources *sources, uint64_t listener, const char *text)
{
    uint32_t trunk = 99;
    ztrunk_addr addr;

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &addr), ZTRUNK_OK);
    return sources_admit(sources, listener, &addr, &trunk) ? (int)trunk : -1;
}

START_TEST(nobody_is_admitted_by_no_list_or_an_empty_one)
{
    struct sources *sources;

    set_up();
    ck_assert_int_eq(whose(NULL, DOOR, "198.51.100.1"), -1);
    sources = sources_new(&daemon_state, &config);
    ck_assert_ptr_nonnull(sources);
    ck_assert_int_eq(whose(sources, DOOR, "198.51.100.1"), -1);
    ck_assert_int_eq(whose(sources, INSIDE_DOOR, "198.51.100.1"), -1);
    ck_assert_int_eq(whose(sources, 4711, "198.51.100.1"), -1);
    sources_free(sources);
    clean_up();
}
END_TEST

START_TEST(a_prefix_opens_its_own_listener_alone)
{
    struct sources *sources;

    set_up();
    add(0, "198.51.100.0/24");
    add(2, "203.0.113.0/24");
    sources = sources_new(&daemon_state, &config);
    ck_assert_int_eq(whose(sources, OTHER_DOOR, "198.51.100.1"), -1);
    ck_assert_int_eq(whose(sources, DOOR, "203.0.113.1"), -1);
    ck_assert_int_eq(whose(sources, DOOR, "198.51.100.1"), 0);
    ck_assert_int_eq(whose(sources, DOOR, "::ffff:198.51.100.1"), 0);
    ck_assert_int_eq(whose(sources, OTHER_DOOR, "203.0.113.1"), 2);
    sources_free(sources);
    clean_up();
}
END_TEST

START_TEST(the_longest_prefix_tells_the_trunk)
{
    struct sources *sources;

    set_up();
    add(0, "198.51.100.0/24");
    add(1, "198.51.100.16/28");
    sources = sources_new(&daemon_state, &config);
    ck_assert_int_eq(whose(sources, DOOR, "198.51.100.15"), 0);
    ck_assert_int_eq(whose(sources, DOOR, "198.51.100.16"), 1);
    ck_assert_int_eq(whose(sources, DOOR, "198.51.100.31"), 1);
    ck_assert_int_eq(whose(sources, DOOR, "198.51.100.32"), 0);
    sources_free(sources);
    clean_up();
}
END_TEST

/* Two trunks that names tell apart; it takes either order, and a prefix given twice. */
START_TEST(a_shared_prefix_is_the_first_trunks)
{
    struct sources *sources;

    set_up();
    add(1, "198.51.100.0/24");
    add(0, "203.0.113.0/24");
    add(0, "198.51.100.0/24");
    add(0, "198.51.100.0/24");
    sources = sources_new(&daemon_state, &config);
    ck_assert_ptr_nonnull(sources);
    ck_assert_int_eq(whose(sources, DOOR, "198.51.100.9"), 0);
    sources_free(sources);
    clean_up();
}
END_TEST

/* A reload builds the next lists while the trunks still have their old configuration. */
START_TEST(the_lists_are_those_of_the_given_configuration)
{
    static struct config fresh;
    static ztrunk_prefix one;
    struct sources *sources;

    set_up();
    add(0, "198.51.100.0/24");
    fresh = config;
    fresh.trunks[0] = config.trunks[1];
    fresh.trunks[1] = config.trunks[0];
    ck_assert_int_eq(ztrunk_prefix_parse("203.0.113.7", 11, &one), ZTRUNK_OK);
    fresh.trunks[1].side[CLOUD].signalling = (struct config_prefixes){1, &one};
    sources = sources_new(&daemon_state, &fresh);
    ck_assert_int_eq(whose(sources, DOOR, "198.51.100.1"), -1);
    ck_assert_int_eq(whose(sources, DOOR, "203.0.113.7"), 0);
    sources_free(sources);
    clean_up();
}
END_TEST

START_TEST(everybody_is_admitted_where_that_is_meant)
{
    struct sources *sources;

    set_up();
    add(0, "0.0.0.0/0");
    config.trunks[0].side[CLOUD].any_source = 1;
    sources = sources_new(&daemon_state, &config);
    ck_assert_ptr_nonnull(sources);
    ck_assert_int_eq(whose(sources, DOOR, "192.0.2.1"), 0);
    ck_assert_int_eq(whose(sources, OTHER_DOOR, "192.0.2.1"), -1);
    sources_free(sources);
    clean_up();
}
END_TEST

UNIT_MAIN("zerotrunkd/sources", nobody_is_admitted_by_no_list_or_an_empty_one,
          a_prefix_opens_its_own_listener_alone, the_longest_prefix_tells_the_trunk,
          a_shared_prefix_is_the_first_trunks, the_lists_are_those_of_the_given_configuration,
          everybody_is_admitted_where_that_is_meant)
