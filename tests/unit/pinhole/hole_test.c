#include "pinhole/hole.h"

#include <string.h>
#include "base/time.h"
#include "unit.h"

static ztrunk_addr addr(const char *text)
{
    ztrunk_addr a = {0};

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &a), ZTRUNK_OK);
    return a;
}

static zti_hole hole_for(const char *local, const char *prefix)
{
    zti_hole hole = {.spec = {.size = sizeof hole.spec, .prefix_count = prefix != NULL}};

    hole.spec.local = addr(local);
    if (prefix != NULL)
        ck_assert_int_eq(ztrunk_prefix_parse(prefix, strlen(prefix), &hole.spec.prefixes[0]),
                         ZTRUNK_OK);
    return hole;
}

START_TEST(refuses_a_remote_outside_the_prefixes)
{
    zti_hole hole = hole_for("192.0.2.1:20000", "198.51.100.0/24");

    hole.spec.remote = addr("203.0.113.9:4000");
    ck_assert_int_eq(zti_hole_spec_check(&hole.spec), ZTRUNK_E_DENIED);
    hole.spec.remote = addr("198.51.100.255:4000");
    ck_assert_int_eq(zti_hole_spec_check(&hole.spec), ZTRUNK_OK);
}
END_TEST

START_TEST(refuses_a_spec_that_is_no_hole)
{
    zti_hole hole = hole_for("192.0.2.1", NULL);

    ck_assert_int_eq(zti_hole_spec_check(&hole.spec), ZTRUNK_E_INVALID);
    hole.spec.local.port = 20000;
    ck_assert_int_eq(zti_hole_spec_check(&hole.spec), ZTRUNK_OK);
    hole.spec.prefix_count = 17;
    ck_assert_int_eq(zti_hole_spec_check(&hole.spec), ZTRUNK_E_INVALID);
    hole.spec.prefix_count = 0;
    hole.spec.flags = 2;
    ck_assert_int_eq(zti_hole_spec_check(&hole.spec), ZTRUNK_E_INVALID);
    hole.spec.flags = 0;
    hole.spec.local.family = 5;
    ck_assert_int_eq(zti_hole_spec_check(&hole.spec), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(admits_only_the_latched_source_once_latched)
{
    zti_hole hole = hole_for("192.0.2.1:20000", "198.51.100.0/24");
    ztrunk_addr good = addr("198.51.100.7:4000");
    ztrunk_addr other_port = addr("198.51.100.7:4001");

    ck_assert(zti_hole_admits(&hole, &good));
    ck_assert(zti_hole_admits(&hole, &other_port));
    hole.is_latched = 1;
    hole.latched = good;
    ck_assert(zti_hole_admits(&hole, &good));
    ck_assert(!zti_hole_admits(&hole, &other_port));
}
END_TEST

START_TEST(only_the_place_that_was_left_waits_two_seconds)
{
    zti_hole hole = hole_for("192.0.2.1:20000", "198.51.100.0/24");
    ztrunk_addr before = addr("198.51.100.7:4000");
    ztrunk_addr other = addr("198.51.100.7:4001");
    uint64_t second = 1000000000;

    ck_assert(zti_hole_may_latch(&hole, 0, &before));
    hole.is_latched = 1;
    hole.latched = before;
    zti_hole_move(&hole, second);
    ck_assert(!hole.is_latched);
    ck_assert(!zti_hole_may_latch(&hole, 3 * second - 1, &before));
    ck_assert(zti_hole_may_latch(&hole, 3 * second, &before));
    ck_assert(zti_hole_may_latch(&hole, second, &other));
    /* Moved once more, and nothing has latched in between: it is the same place that was left. */
    zti_hole_move(&hole, 2 * second);
    ck_assert(!zti_hole_may_latch(&hole, 4 * second - 1, &before));
    hole.spec.remote = before;
    ck_assert(zti_hole_may_latch(&hole, 2 * second, &before));
}
END_TEST

START_TEST(admits_only_the_sdp_address_without_latching)
{
    zti_hole hole = hole_for("192.0.2.1:20000", "198.51.100.0/24");
    ztrunk_addr named = addr("198.51.100.7:4000");
    ztrunk_addr neighbour = addr("198.51.100.8:4000");

    hole.spec.flags = ZTRUNK_PINHOLE_NO_LATCH;
    ck_assert(!zti_hole_admits(&hole, &named));
    hole.spec.remote = named;
    ck_assert(zti_hole_admits(&hole, &named));
    ck_assert(!zti_hole_admits(&hole, &neighbour));
}
END_TEST

START_TEST(closes_unanswered_then_on_silence)
{
    zti_hole hole = hole_for("192.0.2.1:20000", NULL);
    ztrunk_pinholes_opts opts = {.answer_ns = 32 * ZTI_SECOND, .idle_ns = 0};
    uint32_t reason = 0;

    hole.opened_ns = 5;
    ck_assert(zti_hole_deadline(&hole, &opts, &reason) == 5 + 32 * ZTI_SECOND);
    ck_assert_uint_eq(reason, ZTRUNK_PINHOLE_UNANSWERED);
    hole.is_answered = 1;
    ck_assert(zti_hole_deadline(&hole, &opts, &reason) == ZTI_NEVER);
    opts.idle_ns = 10;
    hole.touched_ns = 7;
    ck_assert(zti_hole_deadline(&hole, &opts, &reason) == 17);
    ck_assert_uint_eq(reason, ZTRUNK_PINHOLE_SILENCE);
}
END_TEST

UNIT_MAIN("pinhole/hole", refuses_a_remote_outside_the_prefixes, refuses_a_spec_that_is_no_hole,
          admits_only_the_latched_source_once_latched, admits_only_the_sdp_address_without_latching,
          only_the_place_that_was_left_waits_two_seconds, closes_unanswered_then_on_silence)
