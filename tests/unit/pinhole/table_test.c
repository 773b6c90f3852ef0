#include <zerotrunk/pinhole.h>

#include <string.h>
#include "base/time.h"
#include "fail_ctx.h"
#include "unit.h"

static const uint8_t seed[32] = {1};

static ztrunk_addr addr(const char *text)
{
    ztrunk_addr a = {0};

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &a), ZTRUNK_OK);
    return a;
}

static ztrunk_pinhole_spec spec_for(uint64_t dialog, uint16_t port)
{
    ztrunk_pinhole_spec spec = {.size = sizeof spec, .dialog_id = dialog, .prefix_count = 1};

    spec.local = addr("192.0.2.1");
    spec.local.port = port;
    ck_assert_int_eq(ztrunk_prefix_parse("198.51.100.0/24", 15, &spec.prefixes[0]), ZTRUNK_OK);
    return spec;
}

static ztrunk_pinholes *table_of(const ztrunk_pinholes_opts *opts)
{
    ztrunk_pinholes *p = NULL;
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_new(ctx, opts, &p), ZTRUNK_OK);
    ztrunk_ctx_free(ctx);
    return p;
}

static uint64_t open_hole(ztrunk_pinholes *p, uint64_t now_ns, uint64_t dialog, uint16_t port)
{
    ztrunk_pinhole_spec spec = spec_for(dialog, port);
    uint64_t id = 0;

    ck_assert_int_eq(ztrunk_pinholes_open(p, now_ns, &spec, &id), ZTRUNK_OK);
    ck_assert(id != 0);
    return id;
}

static ztrunk_event next_event(ztrunk_pinholes *p)
{
    ztrunk_event event = {.size = sizeof event};

    ck_assert_int_eq(ztrunk_pinholes_poll(p, &event), ZTRUNK_OK);
    return event;
}

static int32_t check(ztrunk_pinholes *p, const char *from, const char *to)
{
    ztrunk_addr source = addr(from);
    ztrunk_addr local = addr(to);
    uint64_t id = 0;

    return ztrunk_pinholes_check(p, &source, &local, &id);
}

