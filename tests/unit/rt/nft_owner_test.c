#include "rt/nft_owner.h"

#include <signal.h>
#include "nft_rig.h"

START_TEST(a_second_owner_of_a_name_is_refused_until_the_first_lets_it_go)
{
    int one, two;

    rig_enter();
    one = zti_nft_own("zerotrunk");
    ck_assert_int_ge(one, 0);
    ck_assert_int_eq(zti_nft_own("zerotrunk"), -1);
    ck_assert_int_eq(errno, EADDRINUSE);
    two = zti_nft_own("zerotrunk-2");
    ck_assert_int_ge(two, 0);
    close(one);
    one = zti_nft_own("zerotrunk");
    ck_assert_int_ge(one, 0);
    close(one);
    close(two);
}
END_TEST

START_TEST(an_owner_that_was_killed_owns_nothing)
{
    int pair[2], fd;
    char byte = 0;
    pid_t pid;

    rig_enter();
    ck_assert_int_eq(pipe(pair), 0);
    pid = fork();
    if (pid == 0) {
        byte = zti_nft_own("zerotrunk") >= 0;
        (void)!write(pair[1], &byte, 1);
        (void)pause();
        _exit(0);
    }
    ck_assert_int_eq(read(pair[0], &byte, 1), 1);
    ck_assert_int_eq(byte, 1);
    ck_assert_int_eq(zti_nft_own("zerotrunk"), -1);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    fd = zti_nft_own("zerotrunk");
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    close(fd);
    close(pair[0]);
    close(pair[1]);
}
END_TEST

START_TEST(a_table_that_another_handle_has_is_neither_taken_nor_removed)
{
    const ztrunk_nft_opts other = {.size = sizeof other, .table = "zerotrunk-2"};
    ztrunk_nft *second;

    rig_enter();
    rig_new(NULL);
    ck_assert_int_eq(ztrunk_nft_start(nft), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_new(ctx, NULL, &second), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_start(second), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EADDRINUSE);
    ck_assert_ptr_nonnull(strstr(ztrunk_nft_error(second), "another process"));
    ztrunk_nft_free(second);
    ck_assert_int_ge(rig_elements("zerotrunk", "holes4"), 0);
    ck_assert_int_eq(ztrunk_nft_new(ctx, &other, &second), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_start(second), ZTRUNK_OK);
    ck_assert_int_ge(rig_elements("zerotrunk-2", "holes4"), 0);
    ztrunk_nft_free(second);
    ck_assert_int_ge(rig_elements("zerotrunk", "holes4"), 0);
    rig_down();
}
END_TEST

NFT_MAIN("rt/nft_owner", a_second_owner_of_a_name_is_refused_until_the_first_lets_it_go,
         an_owner_that_was_killed_owns_nothing,
         a_table_that_another_handle_has_is_neither_taken_nor_removed)
