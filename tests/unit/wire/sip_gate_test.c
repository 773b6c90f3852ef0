#include "wire/sip_gate.h"

#include <string.h>
#include "../../sip_corpus.h"

#define START "INVITE sip:a@b.example SIP/2.0\r\n"
#define VIA   "Via: SIP/2.0/TLS c.example;branch=z9hG4bK1\r\n"
#define FROM  "From: <sip:x@y.example>;tag=1\r\n"
#define TO    "To: <sip:a@b.example>\r\n"
#define ID    "Call-ID: 1\r\n"
#define CSEQ  "CSeq: 1 INVITE\r\n"
#define HOPS  "Max-Forwards: 70\r\n"
#define HERE  "Contact: <sip:x@c.example>\r\n"
#define SIX   VIA FROM TO ID CSEQ HOPS

static uint32_t judge(const char *text, const char **why)
{
    static const zti_sip_limits limits = {65536, 8192, 128};
    ztrunk_ctx *ctx = corpus_ctx();
    zti_sip_head head = {.ctx = ctx, .why = ""};
    zti_sip_facts facts;
    size_t len = strlen(text);
    char *copy = malloc(len);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    ck_assert_int_eq(zti_sip_index(&head, (uint8_t *)copy, len, &limits), ZTRUNK_OK);
    zti_sip_gate(&head, 0, &facts);
    *why = head.why;
    zti_free(ctx, head.fields);
    ztrunk_ctx_free(ctx);
    free(copy);
    return head.fault;
}

typedef struct gate_row {
    const char *text, *why;
    uint32_t fault;
} gate_row;

static const gate_row rows[] = {
    {START SIX HERE "\r\n", "", 0},
    {START FROM TO ID CSEQ HOPS HERE "\r\n", "No Via", 400},
    {START VIA TO ID CSEQ HOPS HERE "\r\n", "No From", 400},
    {START VIA FROM ID CSEQ HOPS HERE "\r\n", "No To", 400},
    {START VIA FROM TO CSEQ HOPS HERE "\r\n", "No Call-ID", 400},
    {START VIA FROM TO ID HOPS HERE "\r\n", "No CSeq", 400},
    {START VIA FROM TO ID CSEQ HERE "\r\n", "No Max-Forwards", 400},
    {"ACK sip:a@b SIP/2.0\r\n" VIA FROM TO ID "CSeq: 1 ACK\r\n\r\n", "", 0},
    {"CANCEL sip:a@b SIP/2.0\r\n" VIA FROM TO ID "CSeq: 1 CANCEL\r\n\r\n", "", 0},
    {"BYE sip:a@b SIP/2.0\r\n" VIA FROM TO ID "CSeq: 1 BYE\r\n\r\n", "No Max-Forwards", 400},
    {START SIX "\r\n", "An INVITE has one Contact", 400},
    {START SIX HERE HERE "\r\n", "An INVITE has one Contact", 400},
    {START SIX "m: <sip:a@b>, <sip:c@d>\r\n\r\n", "An INVITE has one Contact", 400},
    {START SIX "Contact: *\r\n\r\n", "Bad Contact", 400},
    {START SIX "Contact: <sip:joe@example.org>;;;;\r\n\r\n", "Bad Contact", 400},
    {START SIX HERE FROM "\r\n", "More than one of a single header", 400},
    {START SIX HERE "f: <sip:z@y>;tag=2\r\n\r\n", "More than one of a single header", 400},
    {START SIX HERE TO "\r\n", "More than one of a single header", 400},
    {START SIX HERE ID "\r\n", "More than one of a single header", 400},
    {START SIX HERE CSEQ "\r\n", "More than one of a single header", 400},
    {START SIX HERE HOPS "\r\n", "More than one of a single header", 400},
    {START SIX HERE "c: a/b\r\nContent-Type: a/b\r\n\r\n", "More than one of a single header", 400},
    {START SIX HERE "Session-Expires: 90\r\nx: 90\r\n\r\n", "More than one of a single header",
     400},
    {START SIX HERE "Route: sip:a@b;lr\r\n\r\n", "Bad Route", 400},
    {START SIX HERE "Route: <sip:a@b;lr>,\r\n\r\n", "Bad Route", 400},
    {START SIX HERE "Record-Route: <sip:a@b;lr>;x=[::1],<sip:c>\r\n\r\n", "", 0},
    {START SIX HERE "v: SIP/2.0/UDP c,\r\n\r\n", "Bad Via", 400},
    {START SIX HERE "Content-Type: sdp\r\n\r\n", "Bad Content-Type", 400},
    {START SIX HERE "Warning:\r\n\r\n", "Empty Warning", 400},
    {START SIX HERE "Proxy-Authorization: Digest a=\"b\r\n\r\n", "Bad credentials", 400},
    {START SIX HERE "Authorization: NoOneKnowsThisScheme opaque-data=here\r\n\r\n", "", 0},
    {"BYE sip:a@b SIP/2.0\r\n" SIX "\r\n", "Bad CSeq", 400},
    {"invite sip:a@b SIP/2.0\r\n" SIX "\r\n", "Bad CSeq", 400},
    {"INVITE http://a SIP/2.0\r\n" SIX HERE "\r\n", "Unknown scheme", 416},
    {"INVITE tel:+1555 SIP/2.0\r\n" SIX HERE "\r\n", "", 0},
    {"INVITE sip:a@b?Route=%3Csip:c%3E SIP/2.0\r\n" SIX HERE "\r\n", "Headers in the Request-URI",
     400},
    {"INVITE <sip:a@b> SIP/2.0\r\n" SIX HERE "\r\n", "Bad Request-URI", 400},
    {"SIP/2.0 200 OK\r\n" VIA FROM TO ID CSEQ "\r\n", "", 0},
    {"SIP/2.0 302 X\r\n" VIA FROM TO ID CSEQ "m: <sip:a@b>, <sip:c@d>\r\n\r\n", "", 0},
    {"SIP/2.0 200 OK\r\n" FROM TO ID CSEQ "\r\n", "No Via", 400},
};

