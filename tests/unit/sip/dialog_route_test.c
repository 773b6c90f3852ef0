#include "sip/dialog.h"

#include "sip_table.h"

static void holds(const ztrunk_sip_msg *m, const char *name, uint32_t nth, const char *expected)
{
    const char *text = NULL;
    size_t len = 0;
    int32_t err = ztrunk_sip_msg_value(m, name, nth, &text, &len);

    if (expected == NULL) {
        ck_assert_int_eq(err, ZTRUNK_E_NOTFOUND);
        return;
    }
    ck_assert_int_eq(err, ZTRUNK_OK);
    ck_assert_uint_eq(len, strlen(expected));
    ck_assert_mem_eq(text, expected, len);
}

static void goes_to(const ztrunk_sip_msg *m, const char *expected)
{
    const char *text = NULL;
    size_t len = 0;

    ck_assert_int_eq(ztrunk_sip_msg_uri(m, &text, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, strlen(expected));
    ck_assert_mem_eq(text, expected, len);
}

START_TEST(loose_routes_stand_in_their_order_and_the_target_in_the_line)
{
    sim_table t = sim_table_new(0);
    ztrunk_sip_msg *bye = NULL;
    uint64_t id;

    sim_invite(&t, 0,
               (sim_spec){.extra = "Record-Route: <sip:p1.example;lr>, <sip:p2.example;lr>\r\n"});
    id = sim_answer(&t, 1, 200, "b1", NULL);
    ck_assert_int_eq(ztrunk_dialogs_request(t.d, id, "BYE", 0, &bye), ZTRUNK_OK);
    goes_to(bye, "sip:alice@192.0.2.7:5070");
    holds(bye, "Route", 0, "<sip:p1.example;lr>");
    holds(bye, "Route", 1, "<sip:p2.example;lr>");
    holds(bye, "Route", 2, NULL);
    holds(bye, "CSeq", 0, "1 BYE");
    holds(bye, "From", 0, "<sip:bob@us.example.com>;tag=b1");
    holds(bye, "To", 0, "<sip:alice@peer.example.com>;tag=a1");
    ztrunk_sip_msg_free(bye);
    sim_table_end(&t);
}
END_TEST

START_TEST(caller_sends_them_in_reverse_and_strict_routers_swap_the_target)
{
    static const char routes[] = "<sip:near.example;lr>, <sip:old.example>";
    sim_table t = sim_table_new(0);
    ztrunk_sip_msg *m, *bye = NULL;
    uint64_t id = 0;

    sim_invite(&t, 1, (sim_spec){0});
    m = sim_response(t.invite, 200, "b1", NULL);
    (void)ztrunk_sip_msg_add_header(m, "Record-Route", routes, strlen(routes));
    ck_assert_int_eq(sim_show(&t, m, 0, &id), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_dialogs_request(t.d, id, "BYE", 0, &bye), ZTRUNK_OK);
    goes_to(bye, "sip:old.example");
    holds(bye, "Route", 0, "<sip:near.example;lr>");
    holds(bye, "Route", 1, "<sip:bob@198.51.100.1:5061;transport=tls>");
    holds(bye, "Route", 2, NULL);
    holds(bye, "CSeq", 0, "2 BYE");
    ztrunk_sip_msg_free(bye);
    sim_table_end(&t);
}
END_TEST

UNIT_MAIN("sip/dialog_route", loose_routes_stand_in_their_order_and_the_target_in_the_line,
          caller_sends_them_in_reverse_and_strict_routers_swap_the_target)
