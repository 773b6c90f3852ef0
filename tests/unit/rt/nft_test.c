#include <zerotrunk/nft.h>

#include <signal.h>
#include "nft_rig.h"

START_TEST(a_stranger_is_dropped_in_silence)
{
    static const struct {
        const char *from, *to;
    } rows[] = {{"127.9.0.1", "127.0.0.1"},
                {"2001:db8::9", "2001:db8::1"},
                {"127.2.0.1", "127.0.0.1"},
                {"2001:db8::4", "2001:db8::1"}};

    rig_up(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int is_served = 0; is_served < 2; is_served++) {
            ztrunk_addr to = addr(rows[i].to);

            to.port = 5061;
            ck_assert_int_eq(rig_tcp(rows[i].from, &to, is_served), SILENCE);
            to.port = 5060;
            ck_assert_int_eq(rig_udp(rows[i].from, &to, is_served), SILENCE);
            to.port = 10500;
            ck_assert_int_eq(rig_udp(rows[i].from, &to, is_served), SILENCE);
        }
    rig_down();
}
END_TEST

/* Without this the silence above would prove nothing. */
START_TEST(a_port_that_is_not_protected_answers_as_ever)
{
    ztrunk_addr to = at("127.0.0.1", 4000);

    rig_up(NULL);
    ck_assert_int_eq(rig_udp("127.9.0.1", &to, 0), REFUSED);
    ck_assert_int_eq(rig_tcp("127.9.0.1", &to, 0), REFUSED);
    ck_assert_int_eq(rig_udp("127.9.0.1", &to, 1), REACHED);
    ck_assert_int_eq(rig_tcp("127.9.0.1", &to, 1), REACHED);
    to.port = 5060;
    ck_assert_int_eq(rig_tcp("127.9.0.1", &to, 0), REFUSED);
    rig_down();
    to.port = 5061; /* and with the table its drops are gone */
    ck_assert_int_eq(rig_tcp("127.9.0.1", &to, 0), REFUSED);
}
END_TEST

/* kill -9 of a run that had a hole open and was talking. */
static void leave_a_table(void)
{
    ztrunk_addr local = at("127.0.0.1", 10000), peer = addr("127.2.0.1");
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        rig_new(NULL);
        rig_ports();
        rig_start();
        if (ztrunk_nft_open(nft, &local, &peer) == ZTRUNK_OK) rig_commit();
        kill(getpid(), SIGKILL);
    }
    waitpid(child, &status, 0);
    ck_assert_int_eq(WTERMSIG(status), SIGKILL);
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10000), REACHED);
    ck_assert_int_eq(rig_media("127.2.0.2", "127.0.0.1", 10000), SILENCE);
}

START_TEST(the_table_of_a_killed_run_is_taken_over_without_its_holes)
{
    rig_enter();
    leave_a_table();
    rig_new(NULL);
    rig_ports();
    rig_start();
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 0);
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10000), SILENCE);
    rig_down();
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), -1);
}
END_TEST

START_TEST(other_tables_stay_as_they_were)
{
    static const char others[] =
        "nft -f - <<'E' 2>&1\n"
        "table inet filter {\n"
        "set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 }; }\n"
        "chain input { type filter hook input priority 0; policy accept; tcp dport 4001 drop; }\n"
        "}\n"
        "table ip zerotrunk {\n"
        "chain x { accept; }\n"
        "}\n"
        "E";
    char *text, *before, *after;

    rig_enter();
    text = rig_nft(others);
    if (text == NULL) return;
    before = rig_nft("nft -a list ruleset 2>&1");
    rig_new(NULL);
    rig_ports();
    rig_start();
    rig_allow(ZTRUNK_NFT_MEDIA, "127.2.0.0/16", "10.0.0.0/8");
    free(text);
    text = rig_nft("nft -a list table inet filter; nft -a list table ip zerotrunk");
    ck_assert_str_eq(text, before);
    rig_down();
    after = rig_nft("nft -a list ruleset 2>&1");
    ck_assert_str_eq(after, before);
    free(after);
    free(before);
    free(text);
}
END_TEST

START_TEST(without_the_right_start_says_what_is_missing)
{
    rig_enter();
    rig_new(NULL);
    ck_assert_int_eq(seteuid(65534), 0);
    errno = 0;
    ck_assert_int_eq(ztrunk_nft_start(nft), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EPERM);
    ck_assert_ptr_nonnull(strstr(ztrunk_nft_error(nft), "CAP_NET_ADMIN"));
    ck_assert_int_eq(ztrunk_nft_fd(nft), -1);
    ck_assert_int_eq(ztrunk_nft_commit(nft), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_nft_readable(nft, NULL), ZTRUNK_E_STATE);
    ck_assert_int_eq(seteuid(0), 0);
    rig_start();
    ck_assert_str_eq(ztrunk_nft_error(nft), "");
    ck_assert_int_ge(ztrunk_nft_fd(nft), 0);
    ck_assert_int_eq(ztrunk_nft_start(nft), ZTRUNK_E_STATE);
    rig_down();
}
END_TEST

START_TEST(a_kept_table_is_silent_after_the_end)
{
    ztrunk_nft_opts opts = {.size = sizeof opts, .flags = ZTRUNK_NFT_KEEP};
    ztrunk_addr to = at("127.0.0.1", 5061);

    rig_up(&opts);
    ck_assert_int_eq(rig_tcp("127.1.0.1", &to, 1), REACHED);
    rig_down();
    ck_assert_int_eq(rig_tcp("127.9.0.1", &to, 0), SILENCE);
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 0);
}
END_TEST

