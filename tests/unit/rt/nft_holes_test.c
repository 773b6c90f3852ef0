#include <zerotrunk/nft.h>

#include <time.h>
#include "nft_rig.h"

static void open_hole(uint16_t port, const char *ip, const char *remote)
{
    ztrunk_addr local = at(ip, port), from = {.family = 0};

    if (remote != NULL) from = addr(remote);
    ck_assert_int_eq(ztrunk_nft_open(nft, &local, &from), ZTRUNK_OK);
}

static int32_t close_hole(uint16_t port, const char *ip)
{
    ztrunk_addr local = at(ip, port);

    return ztrunk_nft_close(nft, &local);
}

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

START_TEST(a_hole_lets_in_its_one_remote_and_nobody_else)
{
    rig_up(NULL);
    open_hole(10000, "127.0.0.1", "127.9.0.1");
    open_hole(10000, "2001:db8::1", "2001:db8::9");
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), SILENCE); /* queued as yet */
    rig_commit();
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), REACHED);
    ck_assert_int_eq(rig_media("127.9.0.2", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10000), SILENCE); /* though allowlisted */
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10001), SILENCE);
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.2", 10000), SILENCE);
    ck_assert_int_eq(rig_media("2001:db8::9", "2001:db8::1", 10000), REACHED);
    ck_assert_int_eq(rig_media("2001:db8::8", "2001:db8::1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("2001:db8::9", "2001:db8::2", 10000), SILENCE);
    rig_down();
}
END_TEST

START_TEST(a_hole_for_the_allowlist_lets_in_the_allowlist_alone)
{
    rig_up(NULL);
    open_hole(10000, "127.0.0.1", NULL);
    open_hole(10000, "2001:db8::1", NULL);
    rig_commit();
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10000), REACHED);
    ck_assert_int_eq(rig_media("127.2.255.255", "127.0.0.1", 10000), REACHED);
    ck_assert_int_eq(rig_media("127.1.0.1", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10002), SILENCE);
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.2", 10000), SILENCE);
    ck_assert_int_eq(rig_media("2001:db8::5", "2001:db8::1", 10000), REACHED);
    ck_assert_int_eq(rig_media("2001:db8::6", "2001:db8::1", 10000), SILENCE);
    rig_down();
}
END_TEST

/* Traffic has gone both ways: were this left to connection tracking, the hole would stay open. */
START_TEST(a_closed_hole_is_closed_to_those_who_were_in)
{
    rig_up(NULL);
    open_hole(10000, "127.0.0.1", "127.9.0.1");
    open_hole(10002, "127.0.0.1", NULL);
    rig_commit();
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), REACHED);
        ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10002), REACHED);
    }
    ck_assert_int_eq(close_hole(10000, "127.0.0.1"), ZTRUNK_OK);
    ck_assert_int_eq(close_hole(10000, "127.0.0.1"), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(close_hole(10002, "127.0.0.1"), ZTRUNK_OK);
    rig_commit();
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10002), SILENCE);
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 0);
    ck_assert_int_eq(rig_elements("zerotrunk", "open4"), 0);
    ck_assert_int_eq(close_hole(10000, "127.0.0.1"), ZTRUNK_E_NOTFOUND);
    rig_down();
}
END_TEST

/* IPv6 is put together behind the hook: only the first fragment says which port it is for. */
START_TEST(fragments_come_through_a_hole_and_nowhere_else)
{
    ztrunk_addr four = at("127.0.0.1", 10000), six = at("2001:db8::1", 10000);

    rig_up(NULL);
    open_hole(10000, "127.0.0.1", "127.9.0.1");
    open_hole(10000, "2001:db8::1", "2001:db8::9");
    rig_commit();
    rig_mtu(1280);
    ck_assert_int_eq(rig_datagram("127.9.0.1", &four, 1, 4000), REACHED);
    ck_assert_int_eq(rig_datagram("127.9.0.2", &four, 1, 4000), SILENCE);
    ck_assert_int_eq(rig_datagram("2001:db8::9", &six, 1, 4000), REACHED);
    ck_assert_int_eq(rig_datagram("2001:db8::8", &six, 1, 4000), SILENCE);
    rig_down();
}
END_TEST

