#include "rt/srv.h"

#include "rig.h"

static zti_srv srv(uint16_t priority, uint16_t weight, uint16_t port)
{
    return (zti_srv){.priority = priority, .weight = weight, .port = port};
}

static void seed(void)
{
    static const uint8_t bytes[32] = {3};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(bytes, &ctx), ZTRUNK_OK);
}

START_TEST(the_order_keeps_every_record_and_sorts_by_priority)
{
    seed();
    for (int round = 0; round < 200; round++) {
        zti_srv r[8] = {srv(20, 0, 1), srv(10, 5, 2),  srv(10, 0, 4),  srv(65535, 65535, 8),
                        srv(0, 1, 16), srv(10, 5, 32), srv(20, 0, 64), srv(20, 65535, 128)};
        uint32_t ports = 0;

        ck_assert_int_eq(zti_srv_order(ctx, r, 8), ZTRUNK_OK);
        for (int i = 0; i < 8; i++) ports |= r[i].port;
        ck_assert_uint_eq(ports, 255);
        for (int i = 1; i < 8; i++) ck_assert_uint_le(r[i - 1].priority, r[i].priority);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(none_one_and_all_zero_are_fine)
{
    zti_srv r[2] = {srv(1, 0, 1), srv(1, 0, 2)};
    int first[3] = {0};

    seed();
    ck_assert_int_eq(zti_srv_order(ctx, r, 0), ZTRUNK_OK);
    ck_assert_int_eq(zti_srv_order(ctx, r, 1), ZTRUNK_OK);
    ck_assert_int_eq(zti_srv_order(ctx, r, 2), ZTRUNK_OK);
    first[r[0].port]++;
    ck_assert_int_eq(first[1] + first[2], 1);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* RFC 2782: in proportion to the weight. 3 of 4, within five standard deviations of 2000 draws. */
START_TEST(weight_decides_how_often_a_target_comes_first)
{
    int first = 0;

    seed();
    for (int round = 0; round < 2000; round++) {
        zti_srv r[2] = {srv(1, 100, 1), srv(1, 300, 2)};

        ck_assert_int_eq(zti_srv_order(ctx, r, 2), ZTRUNK_OK);
        first += r[0].port == 2;
    }
    ck_assert_int_ge(first, 1500 - 97);
    ck_assert_int_le(first, 1500 + 97);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("rt/srv", the_order_keeps_every_record_and_sorts_by_priority,
          none_one_and_all_zero_are_fine, weight_decides_how_often_a_target_comes_first)
