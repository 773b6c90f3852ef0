#include "guard/admission.h"

#include "admission_rig.h"

enum { ID = ZTRUNK_SOURCE_IDENTIFIED, SHARED = ZTRUNK_SOURCE_NEVER_BLOCKED };

START_TEST(five_hundred_calls_a_second_are_blocked_within_the_second_and_hurt_nobody_else)
{
    ztrunk_admission_source bad = source_at("203.0.113.9", ID), good = source_at("203.0.113.8", ID);
    uint64_t blocked_at = 0, length = 0;
    uint32_t taken = 0, good_taken = 0;
    ztrunk_admission_verdict v;
    rig r;

    rig_up(&r, NULL);
    limit(&r, ZTRUNK_ADMIT_ADDRESS, 0, (ztrunk_admission_limits){.call_rate = 40});
    for (uint64_t i = 0; i < 500; i++) {
        taken += ask(&r, i * 2 * ZTI_MS, &bad, ZTRUNK_ADMIT_CALL, &v) == ZTRUNK_OK;
        if (v.blocked_ns != 0) {
            ck_assert_uint_eq(blocked_at, 0);
            blocked_at = i * 2 * ZTI_MS;
            length = v.blocked_ns;
        }
        if (i % 25 == 0) good_taken += ask(&r, i * 2 * ZTI_MS, &good, ZTRUNK_ADMIT_CALL, &v) == 0;
    }
    ck_assert_uint_gt(blocked_at, 0);
    ck_assert_uint_lt(blocked_at, ZTI_SECOND);
    ck_assert_uint_le(taken, 200);
    ck_assert_uint_eq(good_taken, 20);
    ck_assert_uint_eq(length, 60 * ZTI_SECOND);
    ck_assert_int_eq(ask(&r, blocked_at + length - 1, &bad, ZTRUNK_ADMIT_CALL, &v),
                     ZTRUNK_E_DENIED);
    ck_assert_uint_eq(v.reason, ZTRUNK_ADMIT_BLOCKED);
    ck_assert_uint_eq(v.status, 0);
    ck_assert_int_eq(ask(&r, blocked_at + length, &bad, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_OK);
    rig_down(&r);
}
END_TEST

START_TEST(a_million_spoofed_sources_cost_no_more_than_the_cap)
{
    const ztrunk_admission_opts opts = {.size = sizeof opts, .max_addresses = 1000};
    ztrunk_admission_source busy = source_at("192.0.2.1", 0), bad = source_at("192.0.2.2", 0);
    ztrunk_admission_source spoofed = source_at("10.0.0.0", 0);
    ztrunk_admission_verdict v;
    uint32_t allocations;
    uint64_t id;
    rig r;

    rig_up(&r, &opts);
    ck_assert_int_eq(ask(&r, 0, &busy, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_OK);
    id = v.id;
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(ztrunk_admission_offend(r.a, 0, &bad, ZTRUNK_OFFENCE_MALFORMED, NULL),
                         ZTRUNK_OK);
    allocations = r.fail.calls;
    for (uint32_t i = 0; i < 1000000; i++) {
        spoofed.addr.ip[1] = (uint8_t)(i >> 16);
        spoofed.addr.ip[2] = (uint8_t)(i >> 8);
        spoofed.addr.ip[3] = (uint8_t)i;
        ck_assert_int_eq(ask(&r, i, &spoofed, ZTRUNK_ADMIT_REQUEST, &v), ZTRUNK_OK);
    }
    ck_assert_uint_eq(r.fail.calls, allocations);
    ck_assert_uint_eq(info_of(&r).addresses, 1000);
    ck_assert_uint_eq(info_of(&r).forgotten, 1000000 + 2 - 1000);
    ck_assert_uint_gt(ztrunk_admission_blocked_ns(r.a, 1000000, &bad.addr), 0);
    ck_assert_int_eq(ztrunk_admission_end(r.a, 1000000, id), ZTRUNK_OK);
    rig_down(&r);
}
END_TEST

START_TEST(when_all_have_something_open_a_newcomer_is_refused_and_endings_pass)
{
    const ztrunk_admission_opts opts = {.size = sizeof opts, .max_addresses = 1};
    ztrunk_admission_source one = source_at("192.0.2.1", 0), two = source_at("192.0.2.2", ID);
    ztrunk_admission_verdict v;
    uint64_t id;
    rig r;

    rig_up(&r, &opts);
    ck_assert_int_eq(ask(&r, 0, &one, ZTRUNK_ADMIT_CONNECTION, &v), ZTRUNK_OK);
    id = v.id;
    ck_assert_int_eq(ask(&r, 0, &two, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(v.reason, ZTRUNK_ADMIT_FULL);
    ck_assert_uint_eq(v.status, 503);
    ck_assert_int_eq(ask(&r, 0, &two, ZTRUNK_ADMIT_ENDING, &v), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_admission_end(r.a, 0, id), ZTRUNK_OK);
    ck_assert_int_eq(ask(&r, 0, &two, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_OK);
    rig_down(&r);
}
END_TEST

START_TEST(a_shared_address_is_limited_and_never_blocked)
{
    ztrunk_admission_source cloud = source_at("198.51.100.4", ID | SHARED);
    ztrunk_admission_verdict v;
    uint64_t blocked = 1;
    rig r;

    rig_up(&r, NULL);
    limit(&r, ZTRUNK_ADMIT_ADDRESS, 0, (ztrunk_admission_limits){.call_rate = 2});
    ck_assert_uint_eq(admitted(&r, 0, &cloud, ZTRUNK_ADMIT_CALL, 10000), 2);
    for (uint32_t i = 0; i < ZTRUNK_OFFENCE_KINDS * 1000; i++)
        ck_assert_int_eq(ztrunk_admission_offend(r.a, 0, &cloud, i / 1000, &blocked), ZTRUNK_OK);
    ck_assert_uint_eq(blocked, 0);
    ck_assert_int_eq(ask(&r, 0, &cloud, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(v.status, 503);
    ck_assert_uint_eq(v.retry_after_s, 1);
    ck_assert_int_eq(ask(&r, ZTI_SECOND / 2, &cloud, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_OK);
    rig_down(&r);
}
END_TEST

START_TEST(a_stranger_over_its_limit_gets_nothing)
{
    ztrunk_admission_source stranger = source_at("192.0.2.7", 0);
    ztrunk_admission_verdict v;
    rig r;

    rig_up(&r, NULL);
    limit(&r, ZTRUNK_ADMIT_ADDRESS, 0, (ztrunk_admission_limits){.message_rate = 1});
    ck_assert_uint_eq(admitted(&r, 0, &stranger, ZTRUNK_ADMIT_IN_DIALOG, 5), 1);
    ck_assert_int_eq(ask(&r, 0, &stranger, ZTRUNK_ADMIT_IN_DIALOG, &v), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(v.status, 0);
    ck_assert_uint_eq(v.retry_after_s, 0);
    ck_assert_uint_eq(v.reason, ZTRUNK_ADMIT_MESSAGE_RATE);
    ck_assert_uint_eq(v.level, ZTRUNK_ADMIT_ADDRESS);
    rig_down(&r);
}
END_TEST

/* One endpoint behind a trunk uses up the trunk's rate: the trunk's others must not be blocked for
 * it, and the endpoint must be. */
START_TEST(who_is_refused_for_others_does_not_offend_and_the_flooder_behind_a_trunk_does)
{
    ztrunk_admission_source bad = source_at("203.0.113.9", ID), good = source_at("203.0.113.8", ID);
    ztrunk_admission_verdict v;
    rig r;

    rig_up(&r, NULL);
    bad.trunk = good.trunk = 7;
    limit(&r, ZTRUNK_ADMIT_TRUNK, 0, (ztrunk_admission_limits){.call_rate = 1});
    limit(&r, ZTRUNK_ADMIT_ADDRESS, 0, (ztrunk_admission_limits){.call_rate = 200});
    ck_assert_uint_eq(admitted(&r, 0, &bad, ZTRUNK_ADMIT_CALL, 301), 1);
    ck_assert_uint_gt(ztrunk_admission_blocked_ns(r.a, 0, &bad.addr), 0);
    for (int i = 0; i < 150; i++)
        ck_assert_int_eq(ask(&r, 0, &good, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(v.level, ZTRUNK_ADMIT_TRUNK);
    ck_assert_uint_eq(ztrunk_admission_blocked_ns(r.a, 0, &good.addr), 0);
    rig_down(&r);
}
END_TEST

START_TEST(a_refusal_takes_nothing_from_the_levels_above)
{
    ztrunk_admission_source s = source_at("203.0.113.9", ID);
    ztrunk_admission_source other = source_at("203.0.113.10", ID);
    rig r;

    rig_up(&r, NULL);
    s.identity = other.identity = 3;
    limit(&r, ZTRUNK_ADMIT_IDENTITY, 0, (ztrunk_admission_limits){.call_rate = 10});
    limit(&r, ZTRUNK_ADMIT_ADDRESS, 0, (ztrunk_admission_limits){.call_rate = 4});
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_CALL, 50), 4);
    ck_assert_uint_eq(admitted(&r, 0, &other, ZTRUNK_ADMIT_CALL, 50), 4);
    other = source_at("203.0.113.11", ID);
    other.identity = 3;
    ck_assert_uint_eq(admitted(&r, 0, &other, ZTRUNK_ADMIT_CALL, 50), 2);
    rig_down(&r);
}
END_TEST

START_TEST(new_calls_are_shed_first_then_dialogs_and_endings_never)
{
    ztrunk_admission_source s = source_at("203.0.113.9", 0);
    rig r;

    rig_up(&r, NULL);
    limit(&r, ZTRUNK_ADMIT_ADDRESS, 0, (ztrunk_admission_limits){.message_rate = 10});
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_CALL, 20), 5);
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_REQUEST, 20), 0);
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_IN_DIALOG, 20), 5);
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_ENDING, 20), 20);
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_CALL, 100), 0);
    ck_assert_uint_gt(ztrunk_admission_blocked_ns(r.a, 0, &s.addr), 0);
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_IN_DIALOG, 20), 0);
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_ENDING, 20), 20);
    rig_down(&r);
}
END_TEST

