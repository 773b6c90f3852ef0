/* The table of events is what others map from: sorted, without doubles, in words they can take. */
#include "event.h"

#include <string.h>
#include "unit.h"

START_TEST(a_name_that_is_not_there_is_the_unknown_event)
{
    static const char *const none[] = {"", "a.a", "zz.zz", "call.start ", "call"};

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ck_assert_uint_eq(event_of(none[i])->signature, 0);
        ck_assert_uint_eq(event_of(none[i])->ocsf_class, OCSF_BASE);
    }
}
END_TEST

START_TEST(every_row_is_found_and_no_signature_stands_twice)
{
    for (size_t i = 0; i < event_count; i++) {
        ck_assert_ptr_eq(event_of(event_table[i].name), &event_table[i]);
        for (size_t j = 0; j < i; j++)
            ck_assert_uint_ne(event_table[i].signature, event_table[j].signature);
    }
}
END_TEST

/* RFC 5424 6.2.7: MSGID is at most 32 bytes. The rest would need escaping where none is done. */
START_TEST(names_and_titles_need_no_escape_in_any_format)
{
    for (size_t i = 0; i < event_count; i++) {
        ck_assert_uint_le(strlen(event_table[i].name), 32);
        ck_assert_uint_le(strlen(event_table[i].title), 60);
        for (const char *p = event_table[i].title; *p != 0; p++) {
            ck_assert(*p >= ' ' && *p <= '~');
            ck_assert_ptr_null(strchr("|\\=\"]", *p));
        }
    }
}
END_TEST

START_TEST(a_base_event_has_no_activity_of_another_class)
{
    for (size_t i = 0; i < event_count; i++)
        ck_assert_int_eq(event_table[i].ocsf_class == OCSF_BASE,
                         event_table[i].ocsf_activity == OCSF_OTHER);
}
END_TEST

UNIT_MAIN("zerotrunkd/event", a_name_that_is_not_there_is_the_unknown_event,
          every_row_is_found_and_no_signature_stands_twice,
          names_and_titles_need_no_escape_in_any_format,
          a_base_event_has_no_activity_of_another_class)