START_TEST(denies_by_default)
{
    ztrunk_pinholes *p = table_of(NULL);

    ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.1:20000"), ZTRUNK_E_DENIED);
    open_hole(p, 0, 1, 20000);
    ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.1:20001"), ZTRUNK_E_DENIED);
    ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.2:20000"), ZTRUNK_E_DENIED);
    ck_assert_int_eq(check(p, "203.0.113.1:4000", "192.0.2.1:20000"), ZTRUNK_E_DENIED);
    ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.1:20000"), ZTRUNK_OK);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(a_mapped_address_is_the_address_that_it_is)
{
    ztrunk_pinholes *p = table_of(NULL);
    uint64_t id = open_hole(p, 0, 1, 20000);
    ztrunk_addr mapped = {.family = 6, .port = 4000, .reserved = 9};
    ztrunk_addr local = addr("192.0.2.1:20000");
    uint64_t found = 0;

    mapped.ip[10] = mapped.ip[11] = 0xff;
    memcpy(mapped.ip + 12, addr("198.51.100.7").ip, 4);
    local.ip[7] = 0xaa;
    ck_assert_int_eq(ztrunk_pinholes_check(p, &mapped, &local, &found), ZTRUNK_OK);
    ck_assert(found == id);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(checking_moves_nothing_and_touching_latches_once)
{
    ztrunk_pinholes *p = table_of(NULL);
    uint64_t id = open_hole(p, 0, 1, 20000);
    ztrunk_addr first = addr("198.51.100.7:4000");
    ztrunk_addr second = addr("198.51.100.8:4000");
    ztrunk_pinhole_info info = {.size = sizeof info};

    ck_assert_int_eq(check(p, "198.51.100.8:4000", "192.0.2.1:20000"), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_get_info(p, id, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_latched, 0);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 1, id, &first), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 2, id, &second), ZTRUNK_E_DENIED);
    ck_assert_int_eq(check(p, "198.51.100.8:4000", "192.0.2.1:20000"), ZTRUNK_E_DENIED);
    ck_assert_int_eq(check(p, "198.51.100.7:4001", "192.0.2.1:20000"), ZTRUNK_E_DENIED);
    ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.1:20000"), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_get_info(p, id, &info), ZTRUNK_OK);
    ck_assert(ztrunk_addr_equal(&info.latched, &first));
    ck_assert_uint_eq(info.packets, 1);
    ck_assert_uint_eq(info.denied, 2);
    ck_assert_uint_eq(next_event(p).kind, ZTRUNK_EV_PINHOLE_OPENED);
    ck_assert_uint_eq(next_event(p).kind, ZTRUNK_EV_PINHOLE_LATCHED);
    ck_assert_uint_eq(next_event(p).kind, ZTRUNK_EV_NONE);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(only_signalling_moves_a_latch)
{
    ztrunk_pinholes *p = table_of(NULL);
    uint64_t id = open_hole(p, 0, 1, 20000);
    ztrunk_addr old = addr("198.51.100.7:4000");
    ztrunk_addr moved = addr("198.51.100.9:5000");
    ztrunk_addr foreign = addr("203.0.113.5:5000");

    ck_assert_int_eq(ztrunk_pinholes_answered(p, 1, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 2, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_answered(p, 3, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(check(p, "198.51.100.9:5000", "192.0.2.1:20000"), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ztrunk_pinholes_answered(p, 4, id, &foreign), ZTRUNK_E_DENIED);
    ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.1:20000"), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_answered(p, 5, id, &moved), ZTRUNK_OK);
    ck_assert_int_eq(check(p, "198.51.100.9:5000", "192.0.2.1:20000"), ZTRUNK_OK);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(what_is_under_way_from_the_old_place_does_not_latch)
{
    ztrunk_pinholes *p = table_of(NULL);
    uint64_t id = open_hole(p, 0, 1, 20000), second = 1000000000;
    ztrunk_addr old = addr("198.51.100.7:4000");
    ztrunk_addr moved = addr("198.51.100.9:5000");
    ztrunk_pinhole_info info = {.size = sizeof info};

    ck_assert_int_eq(ztrunk_pinholes_answered(p, 1, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 2, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_answered(p, 3, id, &moved), ZTRUNK_OK);
    ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.1:20000"), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 4, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 2 * second, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_get_info(p, id, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_latched, 0);
    ck_assert_uint_eq(info.packets, 3);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 2 * second + 1, id, &moved), ZTRUNK_OK);
    ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.1:20000"), ZTRUNK_E_DENIED);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(who_stays_at_the_old_place_latches_there_again)
{
    ztrunk_pinholes *p = table_of(NULL);
    uint64_t id = open_hole(p, 0, 1, 20000), second = 1000000000;
    ztrunk_addr old = addr("198.51.100.7:4000");
    ztrunk_addr moved = addr("198.51.100.9:5000");

    ck_assert_int_eq(ztrunk_pinholes_answered(p, 1, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 2, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_answered(p, 3, id, &moved), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 3 + 2 * second, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(check(p, "198.51.100.9:5000", "192.0.2.1:20000"), ZTRUNK_E_DENIED);
    /* Back before anything came from the new place. */
    ck_assert_int_eq(ztrunk_pinholes_answered(p, 4 * second, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 4 * second, id, &old), ZTRUNK_OK);
    ck_assert_int_eq(check(p, "198.51.100.9:5000", "192.0.2.1:20000"), ZTRUNK_E_DENIED);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(a_closed_hole_stays_closed)
{
    ztrunk_pinholes *p = table_of(NULL);
    uint64_t id = open_hole(p, 0, 1, 20000);
    ztrunk_addr from = addr("198.51.100.7:4000");
    uint64_t again;

    ck_assert_int_eq(ztrunk_pinholes_close(p, 1, id, ZTRUNK_PINHOLE_ASKED), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_close(p, 1, id, ZTRUNK_PINHOLE_ASKED), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 1, id, &from), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_pinholes_answered(p, 1, id, &from), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.1:20000"), ZTRUNK_E_DENIED);
    again = open_hole(p, 2, 1, 20000);
    ck_assert(again != id);
    ck_assert_int_eq(ztrunk_pinholes_close(p, 3, id, ZTRUNK_PINHOLE_ASKED), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(ztrunk_pinholes_count(p), 1);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(one_port_carries_one_hole)
{
    ztrunk_pinholes *p = table_of(NULL);
    ztrunk_pinhole_spec spec = spec_for(2, 20000);
    uint64_t id = 0;

    open_hole(p, 0, 1, 20000);
    ck_assert_int_eq(ztrunk_pinholes_open(p, 0, &spec, &id), ZTRUNK_E_STATE);
    ck_assert(id == 0);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(the_limit_holds_and_one_more_is_refused)
{
    ztrunk_pinholes_opts opts = {.size = sizeof opts, .max_open = 3};
    ztrunk_pinholes *p = table_of(&opts);
    ztrunk_pinhole_spec spec = spec_for(9, 30000);
    uint64_t id = 0;

    for (uint16_t i = 0; i < 3; i++) open_hole(p, 0, 1, (uint16_t)(20000 + i));
    ck_assert_int_eq(ztrunk_pinholes_open(p, 0, &spec, &id), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_pinholes_close_dialog(p, 0, 1, NULL), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_open(p, 0, &spec, &id), ZTRUNK_OK);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(an_unanswered_offer_closes_after_32_seconds)
{
    ztrunk_pinholes *p = table_of(NULL);
    uint64_t id = open_hole(p, 0, 1, 20000);
    ztrunk_event event;

    ck_assert(ztrunk_pinholes_deadline(p) == 32 * ZTI_SECOND);
    ck_assert_int_eq(ztrunk_pinholes_expire(p, 32 * ZTI_SECOND - 1), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_pinholes_count(p), 1);
    ck_assert_int_eq(ztrunk_pinholes_expire(p, 32 * ZTI_SECOND), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_pinholes_count(p), 0);
    next_event(p);
    event = next_event(p);
    ck_assert_uint_eq(event.kind, ZTRUNK_EV_PINHOLE_CLOSED);
    ck_assert_uint_eq(event.detail, ZTRUNK_PINHOLE_UNANSWERED);
    ck_assert(event.id == id && event.at_ns == 32 * ZTI_SECOND);
    ck_assert(ztrunk_pinholes_deadline(p) == ZTI_NEVER);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(silence_closes_by_policy_and_media_keeps_it_open)
{
    ztrunk_pinholes_opts opts = {.size = sizeof opts, .idle_ns = 30 * ZTI_SECOND};
    ztrunk_pinholes *p = table_of(&opts);
    uint64_t id = open_hole(p, 0, 1, 20000);
    ztrunk_addr from = addr("198.51.100.7:4000");

    ck_assert_int_eq(ztrunk_pinholes_answered(p, 0, id, &from), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_touch(p, 20 * ZTI_SECOND, id, &from), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_expire(p, 30 * ZTI_SECOND), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_pinholes_count(p), 1);
    ck_assert(ztrunk_pinholes_deadline(p) == 50 * ZTI_SECOND);
    ck_assert_int_eq(ztrunk_pinholes_expire(p, 50 * ZTI_SECOND), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_pinholes_count(p), 0);
    next_event(p);
    next_event(p);
    ck_assert_uint_eq(next_event(p).detail, ZTRUNK_PINHOLE_SILENCE);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(a_dialog_takes_all_its_holes_and_no_other)
{
    ztrunk_pinholes *p = table_of(NULL);
    uint32_t closed = 0;

    for (uint16_t i = 0; i < 6; i++) open_hole(p, 0, 1 + i % 2, (uint16_t)(20000 + i));
    ck_assert_int_eq(ztrunk_pinholes_close_dialog(p, 1, 1, &closed), ZTRUNK_OK);
    ck_assert_uint_eq(closed, 3);
    ck_assert_uint_eq(ztrunk_pinholes_count(p), 3);
    ck_assert_int_eq(ztrunk_pinholes_close_dialog(p, 1, 1, &closed), ZTRUNK_OK);
    ck_assert_uint_eq(closed, 0);
    ck_assert_int_eq(ztrunk_pinholes_close_dialog(p, 1, 2, &closed), ZTRUNK_OK);
    ck_assert_uint_eq(closed, 3);
    ztrunk_pinholes_free(p);
}
END_TEST

/* A caller that never polls is stopped by E_LIMIT; what did open never loses its closing. */
START_TEST(no_closing_is_ever_lost)
{
    ztrunk_pinholes_opts opts = {.size = sizeof opts, .max_open = 4};
    ztrunk_pinholes *p = table_of(&opts);
    ztrunk_pinhole_spec spec = spec_for(1, 20000);
    uint32_t opened = 0, balance = 0;
    ztrunk_event event;
    uint64_t id;

    while (opened < 1000 && ztrunk_pinholes_open(p, 0, &spec, &id) == ZTRUNK_OK) {
        opened++;
        ck_assert_int_eq(ztrunk_pinholes_close(p, 0, id, ZTRUNK_PINHOLE_ASKED), ZTRUNK_OK);
    }
    ck_assert_uint_gt(opened, 4);
    ck_assert_uint_lt(opened, 1000);
    while ((event = next_event(p)).kind != ZTRUNK_EV_NONE) {
        balance += event.kind == ZTRUNK_EV_PINHOLE_OPENED;
        balance -= event.kind == ZTRUNK_EV_PINHOLE_CLOSED;
    }
    ck_assert_uint_eq(balance, 0);
    ck_assert_int_eq(ztrunk_pinholes_open(p, 0, &spec, &id), ZTRUNK_OK);
    ztrunk_pinholes_free(p);
}
END_TEST

START_TEST(ten_thousand_cycles_leave_nothing_behind)
{
    ztrunk_pinholes *p = table_of(NULL);

    for (uint32_t i = 0; i < 10000; i++) {
        open_hole(p, i, i, (uint16_t)(20000 + i % 7));
        ck_assert_int_eq(ztrunk_pinholes_close_dialog(p, i, i, NULL), ZTRUNK_OK);
        next_event(p);
        next_event(p);
    }
    ck_assert_uint_eq(ztrunk_pinholes_count(p), 0);
    ck_assert(ztrunk_pinholes_deadline(p) == ZTI_NEVER);
    ztrunk_pinholes_free(p);
}
END_TEST

/* Gives the number of holes that opened; every failure must leave the table as it was. */
static uint32_t open_some(ztrunk_ctx *ctx)
{
    ztrunk_pinholes *p = NULL;
    uint32_t opened = 0;

    if (ztrunk_pinholes_new(ctx, NULL, &p) != ZTRUNK_OK) return 0;
    for (uint16_t i = 0; i < 40; i++) {
        ztrunk_pinhole_spec spec = spec_for(i % 3, (uint16_t)(20000 + i));
        uint64_t id = 0;
        int32_t err = ztrunk_pinholes_open(p, 0, &spec, &id);

        ck_assert(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM);
        opened += err == ZTRUNK_OK;
        ck_assert_uint_eq(ztrunk_pinholes_count(p), opened);
        if (err != ZTRUNK_OK)
            ck_assert_int_eq(check(p, "198.51.100.7:4000", "192.0.2.1:20000"),
                             i == 0 ? ZTRUNK_E_DENIED : ZTRUNK_OK);
    }
    for (uint64_t dialog = 0; dialog < 3; dialog++)
        ck_assert_int_eq(ztrunk_pinholes_close_dialog(p, 0, dialog, NULL), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_pinholes_count(p), 0);
    ztrunk_pinholes_free(p);
    return opened;
}

START_TEST(any_failed_allocation_leaves_the_table_whole)
{
    uint32_t fail_at = 2, opened = 0;

    do {
        fail_ctx f = {.fail_at = fail_at++};
        ztrunk_ctx *ctx = NULL;

        ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
        opened = open_some(ctx);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
        ck_assert_uint_lt(fail_at, 1000);
    } while (opened < 40);
}
END_TEST

START_TEST(bad_arguments_are_named)
{
    ztrunk_pinholes *p = table_of(NULL);
    ztrunk_pinhole_spec spec = spec_for(1, 20000);
    ztrunk_addr none = {0};
    uint64_t id = 0;

    ck_assert_int_eq(ztrunk_pinholes_open(NULL, 0, &spec, &id), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_pinholes_open(p, 0, NULL, &id), ZTRUNK_E_INVALID);
    spec.size = 3;
    ck_assert_int_eq(ztrunk_pinholes_open(p, 0, &spec, &id), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_pinholes_answered(p, 0, 1, &none), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_pinholes_close(p, 0, 0, 1), ZTRUNK_E_NOTFOUND);
    ck_assert_str_eq(ztrunk_pinhole_reason_text(99), "unknown");
    ck_assert_uint_eq(ztrunk_pinholes_count(NULL), 0);
    ztrunk_pinholes_free(p);
    ztrunk_pinholes_free(NULL);
}
END_TEST

UNIT_MAIN("pinhole/table", denies_by_default, a_mapped_address_is_the_address_that_it_is,
          checking_moves_nothing_and_touching_latches_once, only_signalling_moves_a_latch,
          what_is_under_way_from_the_old_place_does_not_latch,
          who_stays_at_the_old_place_latches_there_again, a_closed_hole_stays_closed,
          one_port_carries_one_hole, the_limit_holds_and_one_more_is_refused,
          an_unanswered_offer_closes_after_32_seconds,
          silence_closes_by_policy_and_media_keeps_it_open,
          a_dialog_takes_all_its_holes_and_no_other, no_closing_is_ever_lost,
          ten_thousand_cycles_leave_nothing_behind, any_failed_allocation_leaves_the_table_whole,
          bad_arguments_are_named)