START_TEST(each_bound_takes_its_number_and_refuses_the_next)
{
    static const struct {
        uint32_t what, reason;
        ztrunk_admission_limits limits;
    } rows[] = {
        {ZTRUNK_ADMIT_CONNECTION, ZTRUNK_ADMIT_CONNECTIONS, {.connections = 3}},
        {ZTRUNK_ADMIT_HANDSHAKE, ZTRUNK_ADMIT_CONNECTIONS, {.connections = 3}},
        {ZTRUNK_ADMIT_HANDSHAKE, ZTRUNK_ADMIT_HANDSHAKES, {.handshakes = 3}},
        {ZTRUNK_ADMIT_HANDSHAKE, ZTRUNK_ADMIT_HANDSHAKE_RATE, {.handshake_rate = 3}},
        {ZTRUNK_ADMIT_CALL, ZTRUNK_ADMIT_CALLS, {.calls = 3}},
        {ZTRUNK_ADMIT_CALL, ZTRUNK_ADMIT_CALL_RATE, {.call_rate = 3}},
        {ZTRUNK_ADMIT_IN_DIALOG, ZTRUNK_ADMIT_MESSAGE_RATE, {.message_rate = 3}},
        {ZTRUNK_ADMIT_CALL, ZTRUNK_ADMIT_CALL_RATE, {.call_rate = 1, .call_burst = 3}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (uint32_t level = 0; level < ZTI_ADMIT_LEVELS; level++) {
            ztrunk_admission_source s = source_at("2001:db8::1", ID);
            ztrunk_admission_verdict v;
            rig r;

            rig_up(&r, NULL);
            s.identity = s.trunk = s.prefix = 9;
            limit(&r, level, 0, rows[i].limits);
            ck_assert_uint_eq(admitted(&r, 0, &s, rows[i].what, 3), 3);
            ck_assert_int_eq(ask(&r, 0, &s, rows[i].what, &v), ZTRUNK_E_LIMIT);
            ck_assert_uint_eq(v.reason, rows[i].reason);
            ck_assert_uint_eq(v.level, level);
            ck_assert_uint_eq(v.status, 503);
            ck_assert_uint_gt(v.retry_after_s, 0);
            ck_assert_uint_eq(v.id, 0);
            rig_down(&r);
        }
}
END_TEST

START_TEST(what_ends_makes_room_once)
{
    ztrunk_admission_source s = source_at("203.0.113.9", ID);
    ztrunk_admission_verdict v;
    uint64_t id;
    rig r;

    rig_up(&r, NULL);
    s.trunk = 1;
    limit(&r, ZTRUNK_ADMIT_TRUNK, 0,
          (ztrunk_admission_limits){.calls = 1, .connections = 1, .handshakes = 1});
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_OK);
    id = v.id;
    ck_assert_int_eq(ztrunk_admission_ready(r.a, 0, id), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_admission_end(r.a, 0, id), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_admission_end(r.a, 0, id), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_CALL, 5), 1);
    ck_assert_int_eq(ztrunk_admission_end(r.a, 0, id), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_admission_end(r.a, 0, 0), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_admission_end(r.a, 0, UINT64_MAX), ZTRUNK_E_NOTFOUND);
    rig_down(&r);
}
END_TEST

