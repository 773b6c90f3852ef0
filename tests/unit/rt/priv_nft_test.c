#include <zerotrunk/priv.h>

#include <signal.h>
#include <zerotrunk/rt.h>
#include "nft_rig.h"

static ztrunk_priv *priv;

static void allow(uint32_t kind, const char *text)
{
    const ztrunk_prefix one = prefix(text);

    ck_assert_int_eq(ztrunk_priv_nft_set_sources(priv, kind, &one, 1), ZTRUNK_OK);
}

/* As rig_up, by the process. */
static void start(void)
{
    const ztrunk_nft_port ports[] = {
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 5061},
        {.kind = ZTRUNK_NFT_MEDIA, .protocol = 17, .first = 10000, .last = 10999},
    };

    ck_assert_int_eq(ztrunk_priv_start(NULL, &priv), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_priv_nft_set_ports(priv, ports, 2), ZTRUNK_OK);
    allow(ZTRUNK_NFT_SIGNALLING, "127.1.0.0/16");
    allow(ZTRUNK_NFT_MEDIA, "127.2.0.0/16");
    ck_assert_int_eq(ztrunk_priv_nft_start(priv), ZTRUNK_OK);
}

static int32_t hole(uint16_t port, uint32_t is_open)
{
    const ztrunk_prefix one = {.addr = at("127.0.0.1", port), .bits = is_open};

    return ztrunk_priv_nft_holes(priv, &one, 1);
}

static int media(uint16_t port)
{
    return rig_media("127.2.0.1", "127.0.0.1", port);
}

static int signalling(const char *from)
{
    ztrunk_addr local = at("127.0.0.1", 5061);

    return rig_tcp(from, &local, 1);
}

START_TEST(a_program_without_privilege_opens_and_closes_holes)
{
    rig_enter();
    start();
    ck_assert_int_eq(media(10000), SILENCE);
    ck_assert_int_eq(hole(10000, 1), ZTRUNK_OK);
    ck_assert_int_eq(media(10000), REACHED);
    ck_assert_int_eq(rig_media("127.3.0.1", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(hole(10000, 0), ZTRUNK_OK);
    ck_assert_int_eq(media(10000), SILENCE);
    ck_assert_int_eq(hole(10000, 0), ZTRUNK_OK);
    ck_assert_int_eq(signalling("127.1.0.1"), REACHED);
    ck_assert_int_eq(signalling("127.2.0.1"), SILENCE);
    allow(ZTRUNK_NFT_SIGNALLING, "127.2.0.0/16");
    ck_assert_int_eq(signalling("127.1.0.1"), SILENCE);
    ck_assert_int_eq(signalling("127.2.0.1"), REACHED);
    ck_assert_int_eq(ztrunk_priv_nft_remove(priv), ZTRUNK_OK);
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), -1);
    ck_assert_int_eq(media(10000), REACHED);
    ztrunk_priv_free(priv);
}
END_TEST

START_TEST(when_the_program_ends_without_a_word_holes_close_and_ports_stay_silent)
{
    rig_enter();
    start();
    ck_assert_int_eq(hole(10000, 1), ZTRUNK_OK);
    ck_assert_int_eq(media(10000), REACHED);
    ztrunk_priv_free(priv);
    ck_assert_int_eq(media(10000), SILENCE);
    ck_assert_int_eq(media(11000), REACHED);
    ck_assert_int_eq(signalling("127.2.0.1"), SILENCE);
    start();
    ck_assert_int_eq(media(10000), SILENCE);
    ck_assert_int_eq(hole(10000, 1), ZTRUNK_OK);
    ck_assert_int_eq(media(10000), REACHED);
    ztrunk_priv_free(priv);
    /* A run that wants no table removes the one that was left. */
    ck_assert_int_eq(ztrunk_priv_start(NULL, &priv), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_priv_nft_remove(priv), ZTRUNK_OK);
    ck_assert_int_eq(media(10000), REACHED);
    ck_assert_int_eq(ztrunk_priv_nft_remove(priv), ZTRUNK_OK);
    ztrunk_priv_free(priv);
}
END_TEST

