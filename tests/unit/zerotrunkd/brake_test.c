#include "brake.h"

#include "unit.h"

#define SECOND UINT64_C(1000000000)

START_TEST(a_flood_writes_one_line_a_second_and_loses_no_count)
{
    struct brake b = {0, 0};
    uint64_t written = 0, counted = 0, left_out = 0;

    for (uint64_t i = 0; i < 10000; i++) {
        if (!brake_allows(&b, i * SECOND / 1000, &left_out)) continue;
        written++;
        counted += left_out;
    }
    ck_assert_uint_eq(written, 10);
    ck_assert_uint_eq(written + counted + b.left_out, 10000);
}
END_TEST

START_TEST(a_rare_event_is_always_written)
{
    struct brake b = {0, 0};
    uint64_t left_out = 7;

    for (uint64_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(brake_allows(&b, i * SECOND, &left_out), 1);
        ck_assert_uint_eq(left_out, 0);
    }
}
END_TEST

UNIT_MAIN("zerotrunkd/brake", a_flood_writes_one_line_a_second_and_loses_no_count,
          a_rare_event_is_always_written)