START_TEST(a_handshake_is_half_open_until_it_is_ready_and_a_connection_until_it_ends)
{
    ztrunk_admission_source s = source_at("203.0.113.9", ID);
    ztrunk_admission_verdict v;
    uint64_t id;
    rig r;

    rig_up(&r, NULL);
    limit(&r, ZTRUNK_ADMIT_ADDRESS, 0,
          (ztrunk_admission_limits){.connections = 2, .handshakes = 1});
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_HANDSHAKE, &v), ZTRUNK_OK);
    id = v.id;
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_HANDSHAKE, &v), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(v.reason, ZTRUNK_ADMIT_HANDSHAKES);
    ck_assert_int_eq(ztrunk_admission_ready(r.a, 0, id), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_admission_ready(r.a, 0, id), ZTRUNK_E_STATE);
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_HANDSHAKE, &v), ZTRUNK_OK);
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_HANDSHAKE, &v), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(v.reason, ZTRUNK_ADMIT_CONNECTIONS);
    ck_assert_int_eq(ztrunk_admission_end(r.a, 0, id), ZTRUNK_OK);
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_CONNECTION, &v), ZTRUNK_OK);
    /* Of the two that are left one is still half-open: nothing was counted twice. */
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_HANDSHAKE, &v), ZTRUNK_E_LIMIT);
    rig_down(&r);
}
END_TEST