START_TEST(what_another_program_takes_away_the_process_makes_again)
{
    int is_back = 0;

    rig_enter();
    rig_new(NULL);
    start();
    ck_assert_int_eq(hole(10000, 1), ZTRUNK_OK);
    rig_other(NFT_MSG_DELTABLE, "zerotrunk");
    /* A bound for its being there, not a time to wait: what gets through is asked for again. */
    for (int i = 0; i < 300 && !is_back; i++, (void)poll(NULL, 0, 10))
        is_back = rig_media("127.3.0.1", "127.0.0.1", 10001) == SILENCE;
    ck_assert(is_back);
    ck_assert_int_eq(media(10000), REACHED);
    ck_assert_int_eq(ztrunk_priv_nft_remove(priv), ZTRUNK_OK);
    ztrunk_priv_free(priv);
    rig_down();
}
END_TEST

START_TEST(a_blocked_address_is_dropped_though_it_is_allowlisted)
{
    ztrunk_addr bad = addr("127.1.0.1");

    rig_enter();
    start();
    ck_assert_int_eq(ztrunk_priv_nft_block(priv, &bad, 60), ZTRUNK_OK);
    ck_assert_int_eq(signalling("127.1.0.1"), SILENCE);
    ck_assert_int_eq(signalling("127.1.0.2"), REACHED);
    ck_assert_int_eq(ztrunk_priv_nft_remove(priv), ZTRUNK_OK);
    ztrunk_priv_free(priv);
}
END_TEST

static void expect_takeover(void)
{
    struct pollfd p = {.fd = ztrunk_priv_fd(priv), .events = POLLIN};

    ck_assert_int_eq(poll(&p, 1, 5000), 1);
    ck_assert_int_eq(ztrunk_priv_readable(priv), ZTRUNK_E_STATE);
}

static void say_again(void)
{
    const ztrunk_nft_port ports[] = {
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 5061},
        {.kind = ZTRUNK_NFT_MEDIA, .protocol = 17, .first = 10000, .last = 10999},
    };

    ck_assert_int_eq(ztrunk_priv_nft_set_ports(priv, ports, 2), ZTRUNK_OK);
    allow(ZTRUNK_NFT_SIGNALLING, "127.1.0.0/16");
    allow(ZTRUNK_NFT_MEDIA, "127.2.0.0/16");
    ck_assert_int_eq(ztrunk_priv_nft_start(priv), ZTRUNK_OK);
}