/* Asks the kernel until nothing is left, for 5 s at most. */
static void wait_until_gone(const char *set)
{
    uint64_t give_up_ns = now_ns() + 5 * SECOND;

    while (rig_elements("zerotrunk", set) != 0) {
        ck_assert_msg(now_ns() < give_up_ns, "%s outlives its time", set);
        ck_assert_int_eq(poll(NULL, 0, 5), 0);
    }
}

START_TEST(a_lease_ends_in_the_kernel_by_itself)
{
    ztrunk_nft_opts opts = {.size = sizeof opts, .lease_ns = 600 * MS};
    uint64_t begun_ns;

    rig_up(&opts);
    begun_ns = now_ns();
    open_hole(10000, "127.0.0.1", "127.9.0.1");
    open_hole(10002, "127.0.0.1", NULL);
    rig_commit();
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), REACHED);
    wait_until_gone("holes4");
    wait_until_gone("open4");
    ck_assert_uint_ge(now_ns() - begun_ns, 590 * MS);
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(close_hole(10000, "127.0.0.1"), ZTRUNK_OK); /* fails no commit */
    open_hole(10002, "127.0.0.1", "127.9.0.1");
    rig_commit();
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10002), REACHED);
    rig_down();
}
END_TEST

START_TEST(a_refreshed_hole_outlives_its_first_lease)
{
    ztrunk_nft_opts opts = {.size = sizeof opts, .lease_ns = SECOND};
    ztrunk_addr local = at("127.0.0.1", 10000);
    uint64_t until_ns;

    rig_up(&opts);
    open_hole(10000, "127.0.0.1", "127.9.0.1");
    open_hole(10002, "127.0.0.1", "127.9.0.1");
    rig_commit();
    until_ns = now_ns() + 2 * SECOND;
    while (now_ns() < until_ns) {
        ck_assert_int_eq(ztrunk_nft_refresh(nft, &local), ZTRUNK_OK);
        rig_commit();
        ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), REACHED);
    }
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 1); /* the other's is over */
    local.port = 9;
    ck_assert_int_eq(ztrunk_nft_refresh(nft, &local), ZTRUNK_E_NOTFOUND);
    rig_down();
}
END_TEST

START_TEST(ten_thousand_holes_leave_nothing_behind)
{
    ztrunk_nft_info info = {.size = sizeof info};

    rig_up(NULL);
    for (uint32_t i = 0; i < 10000; i++) {
        const char *ip = i % 2 ? "127.0.0.1" : "2001:db8::1";
        const char *remote = i % 2 ? "127.9.0.1" : "2001:db8::9";
        uint16_t port = (uint16_t)(10000 + i % 1000);

        open_hole(port, ip, i % 4 < 2 ? remote : NULL);
        rig_commit();
        if (i % 3 == 0) open_hole(port, ip, i % 4 < 2 ? NULL : remote);
        ck_assert_int_eq(close_hole(port, ip), ZTRUNK_OK);
        rig_commit();
    }
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 0);
    ck_assert_int_eq(rig_elements("zerotrunk", "holes6"), 0);
    ck_assert_int_eq(rig_elements("zerotrunk", "open4"), 0);
    ck_assert_int_eq(rig_elements("zerotrunk", "open6"), 0);
    ck_assert_int_eq(ztrunk_nft_get_info(nft, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.holes, 0);
    ck_assert_uint_eq(info.commits, 20001);
    rig_down();
}
END_TEST

