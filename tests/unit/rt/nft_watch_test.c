#include <zerotrunk/nft.h>

#include "nft_rig.h"

static int is_readable(int timeout_ms)
{
    struct pollfd p = {.fd = ztrunk_nft_fd(nft), .events = POLLIN};

    return poll(&p, 1, timeout_ms) == 1;
}

static uint32_t look(void)
{
    uint32_t rebuilt = 7;
    int32_t err = ztrunk_nft_readable(nft, &rebuilt);

    ck_assert_msg(err == ZTRUNK_OK, "%d %s", err, ztrunk_nft_error(nft));
    return rebuilt;
}

static void fill(void)
{
    ztrunk_addr local = at("127.0.0.1", 10000), remote = addr("127.9.0.1"), bad = addr("127.1.0.9");

    ck_assert_int_eq(ztrunk_nft_open(nft, &local, &remote), ZTRUNK_OK);
    local.port = 10002;
    ck_assert_int_eq(ztrunk_nft_open(nft, &local, NULL), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_block(nft, &bad, 60 * SECOND), ZTRUNK_OK);
    rig_commit();
}

static void is_whole(void)
{
    ztrunk_addr to = at("127.0.0.1", 5060);

    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10000), REACHED);
    ck_assert_int_eq(rig_media("127.9.0.1", "127.0.0.1", 10002), SILENCE);
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10002), REACHED);
    ck_assert_int_eq(rig_udp("127.1.0.9", &to, 1), SILENCE);
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), REACHED);
    ck_assert_int_eq(rig_udp("127.9.0.1", &to, 1), SILENCE);
}

START_TEST(a_deleted_table_comes_back_with_its_holes_and_blocks)
{
    ztrunk_addr to = at("127.0.0.1", 5060);

    rig_up(NULL);
    fill();
    ck_assert_int_eq(is_readable(0), 0); /* our own changes wake nobody */
    rig_other(NFT_MSG_DELTABLE, "zerotrunk");
    ck_assert_int_eq(rig_udp("127.9.0.1", &to, 1), REACHED);
    ck_assert_int_eq(is_readable(1000), 1);
    ck_assert_uint_eq(look(), 1);
    is_whole();
    ck_assert_int_eq(is_readable(0), 0);
    ck_assert_uint_eq(look(), 0);
    rig_down();
}
END_TEST

START_TEST(a_flushed_ruleset_comes_back)
{
    char *text;

    rig_up(NULL);
    fill();
    text = rig_nft("nft flush ruleset 2>&1");
    if (text == NULL) return;
    free(text);
    ck_assert_uint_eq(look(), 1);
    is_whole();
    rig_down();
}
END_TEST

START_TEST(no_part_of_the_table_is_changed_for_long)
{
    static const char *const hands[] = {
        "nft flush table inet zerotrunk 2>&1",
        "nft flush chain inet zerotrunk media 2>&1",
        "nft flush set inet zerotrunk holes4 2>&1",
        "nft insert rule inet zerotrunk signalling accept 2>&1",
        "nft add element inet zerotrunk signalling4 { 127.9.0.0/16 } 2>&1",
        "nft delete element inet zerotrunk open4 { 127.0.0.1 . 10002 } 2>&1",
        "nft 'add table inet zerotrunk { flags dormant; }' 2>&1",
        "nft 'chain inet zerotrunk input { policy drop; }' 2>&1",
    };

    rig_up(NULL);
    fill();
    for (size_t i = 0; i < sizeof hands / sizeof hands[0]; i++) {
        char *text = rig_nft(hands[i]);

        if (text == NULL) return;
        free(text);
        ck_assert_int_eq(is_readable(1000), 1);
        while (look() == 0) ck_assert_msg(is_readable(1000), "%s", hands[i]);
        is_whole();
    }
    rig_down();
}
END_TEST

START_TEST(a_stranger_s_table_is_nobody_s_business)
{
    rig_up(NULL);
    rig_other(NFT_MSG_NEWTABLE, "zerotrunk2");
    ck_assert_int_eq(is_readable(1000), 1);
    ck_assert_uint_eq(look(), 0);
    rig_down();
}
END_TEST

/* Two that each take the table for their own: neither keeps the processor busy. */
START_TEST(a_second_loss_waits_and_is_not_forgotten)
{
    ztrunk_nft_info info = {.size = sizeof info};
    uint32_t losses = 0;

    rig_up(NULL);
    fill();
    do { /* until two come within the pause, which a busy machine may outlast */
        rig_other(NFT_MSG_DELTABLE, "zerotrunk");
        ck_assert_uint_lt(losses++, 50);
    } while (look() == 1);
    ck_assert_uint_ge(losses, 2);
    ck_assert_int_eq(ztrunk_nft_get_info(nft, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_up, 0);
    while (look() == 0) ck_assert_int_eq(is_readable(1000), 1);
    is_whole();
    ck_assert_int_eq(ztrunk_nft_get_info(nft, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_up, 1);
    ck_assert_uint_eq(info.rebuilds, losses);
    rig_down();
}
END_TEST

START_TEST(a_rebuild_that_fails_is_tried_again)
{
    rig_up(NULL);
    fill();
    rig_other(NFT_MSG_DELTABLE, "zerotrunk");
    ck_assert_int_eq(seteuid(65534), 0);
    ck_assert_int_eq(ztrunk_nft_readable(nft, NULL), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EPERM);
    ck_assert_int_eq(seteuid(0), 0);
    ck_assert_int_eq(is_readable(5000), 1);
    ck_assert_uint_eq(look(), 1);
    is_whole();
    rig_down();
}
END_TEST

START_TEST(a_commit_that_meets_no_table_makes_it)
{
    ztrunk_addr local = at("127.0.0.1", 10004);

    rig_up(NULL);
    fill();
    rig_other(NFT_MSG_DELTABLE, "zerotrunk");
    ck_assert_int_eq(ztrunk_nft_open(nft, &local, NULL), ZTRUNK_OK);
    rig_commit();
    is_whole();
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10004), REACHED);
    rig_down();
}
END_TEST

START_TEST(a_table_that_is_gone_fails_no_end)
{
    rig_up(NULL);
    rig_other(NFT_MSG_DELTABLE, "zerotrunk");
    rig_down();
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), -1);
}
END_TEST

NFT_MAIN("rt/nft_watch", a_deleted_table_comes_back_with_its_holes_and_blocks,
         a_flushed_ruleset_comes_back, no_part_of_the_table_is_changed_for_long,
         a_second_loss_waits_and_is_not_forgotten, a_rebuild_that_fails_is_tried_again,
         a_commit_that_meets_no_table_makes_it, a_stranger_s_table_is_nobody_s_business,
         a_table_that_is_gone_fails_no_end)