START_TEST(one_network_of_ipv6_is_one_source_and_mapped_ipv4_is_ipv4)
{
    ztrunk_admission_source six = source_at("2001:db8:0:1::1", 0);
    ztrunk_admission_source same = source_at("2001:db8:0:1:ffff::2", 0);
    ztrunk_admission_source other = source_at("2001:db8:0:2::1", 0);
    ztrunk_admission_source four = source_at("192.0.2.1", 0), mapped = four;
    rig r;

    rig_up(&r, NULL);
    mapped.addr = (ztrunk_addr){.family = 6, .ip = {[10] = 0xff, 0xff, 192, 0, 2, 1}};
    limit(&r, ZTRUNK_ADMIT_ADDRESS, 0, (ztrunk_admission_limits){.message_rate = 1});
    ck_assert_uint_eq(admitted(&r, 0, &six, ZTRUNK_ADMIT_IN_DIALOG, 1), 1);
    ck_assert_uint_eq(admitted(&r, 0, &same, ZTRUNK_ADMIT_IN_DIALOG, 1), 0);
    ck_assert_uint_eq(admitted(&r, 0, &other, ZTRUNK_ADMIT_IN_DIALOG, 1), 1);
    ck_assert_uint_eq(admitted(&r, 0, &four, ZTRUNK_ADMIT_IN_DIALOG, 1), 1);
    ck_assert_uint_eq(admitted(&r, 0, &mapped, ZTRUNK_ADMIT_IN_DIALOG, 1), 0);
    rig_down(&r);
}
END_TEST