START_TEST(holes_and_blocks_have_bounds)
{
    ztrunk_nft_opts opts = {.size = sizeof opts, .max_holes = 100, .max_blocked = 7};
    ztrunk_addr local = at("127.0.0.1", 20000), source = addr("127.9.0.0");

    rig_up(&opts);
    for (uint16_t i = 0; i < 100; i++) open_hole((uint16_t)(10000 + i), "127.0.0.1", NULL);
    ck_assert_int_eq(ztrunk_nft_open(nft, &local, NULL), ZTRUNK_E_LIMIT);
    for (uint8_t i = 0; i < 7; i++) {
        source.ip[3] = i;
        ck_assert_int_eq(ztrunk_nft_block(nft, &source, SECOND), ZTRUNK_OK);
    }
    source.ip[3] = 7;
    ck_assert_int_eq(ztrunk_nft_block(nft, &source, SECOND), ZTRUNK_E_LIMIT);
    rig_commit();
    ck_assert_int_eq(rig_elements("zerotrunk", "open4"), 100);
    ck_assert_int_eq(rig_elements("zerotrunk", "blocked4"), 7);
    ck_assert_int_eq(close_hole(10050, "127.0.0.1"), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_open(nft, &local, NULL), ZTRUNK_E_LIMIT);
    rig_commit();
    ck_assert_int_eq(ztrunk_nft_open(nft, &local, NULL), ZTRUNK_OK);
    rig_down();
}
END_TEST

START_TEST(every_hole_of_the_default_bound_goes_in_one_batch)
{
    ztrunk_nft_info info = {.size = sizeof info};
    ztrunk_addr local = at("2001:db8::1", 1), remote = addr("2001:db8::9");

    rig_up(NULL);
    for (int round = 0; round < 3; round++) { /* open, refresh, move */
        if (round == 2) remote = addr("2001:db8::8");
        for (uint16_t i = 0; i < 8192; i++) {
            local.port = (uint16_t)(10000 + i);
            ck_assert_int_eq(ztrunk_nft_open(nft, &local, &remote), ZTRUNK_OK);
        }
        rig_commit();
        ck_assert_int_eq(rig_elements("zerotrunk", "holes6"), 8192);
    }
    ck_assert_int_eq(ztrunk_nft_get_info(nft, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.commits, 4);
    rig_down();
}
END_TEST

START_TEST(neither_a_hole_nor_a_block_takes_memory)
{
    ztrunk_addr local = at("2001:db8::1", 1), remote = addr("2001:db8::9"), bad = addr("2001::");
    uint32_t calls;

    rig_up(NULL);
    calls = memory.calls;
    for (int round = 0; round < 3; round++) {
        remote.ip[15]--;
        for (uint16_t i = 0; i < 8192; i++) {
            local.port = (uint16_t)(10000 + i);
            bad.ip[14] = (uint8_t)(i % 4096 >> 8);
            bad.ip[15] = (uint8_t)i;
            ck_assert_int_eq(ztrunk_nft_open(nft, &local, &remote), ZTRUNK_OK);
            ck_assert_int_eq(ztrunk_nft_block(nft, &bad, SECOND), ZTRUNK_OK);
        }
        rig_commit();
    }
    ck_assert_uint_eq(memory.calls, calls);
    rig_down();
}
END_TEST

START_TEST(a_blocked_source_is_dropped_before_all_else)
{
    ztrunk_addr source = at("127.1.0.1", 7), six = addr("2001:db8::4"), to = at("127.0.0.1", 5060);

    rig_up(NULL);
    open_hole(10000, "127.0.0.1", "127.1.0.1");
    open_hole(10000, "2001:db8::1", NULL);
    rig_commit();
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), REACHED);
    ck_assert_int_eq(ztrunk_nft_block(nft, &source, 60 * SECOND), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_block(nft, &six, 60 * SECOND), ZTRUNK_OK);
    rig_commit();
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), SILENCE);
    ck_assert_int_eq(rig_udp("127.1.0.2", &to, 1), REACHED);
    ck_assert_int_eq(rig_media("127.1.0.1", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("2001:db8::4", "2001:db8::1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("2001:db8::5", "2001:db8::1", 10000), REACHED);
    to.port = 5061;
    ck_assert_int_eq(rig_tcp("127.1.0.1", &to, 1), SILENCE);
    to.port = 4000; /* not protected: not ours to drop */
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), REACHED);
    source.port = 0;
    ck_assert_int_eq(ztrunk_nft_unblock(nft, &source), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_unblock(nft, &source), ZTRUNK_E_NOTFOUND);
    rig_commit();
    to.port = 5060;
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), REACHED);
    rig_down();
}
END_TEST

