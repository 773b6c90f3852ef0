#include "rt/nft_print.h"

#include "nft_rig.h"

static char text[1 << 18];

static void print(void)
{
    size_t len = 0;

    ck_assert_int_eq(ztrunk_nft_print(nft, text, sizeof text, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, strlen(text));
}

static void fill(void)
{
    const ztrunk_nft_port more[] = {
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 5061, .addr = addr("192.0.2.1")},
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 17, .first = 5060, .addr = addr("::")},
        {.kind = ZTRUNK_NFT_SIGNALLING,
         .protocol = 6,
         .first = 1,
         .last = 65535,
         .addr = addr("2001:db8::1")},
        {.kind = ZTRUNK_NFT_MEDIA,
         .protocol = 17,
         .first = 10000,
         .last = 20000,
         .addr = addr("0.0.0.0")},
    };
    ztrunk_addr a = at("192.0.2.1", 10000), b = at("2001:db8::1", 10002), c = addr("198.51.100.7"),
                d = addr("2001:db8::7");

    ck_assert_int_eq(ztrunk_nft_set_ports(nft, more, 4), ZTRUNK_OK);
    rig_allow(ZTRUNK_NFT_SIGNALLING, "255.255.0.0/16", "0.0.0.0/31");
    rig_allow(ZTRUNK_NFT_MEDIA, "2001:db8::/33", "10.0.0.3");
    ck_assert_int_eq(ztrunk_nft_open(nft, &a, &c), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_open(nft, &b, &d), ZTRUNK_OK);
    a.port = b.port = 10004;
    ck_assert_int_eq(ztrunk_nft_open(nft, &a, NULL), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_open(nft, &b, NULL), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_block(nft, &c, 90 * SECOND), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_block(nft, &d, 3600 * SECOND), ZTRUNK_OK);
}

START_TEST(a_room_too_small_is_told_and_not_written_to)
{
    size_t len = 0, need;
    char one = 'x';

    rig_new(NULL);
    fill();
    ck_assert_int_eq(ztrunk_nft_print(nft, &one, 1, &need), ZTRUNK_E_SPACE);
    ck_assert_int_eq(one, 'x');
    ck_assert_int_eq(ztrunk_nft_print(nft, text, need - 1, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(len, need);
    ck_assert_int_eq(ztrunk_nft_print(nft, text, need, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, need - 1);
    ck_assert_int_eq(ztrunk_nft_print(nft, NULL, 0, &len), ZTRUNK_E_SPACE);
    ck_assert_int_eq(ztrunk_nft_print(nft, NULL, 1, &len), ZTRUNK_E_INVALID);
    rig_down();
}
END_TEST

START_TEST(a_closed_hole_is_not_printed)
{
    ztrunk_addr local = at("192.0.2.1", 10000), stranger = addr("198.51.100.7");

    rig_new(NULL);
    fill();
    print();
    ck_assert_ptr_nonnull(strstr(text, "198.51.100.7 . 192.0.2.1 . 10000 timeout 60000ms"));
    ck_assert_ptr_nonnull(strstr(text, "198.51.100.7 timeout 90000ms"));
    ck_assert_int_eq(ztrunk_nft_close(nft, &local), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_unblock(nft, &stranger), ZTRUNK_OK);
    print();
    ck_assert_ptr_null(strstr(text, "198.51.100.7"));
    rig_down();
}
END_TEST

START_TEST(a_dry_run_needs_no_privilege_and_touches_nothing)
{
    rig_enter();
    ck_assert_int_eq(seteuid(65534), 0);
    rig_new(NULL);
    fill();
    print();
    ck_assert_int_eq(seteuid(0), 0);
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), -1);
    rig_down();
}
END_TEST

/* Both ways into the kernel, and what nft(8) then sees there. */
static void is_what_start_makes(void)
{
    char *made, *loaded;
    FILE *pipe;

    print();
    rig_start();
    made = rig_nft("nft -s list ruleset 2>&1");
    if (made == NULL) return;
    free(rig_nft("nft flush ruleset 2>&1"));
    pipe = popen("nft -f -", "w");
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), pipe), strlen(text));
    ck_assert_int_eq(pclose(pipe), 0);
    loaded = rig_nft("nft -s list ruleset 2>&1");
    ck_assert_str_eq(made, loaded);
    ck_assert_ptr_nonnull(strstr(made, "hook input"));
    free(loaded);
    free(made);
}

START_TEST(the_text_is_what_start_makes)
{
    rig_enter();
    rig_new(NULL);
    fill();
    is_what_start_makes();
    rig_down();
}
END_TEST

START_TEST(the_text_of_nothing_is_what_start_makes)
{
    ztrunk_nft_opts opts = {.size = sizeof opts, .table = "a_b-2", .priority = 33};

    rig_enter();
    rig_new(&opts);
    is_what_start_makes();
    rig_down();
}
END_TEST

NFT_MAIN("rt/nft_print", a_room_too_small_is_told_and_not_written_to, a_closed_hole_is_not_printed,
         a_dry_run_needs_no_privilege_and_touches_nothing, the_text_is_what_start_makes,
         the_text_of_nothing_is_what_start_makes)