START_TEST(when_the_process_is_killed_holes_stay_and_its_spare_makes_new_ones)
{
    ztrunk_priv_info info = {.size = sizeof info}, second = {.size = sizeof second};

    rig_enter();
    start();
    ck_assert_int_eq(hole(10000, 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_priv_get_info(priv, &info), ZTRUNK_OK);
    ck_assert_int_eq(kill(info.pid, SIGKILL), 0);
    expect_takeover();
    ck_assert_int_eq(media(10000), REACHED);
    ck_assert_int_eq(ztrunk_priv_get_info(priv, &second), ZTRUNK_OK);
    ck_assert_uint_eq(second.is_gone, 0);
    ck_assert_int_ne(second.pid, info.pid);
    ck_assert_int_eq(hole(10002, 1), ZTRUNK_E_STATE);
    say_again();
    ck_assert_int_eq(hole(10000, 1), ZTRUNK_OK);
    ck_assert_int_eq(hole(10002, 1), ZTRUNK_OK);
    ck_assert_int_eq(media(10000), REACHED);
    ck_assert_int_eq(media(10002), REACHED);
    ck_assert_int_eq(ztrunk_priv_nft_remove(priv), ZTRUNK_OK);
    ztrunk_priv_free(priv);
}
END_TEST

/* The process is stopped, is asked, and killed before it can answer. */
START_TEST(a_request_that_its_process_did_not_live_to_answer_is_told)
{
    ztrunk_priv_info info = {.size = sizeof info};
    uint64_t before;

    rig_enter();
    start();
    ck_assert_int_eq(ztrunk_priv_get_info(priv, &info), ZTRUNK_OK);
    ck_assert_int_eq(kill(info.pid, SIGSTOP), 0);
    before = ztrunk_rt_now_ns();
    ck_assert_int_eq(hole(10000, 1), ZTRUNK_OK);
    ck_assert_uint_lt(ztrunk_rt_now_ns() - before, SECOND);
    before = ztrunk_rt_now_ns();
    ck_assert_int_eq(hole(10002, 1), ZTRUNK_E_LIMIT);
    ck_assert_uint_lt(ztrunk_rt_now_ns() - before, 50 * MS);
    ck_assert_int_eq(kill(info.pid, SIGKILL), 0);
    expect_takeover();
    say_again();
    ck_assert_int_eq(hole(10000, 1), ZTRUNK_OK);
    ck_assert_int_eq(media(10000), REACHED);
    ck_assert_int_eq(ztrunk_priv_nft_remove(priv), ZTRUNK_OK);
    ztrunk_priv_free(priv);
}
END_TEST

START_TEST(a_slow_process_does_what_it_was_told_when_it_can)
{
    ztrunk_priv_info info = {.size = sizeof info};
    struct pollfd p = {.events = POLLIN};

    rig_enter();
    start();
    p.fd = ztrunk_priv_fd(priv);
    ck_assert_int_eq(ztrunk_priv_get_info(priv, &info), ZTRUNK_OK);
    ck_assert_int_eq(kill(info.pid, SIGSTOP), 0);
    ck_assert_int_eq(hole(10000, 1), ZTRUNK_OK);
    ck_assert_int_eq(kill(info.pid, SIGCONT), 0);
    ck_assert_int_eq(poll(&p, 1, 5000), 1);
    ck_assert_int_eq(ztrunk_priv_readable(priv), ZTRUNK_OK);
    ck_assert_int_eq(media(10000), REACHED);
    ck_assert_int_eq(hole(10000, 0), ZTRUNK_OK);
    ck_assert_int_eq(media(10000), SILENCE);
    ck_assert_int_eq(ztrunk_priv_nft_remove(priv), ZTRUNK_OK);
    ztrunk_priv_free(priv);
}
END_TEST

START_TEST(what_makes_no_sense_is_told_and_the_process_lives)
{
    const ztrunk_nft_port wide = {.kind = 256, .protocol = 17, .first = 1};
    const ztrunk_nft_port far = {.kind = 2, .protocol = 17, .first = 65536};
    static const ztrunk_nft_port many[257];
    ztrunk_addr none = {.family = 0};

    rig_enter();
    start();
    ck_assert_int_eq(ztrunk_priv_nft_set_ports(priv, &wide, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_nft_set_ports(priv, &far, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_nft_set_ports(priv, many, 257), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_priv_nft_set_sources(priv, 3, NULL, 0), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_nft_block(priv, &none, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_nft_block(priv, &none, 0), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_nft_start(priv), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_priv_nft_holes(priv, NULL, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_nft_holes(priv, NULL, 0), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_priv_nft_remove(NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_nft_remove(priv), ZTRUNK_OK);
    ztrunk_priv_free(priv);
}
END_TEST

NFT_MAIN("rt/priv_nft", a_program_without_privilege_opens_and_closes_holes,
         when_the_program_ends_without_a_word_holes_close_and_ports_stay_silent,
         what_another_program_takes_away_the_process_makes_again,
         when_the_process_is_killed_holes_stay_and_its_spare_makes_new_ones,
         a_request_that_its_process_did_not_live_to_answer_is_told,
         a_slow_process_does_what_it_was_told_when_it_can,
         a_blocked_address_is_dropped_though_it_is_allowlisted,
         what_makes_no_sense_is_told_and_the_process_lives)