START_TEST(each_rule_has_its_fault)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *why;
        uint32_t fault = judge(rows[i].text, &why);

        ck_assert_msg(fault == rows[i].fault && strcmp(why, rows[i].why) == 0, "%s: %u %s",
                      rows[i].text, fault, why);
    }
}
END_TEST

/* RFC 4475 3.1.1.1: as odd as a valid message gets. */
START_TEST(the_tortuous_invite_passes)
{
    static const char text[] =
        "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\nTO :\r\n"
        " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n"
        "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n"
        "  tag = 98asjd8\r\nMaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.ndaksdj@192.0.2.1\r\n"
        "Content-Length   : 0\r\ncseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n"
        "    192.0.2.2;branch=390skdjuw\r\ns :\r\nNewFangledHeader:   newfangled value\r\n"
        " continued newfangled value\r\nUnknownHeaderWithUnusualValue: ;;,,;;,;\r\n"
        "Content-Type: application/sdp\r\nRoute:\r\n"
        " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\r\n"
        "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n"
        " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
        "m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue "
        ";\r\n"
        "  secondparam ; q = 0.33\r\n\r\n";
    const char *why;
    uint32_t fault = judge(text, &why);

    ck_assert_msg(fault == 0, "%u %s", fault, why);
}
END_TEST

START_TEST(bounds_the_fields_of_one_name)
{
    char text[4096] = START SIX HERE;
    const char *why;

    for (size_t i = 0; i < 32; i++) strncat(text, "Allow: A\r\n", sizeof text - strlen(text) - 1);
    strncat(text, "\r\n", sizeof text - strlen(text) - 1);
    ck_assert_uint_eq(judge(text, &why), 0);
    text[strlen(text) - 2] = 0;
    strncat(text, "Allow: A\r\n\r\n", sizeof text - strlen(text) - 1);
    ck_assert_uint_eq(judge(text, &why), 400);
}
END_TEST

UNIT_MAIN("wire/sip_gate", each_rule_has_its_fault, the_tortuous_invite_passes,
          bounds_the_fields_of_one_name)