START_TEST(options_out_of_bounds_are_refused)
{
    static const ztrunk_nft_opts rows[] = {
        {.size = 3},
        {.size = sizeof rows[0], .flags = 2},
        {.size = sizeof rows[0], .table = "a b"},
        {.size = sizeof rows[0], .table = "1a"},
        {.size = sizeof rows[0], .table = "-a"},
        {.size = sizeof rows[0], .table = "a;flush"},
        {.size = sizeof rows[0], .table = "abcdefghijklmnopqrstuvwxyzabcdef"},
        {.size = sizeof rows[0], .priority = 401},
        {.size = sizeof rows[0], .priority = -401},
        {.size = sizeof rows[0], .max_ports = 1025},
        {.size = sizeof rows[0], .max_prefixes = 65537},
        {.size = sizeof rows[0], .max_holes = 65537},
        {.size = sizeof rows[0], .max_blocked = 65537},
        {.size = sizeof rows[0], .lease_ns = 86400 * SECOND + 1},
        {.size = sizeof rows[0], .lease_ns = MS - 1},
    };
    ztrunk_nft_opts good = {.size = sizeof good, .table = "abcdefghijklmnopqrstuvwxyzabcde"};
    ztrunk_nft *none = NULL;

    rig_new(&good);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(ztrunk_nft_new(ctx, &rows[i], &none) == ZTRUNK_E_INVALID, "row %zu", i);
    ck_assert_int_eq(ztrunk_nft_new(NULL, NULL, &none), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_nft_new(ctx, NULL, NULL), ZTRUNK_E_INVALID);
    ck_assert_ptr_null(none);
    ztrunk_nft_free(NULL);
    rig_down();
}
END_TEST

/* All that a handle does, with the memory that is asked for the nth time refused. */
static int32_t whole_story(void)
{
    const ztrunk_nft_port ports[2] = {
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 5061},
        {.kind = ZTRUNK_NFT_MEDIA, .protocol = 17, .first = 10000, .last = 10999}};
    const ztrunk_prefix list[] = {prefix("127.1.0.0/16"), prefix("2001:db8::/32")};
    ztrunk_nft_opts opts = {.size = sizeof opts, .max_holes = 20, .max_blocked = 20};
    ztrunk_addr local = at("127.0.0.1", 10000);
    size_t len;
    int32_t err = ztrunk_nft_new(ctx, &opts, &nft);

    if (err == ZTRUNK_OK) err = ztrunk_nft_set_ports(nft, ports, 2);
    if (err == ZTRUNK_OK) err = ztrunk_nft_set_sources(nft, ZTRUNK_NFT_SIGNALLING, list, 2);
    if (err == ZTRUNK_OK) err = ztrunk_nft_start(nft);
    if (err == ZTRUNK_OK) err = ztrunk_nft_set_ports(nft, ports, 1);
    if (err == ZTRUNK_OK) err = ztrunk_nft_set_sources(nft, ZTRUNK_NFT_SIGNALLING, list, 1);
    if (err == ZTRUNK_OK) err = ztrunk_nft_open(nft, &local, NULL);
    if (err == ZTRUNK_OK) err = ztrunk_nft_commit(nft);
    if (err == ZTRUNK_OK) err = ztrunk_nft_print(nft, NULL, 0, &len);
    return err;
}

START_TEST(without_memory_a_listener_that_was_closed_stays_closed)
{
    ztrunk_addr to = at("127.0.0.1", 5061);
    int32_t err = ZTRUNK_E_NOMEM;
    ztrunk_nft_info info = {.size = sizeof info};

    rig_enter();
    for (uint32_t n = 2; err == ZTRUNK_E_NOMEM; n++) {
        memory = (fail_ctx){.fail_at = n};
        nft = NULL;
        err = fail_ctx_new(&memory, &ctx);
        if (err == ZTRUNK_E_NOMEM) continue;
        err = whole_story();
        ck_assert_msg(err == ZTRUNK_E_NOMEM || err == ZTRUNK_E_SPACE, "%u: %d", n, err);
        if (ztrunk_nft_get_info(nft, &info) == ZTRUNK_OK && info.is_up)
            ck_assert_int_eq(rig_tcp("127.9.0.1", &to, 1), SILENCE);
        rig_down();
        ck_assert_uint_eq(memory.live, 0);
    }
    ck_assert_int_eq(err, ZTRUNK_E_SPACE); /* the end of the story, with all the memory it wants */
}
END_TEST

START_TEST(the_info_counts_what_is_known)
{
    ztrunk_nft_info info = {.size = sizeof info};
    ztrunk_addr local = at("127.0.0.1", 10000), source = addr("127.9.0.1");

    rig_up(NULL);
    ck_assert_int_eq(ztrunk_nft_open(nft, &local, NULL), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_block(nft, &source, SECOND), ZTRUNK_OK);
    rig_commit();
    ck_assert_int_eq(ztrunk_nft_get_info(nft, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_up, 1);
    ck_assert_uint_eq(info.ports, 3);
    ck_assert_uint_eq(info.holes, 1);
    ck_assert_uint_eq(info.blocked, 1);
    ck_assert_uint_eq(info.signalling, 2);
    ck_assert_uint_eq(info.media, 2);
    ck_assert_uint_eq(info.commits, 2); /* the start is one */
    ck_assert_uint_eq(info.rebuilds, 0);
    rig_down();
}
END_TEST

NFT_MAIN("rt/nft", a_stranger_is_dropped_in_silence, a_port_that_is_not_protected_answers_as_ever,
         the_table_of_a_killed_run_is_taken_over_without_its_holes, other_tables_stay_as_they_were,
         without_the_right_start_says_what_is_missing, a_kept_table_is_silent_after_the_end,
         options_out_of_bounds_are_refused, without_memory_a_listener_that_was_closed_stays_closed,
         the_info_counts_what_is_known)
