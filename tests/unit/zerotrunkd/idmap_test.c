#include "idmap.h"

#include <stdlib.h>
#include "unit.h"

static int values[4096];

START_TEST(an_empty_map_has_nothing)
{
    struct idmap map = {NULL, 0, 0};

    ck_assert_ptr_null(idmap_get(&map, 1));
    ck_assert_ptr_null(idmap_take(&map, 1));
    ck_assert_ptr_null(idmap_get(&map, 0));
    idmap_free(&map);
}
END_TEST

START_TEST(the_last_value_of_an_id_counts)
{
    struct idmap map = {NULL, 0, 0};

    ck_assert_int_eq(idmap_put(&map, 7, &values[1]), 0);
    ck_assert_int_eq(idmap_put(&map, 7, &values[2]), 0);
    ck_assert_uint_eq(map.count, 1);
    ck_assert_ptr_eq(idmap_get(&map, 7), &values[2]);
    ck_assert_ptr_eq(idmap_take(&map, 7), &values[2]);
    ck_assert_ptr_null(idmap_get(&map, 7));
    ck_assert_ptr_null(idmap_take(&map, 7));
    ck_assert_uint_eq(map.count, 0);
    idmap_free(&map);
}
END_TEST

/* A table beside the map says what is in it, while ids come and go in any order. */
START_TEST(it_holds_what_was_put_and_not_taken)
{
    struct idmap map = {NULL, 0, 0};
    uint32_t is_in[4096] = {0}, dice = 1;
    size_t count = 0;

    for (uint32_t step = 0; step < 200000; step++) {
        uint32_t n;

        dice = dice * 1664525u + 1013904223u;
        n = dice >> 20;
        if (dice & 0x10000) {
            ck_assert_int_eq(idmap_put(&map, n + 1, &values[n]), 0);
            count += !is_in[n];
            is_in[n] = 1;
        } else {
            ck_assert_ptr_eq(idmap_take(&map, n + 1), is_in[n] ? &values[n] : NULL);
            count -= is_in[n];
            is_in[n] = 0;
        }
        ck_assert_uint_eq(map.count, count);
    }
    for (uint32_t n = 0; n < 4096; n++)
        ck_assert_ptr_eq(idmap_get(&map, n + 1), is_in[n] ? &values[n] : NULL);
    idmap_free(&map);
}
END_TEST

/* Ids whose places are the same: those behind a hole are still found. */
START_TEST(ids_that_share_a_place_are_told_apart)
{
    struct idmap map = {NULL, 0, 0};
    uint64_t same[8];
    uint32_t found = 0;

    for (uint64_t id = 1; found < 8; id++)
        if ((id * 0x9e3779b97f4a7c15u >> 20 & 63) == 63) same[found++] = id; /* the last of 64 */
    for (uint32_t i = 0; i < 8; i++) ck_assert_int_eq(idmap_put(&map, same[i], &values[i]), 0);
    ck_assert_uint_eq(map.size, 64);
    for (uint32_t i = 0; i < 8; i += 2) ck_assert_ptr_eq(idmap_take(&map, same[i]), &values[i]);
    for (uint32_t i = 1; i < 8; i += 2) ck_assert_ptr_eq(idmap_get(&map, same[i]), &values[i]);
    idmap_free(&map);
}
END_TEST

UNIT_MAIN("zerotrunkd/idmap", an_empty_map_has_nothing, the_last_value_of_an_id_counts,
          it_holds_what_was_put_and_not_taken, ids_that_share_a_place_are_told_apart)
