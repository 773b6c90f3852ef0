#include "rt/nft_sync.h"

#include <zerotrunk/rt.h>
#include "base/time.h"
#include "nft_rig.h"
#include "rt/nft_set.h"

static zti_nft_entry *only(zti_nft_table *t)
{
    uint32_t place = 0;

    return zti_nft_table_next(t, &place);
}

static void open_hole(const char *remote)
{
    ztrunk_addr local = at("127.0.0.1", 10000), from = addr(remote);

    ck_assert_int_eq(ztrunk_nft_open(nft, &local, &from), ZTRUNK_OK);
}

/* The kernel may end an element before our clock says so, or another program take it: the batch
 * holds all the same, and the table need not be made again. */
START_TEST(an_element_that_the_kernel_has_ended_fails_no_batch)
{
    ztrunk_addr local = at("127.0.0.1", 10000);

    rig_up(NULL);
    open_hole("127.2.0.1");
    rig_commit();
    only(&nft->holes)->sent = addr("127.2.0.9"); /* what is not there */
    ck_assert_int_eq(ztrunk_nft_refresh(nft, &local), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_update(nft, ztrunk_rt_now_ns()), ZTRUNK_OK);
    only(&nft->holes)->sent = addr("127.2.0.9");
    ck_assert_int_eq(ztrunk_nft_close(nft, &local), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_update(nft, ztrunk_rt_now_ns()), ZTRUNK_OK);
    ck_assert_uint_eq(nft->holes.count, 0);
    rig_down();
}
END_TEST

START_TEST(a_moved_hole_leaves_nothing_behind)
{
    rig_up(NULL);
    open_hole("127.2.0.1");
    rig_commit();
    open_hole("127.2.0.2");
    rig_commit();
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 1);
    open_hole("127.2.0.3");
    open_hole("127.2.0.4");
    rig_commit();
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 1);
    ck_assert_int_eq(rig_media("127.2.0.2", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("127.2.0.3", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("127.2.0.4", "127.0.0.1", 10000), REACHED);
    rig_down();
}
END_TEST

START_TEST(a_refused_batch_stays_queued)
{
    rig_up(NULL);
    open_hole("127.2.0.1");
    ck_assert_int_eq(seteuid(65534), 0);
    ck_assert_int_eq(ztrunk_nft_commit(nft), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EPERM);
    ck_assert_int_eq(seteuid(0), 0);
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 0);
    ck_assert_uint_eq(only(&nft->holes)->is_dirty, 1);
    rig_commit();
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 1);
    ck_assert_uint_eq(only(&nft->holes)->is_dirty, 0);
    rig_down();
}
END_TEST

START_TEST(a_rebuilt_hole_has_what_is_left_of_its_time)
{
    uint64_t left;

    rig_up(NULL);
    open_hole("127.2.0.1");
    rig_commit();
    left = zti_nft_left(only(&nft->holes), only(&nft->holes)->until_ns - ZTI_SECOND);
    ck_assert_uint_eq(left, ZTI_SECOND);
    ck_assert_int_eq(zti_nft_build(nft, only(&nft->holes)->until_ns - ZTI_SECOND), ZTRUNK_OK);
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 1);
    ck_assert_int_eq(zti_nft_build(nft, only(&nft->holes)->until_ns), ZTRUNK_OK);
    ck_assert_int_eq(rig_elements("zerotrunk", "holes4"), 0); /* its time is over */
    rig_down();
}
END_TEST

START_TEST(each_entry_is_in_one_set)
{
    zti_nft_entry entry = {.is_used = 1};
    ztrunk_addr none = {.family = 0}, four = {.family = 4}, six = {.family = 6};
    const struct {
        uint8_t family;
        const ztrunk_addr *remote;
        uint32_t set;
    } rows[] = {{4, &four, ZTI_NFT_HOLES},
                {6, &six, ZTI_NFT_HOLES + 1},
                {4, &none, ZTI_NFT_OPEN},
                {6, &none, ZTI_NFT_OPEN + 1}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        entry.key.family = rows[i].family;
        for (uint32_t set = ZTI_NFT_HOLES; set < ZTI_NFT_SETS; set++)
            ck_assert_uint_eq(zti_nft_is_in(set, &entry, rows[i].remote), set == rows[i].set);
        ck_assert_uint_eq(zti_nft_is_in(ZTI_NFT_BLOCKED, &entry, &none), rows[i].family == 4);
        ck_assert_uint_eq(zti_nft_is_in(ZTI_NFT_BLOCKED + 1, &entry, &none), rows[i].family == 6);
    }
}
END_TEST

NFT_MAIN("rt/nft_sync", a_refused_batch_stays_queued,
         an_element_that_the_kernel_has_ended_fails_no_batch, a_moved_hole_leaves_nothing_behind,
         a_rebuilt_hole_has_what_is_left_of_its_time, each_entry_is_in_one_set)
