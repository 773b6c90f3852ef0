#include "base/heap.h"

#include "base/time.h"
#include "fail_ctx.h"
#include "unit.h"

#define COUNT 500u

static fail_ctx hooks;
static ztrunk_ctx *ctx;

static zti_heap heap_with_room(size_t count)
{
    zti_heap h;

    hooks = (fail_ctx){0};
    ck_assert_int_eq(fail_ctx_new(&hooks, &ctx), ZTRUNK_OK);
    h = zti_heap_of(ctx);
    ck_assert_int_eq(zti_heap_reserve(&h, count), ZTRUNK_OK);
    return h;
}

static void end(zti_heap *h)
{
    zti_heap_free(h);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(hooks.live, 0);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

START_TEST(needs_reserved_room)
{
    zti_heap_node nodes[17] = {0};
    zti_heap h = heap_with_room(1);
    size_t taken = 0;

    while (taken < 17 && zti_heap_set(&h, &nodes[taken], 5) == ZTRUNK_OK) taken++;
    ck_assert_uint_eq(taken, h.cap);
    ck_assert_int_eq(zti_heap_set(&h, &nodes[taken], 5), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(nodes[taken].place, 0);
    end(&h);
}
END_TEST

START_TEST(deadlines_come_out_in_order_after_any_moves)
{
    static zti_heap_node nodes[COUNT];
    zti_heap h = heap_with_room(COUNT);
    uint32_t state = 1;
    uint64_t last = 0;
    size_t in = 0, out = 0;

    for (size_t i = 0; i < 5000; i++) {
        zti_heap_node *node = &nodes[next_random(&state) % COUNT];
        uint64_t deadline = next_random(&state) % 7 == 0 ? ZTI_NEVER : next_random(&state) % 1000;

        ck_assert_int_eq(zti_heap_set(&h, node, deadline), ZTRUNK_OK);
    }
    for (size_t i = 0; i < COUNT; i++) in += nodes[i].place != 0;
    for (zti_heap_node *node; (node = zti_heap_due(&h, 1000)) != NULL; out++) {
        ck_assert(node->deadline_ns >= last);
        ck_assert_uint_eq(node->place, 0);
        last = node->deadline_ns;
    }
    ck_assert_uint_eq(in, out);
    ck_assert(zti_heap_deadline(&h) == ZTI_NEVER);
    end(&h);
}
END_TEST

START_TEST(nothing_is_due_before_its_time)
{
    zti_heap_node node = {0};
    zti_heap h = heap_with_room(1);

    ck_assert_ptr_null(zti_heap_due(&h, UINT64_MAX));
    ck_assert_int_eq(zti_heap_set(&h, &node, 10), ZTRUNK_OK);
    ck_assert_ptr_null(zti_heap_due(&h, 9));
    ck_assert(zti_heap_deadline(&h) == 10);
    ck_assert_ptr_eq(zti_heap_due(&h, 10), &node);
    zti_heap_remove(&h, &node);
    ck_assert_ptr_null(zti_heap_due(&h, 10));
    end(&h);
}
END_TEST

UNIT_MAIN("base/heap", needs_reserved_room, deadlines_come_out_in_order_after_any_moves,
          nothing_is_due_before_its_time)