/* With one place left the levels of one question must not push one another out. */
START_TEST(the_levels_of_one_question_do_not_take_each_others_place)
{
    const ztrunk_admission_opts opts = {.size = sizeof opts, .max_named = 2};
    ztrunk_admission_source s = source_at("203.0.113.9", ID);
    ztrunk_admission_verdict v;
    rig r;

    rig_up(&r, &opts);
    s.identity = s.trunk = s.prefix = 1;
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(v.reason, ZTRUNK_ADMIT_FULL);
    s.prefix = 0;
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_OK);
    rig_down(&r);
}
END_TEST

START_TEST(at_max_open_the_next_is_refused_and_costs_nothing)
{
    const ztrunk_admission_opts opts = {.size = sizeof opts, .max_open = 2};
    ztrunk_admission_source s = source_at("203.0.113.9", ID);
    ztrunk_admission_verdict v;
    rig r;

    rig_up(&r, &opts);
    limit(&r, ZTRUNK_ADMIT_ADDRESS, 0, (ztrunk_admission_limits){.call_rate = 3});
    ck_assert_uint_eq(admitted(&r, 0, &s, ZTRUNK_ADMIT_CONNECTION, 2), 2);
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(v.reason, ZTRUNK_ADMIT_FULL);
    ck_assert_uint_eq(v.retry_after_s, 5);
    ck_assert_uint_eq(info_of(&r).open, 2);
    rig_down(&r);
}
END_TEST

START_TEST(each_offence_has_its_weight)
{
    const ztrunk_admission_opts opts = {.size = sizeof opts,
                                        .points = 12,
                                        .weights = {1, 2, 3, 4, 6}};
    static const uint32_t needed[ZTRUNK_OFFENCE_KINDS] = {12, 6, 4, 3, 2};

    for (uint32_t kind = 0; kind < ZTRUNK_OFFENCE_KINDS; kind++) {
        ztrunk_admission_source s = source_at("203.0.113.9", 0);
        uint64_t blocked = 0;
        uint32_t count = 0;
        rig r;

        rig_up(&r, &opts);
        for (; blocked == 0; count++)
            ck_assert_int_eq(ztrunk_admission_offend(r.a, 9, &s, kind, &blocked), ZTRUNK_OK);
        ck_assert_uint_eq(count, needed[kind]);
        ck_assert_uint_eq(info_of(&r).blocks, 1);
        rig_down(&r);
    }
}
END_TEST

START_TEST(wrong_arguments_are_told)
{
    ztrunk_admission_source s = source_at("203.0.113.9", 0), none = s;
    ztrunk_admission_verdict v;
    rig r;

    rig_up(&r, NULL);
    none.addr.family = 0;
    ck_assert_int_eq(ask(&r, 0, &none, ZTRUNK_ADMIT_CALL, &v), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ask(&r, 0, &s, 0, &v), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ask(&r, 0, &s, ZTRUNK_ADMIT_ENDING + 1, &v), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_admission_ask(r.a, 0, &s, ZTRUNK_ADMIT_CALL, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_admission_offend(r.a, 0, &s, ZTRUNK_OFFENCE_KINDS, NULL),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_admission_offend(r.a, 0, &none, 0, NULL), ZTRUNK_E_INVALID);
    ck_assert_uint_eq(info_of(&r).addresses, 0);
    rig_down(&r);
}
END_TEST

UNIT_MAIN("guard/admission_ask",
          five_hundred_calls_a_second_are_blocked_within_the_second_and_hurt_nobody_else,
          a_million_spoofed_sources_cost_no_more_than_the_cap,
          when_all_have_something_open_a_newcomer_is_refused_and_endings_pass,
          a_shared_address_is_limited_and_never_blocked, a_stranger_over_its_limit_gets_nothing,
          who_is_refused_for_others_does_not_offend_and_the_flooder_behind_a_trunk_does,
          a_refusal_takes_nothing_from_the_levels_above,
          new_calls_are_shed_first_then_dialogs_and_endings_never,
          each_bound_takes_its_number_and_refuses_the_next, what_ends_makes_room_once,
          a_handshake_is_half_open_until_it_is_ready_and_a_connection_until_it_ends,
          one_network_of_ipv6_is_one_source_and_mapped_ipv4_is_ipv4,
          the_levels_of_one_question_do_not_take_each_others_place,
          at_max_open_the_next_is_refused_and_costs_nothing, each_offence_has_its_weight,
          wrong_arguments_are_told)