START_TEST(a_block_ends_in_the_kernel_by_itself)
{
    ztrunk_addr source = addr("127.1.0.1"), to = at("127.0.0.1", 5060);

    rig_up(NULL);
    ck_assert_int_eq(ztrunk_nft_block(nft, &source, 3600 * SECOND), ZTRUNK_OK);
    rig_commit();
    ck_assert_int_eq(ztrunk_nft_block(nft, &source, 600 * MS), ZTRUNK_OK); /* the new time holds */
    rig_commit();
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), SILENCE);
    wait_until_gone("blocked4");
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), REACHED);
    rig_down();
}
END_TEST

START_TEST(one_address_in_two_spellings_is_one)
{
    ztrunk_addr mapped = {.family = 6, .port = 10000, .ip = {[10] = 0xff, 0xff, 127, 0, 0, 1}};
    ztrunk_addr from = {.family = 6, .ip = {[10] = 0xff, 0xff, 127, 9, 0, 1}};
    ztrunk_addr plain = at("127.0.0.1", 10000), scoped = at("2001:db8::1", 10000);

    rig_up(NULL);
    ck_assert_int_eq(ztrunk_nft_open(nft, &mapped, &from), ZTRUNK_OK);
    rig_commit();
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), REACHED);
    ck_assert_int_eq(ztrunk_nft_close(nft, &plain), ZTRUNK_OK);
    scoped.scope_id = 1;
    ck_assert_int_eq(ztrunk_nft_open(nft, &scoped, NULL), ZTRUNK_OK);
    ck_assert_int_eq(close_hole(10000, "2001:db8::1"), ZTRUNK_OK);
    rig_down();
}
END_TEST

START_TEST(what_is_no_hole_and_no_block_is_refused)
{
    ztrunk_addr none = {.family = 0}, four = at("127.0.0.1", 10000), six = addr("2001:db8::1");

    rig_new(NULL);
    ck_assert_int_eq(ztrunk_nft_open(nft, NULL, &four), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_nft_open(nft, &none, &four), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_nft_open(nft, &six, NULL), ZTRUNK_E_INVALID); /* no port */
    ck_assert_int_eq(ztrunk_nft_open(nft, &four, &six), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_nft_block(nft, &none, SECOND), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_nft_block(nft, &six, MS - 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_nft_block(nft, &six, 30 * 86400 * SECOND + 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_nft_block(nft, &six, 30 * 86400 * SECOND), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_commit(nft), ZTRUNK_E_STATE);
    rig_down();
}
END_TEST

START_TEST(what_was_queued_before_start_comes_with_it)
{
    ztrunk_addr source = addr("127.9.0.1");

    rig_enter();
    rig_new(NULL);
    rig_ports();
    open_hole(10000, "127.0.0.1", "127.9.0.2");
    ck_assert_int_eq(ztrunk_nft_block(nft, &source, 60 * SECOND), ZTRUNK_OK);
    rig_start();
    ck_assert_int_eq(rig_media("127.9.0.2", "127.0.0.1", 10000), REACHED);
    ck_assert_int_eq(rig_elements("zerotrunk", "blocked4"), 1);
    rig_down();
}
END_TEST

NFT_MAIN("rt/nft_holes", a_hole_lets_in_its_one_remote_and_nobody_else,
         a_hole_for_the_allowlist_lets_in_the_allowlist_alone,
         a_closed_hole_is_closed_to_those_who_were_in,
         fragments_come_through_a_hole_and_nowhere_else, a_lease_ends_in_the_kernel_by_itself,
         a_refreshed_hole_outlives_its_first_lease, ten_thousand_holes_leave_nothing_behind,
         holes_and_blocks_have_bounds, every_hole_of_the_default_bound_goes_in_one_batch,
         neither_a_hole_nor_a_block_takes_memory, a_blocked_source_is_dropped_before_all_else,
         a_block_ends_in_the_kernel_by_itself, one_address_in_two_spellings_is_one,
         what_is_no_hole_and_no_block_is_refused, what_was_queued_before_start_comes_with_it)
