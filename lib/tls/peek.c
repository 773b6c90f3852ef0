#include "tls/peek.h"

#include "base/cur.h"

enum { RECORD_ALERT = 21, RECORD_HANDSHAKE = 22 };
enum { MESSAGE_CERTIFICATE = 11, ALERT_FATAL = 2 };
enum { RECORD_HEAD = 5, MESSAGE_HEAD = 4, LENGTH_FIELD = 3 };

/* What the next handshake byte belongs to. */
enum { AT_MESSAGE_HEAD, AT_LIST_LENGTH, AT_CERT_LENGTH, AT_BODY };

/* Collects a field of so many bytes; 1 when it is complete, its value in p->value. */
static uint32_t collect(zti_peek *p, uint8_t octet, uint32_t size)
{
    p->value = p->value << 8 | octet;
    if (++p->have < size) return 0;
    p->have = 0;
    return 1;
}

static uint32_t take_value(zti_peek *p)
{
    uint32_t value = p->value & 0xffffff;

    p->value = 0;
    return value;
}

static void begin_message(zti_peek *p)
{
    p->is_certificate = p->value >> 24 == MESSAGE_CERTIFICATE;
    p->message_left = take_value(p);
    p->skip_left = p->message_left;
    p->phase = p->is_certificate ? AT_LIST_LENGTH : AT_BODY;
    if (p->message_left == 0) p->phase = AT_MESSAGE_HEAD;
}

static void begin_list(zti_peek *p)
{
    p->has_empty_list |= take_value(p) == 0;
    p->phase = AT_CERT_LENGTH;
}

static void begin_cert(zti_peek *p)
{
    p->cert_count++;
    p->skip_left = take_value(p);
    p->phase = p->skip_left > 0 ? AT_BODY : AT_CERT_LENGTH;
}

static void handshake_byte(zti_peek *p, uint8_t octet)
{
    if (p->phase == AT_MESSAGE_HEAD) {
        if (collect(p, octet, MESSAGE_HEAD)) begin_message(p);
        return;
    }
    if (p->phase == AT_LIST_LENGTH && collect(p, octet, LENGTH_FIELD))
        begin_list(p);
    else if (p->phase == AT_CERT_LENGTH && collect(p, octet, LENGTH_FIELD))
        begin_cert(p);
    else if (p->phase == AT_BODY && --p->skip_left == 0 && p->is_certificate)
        p->phase = AT_CERT_LENGTH;
    if (--p->message_left > 0) return;
    p->phase = AT_MESSAGE_HEAD;
    p->have = p->value = 0;
}

static void alert_byte(zti_peek *p, uint8_t octet)
{
    p->value = p->value << 8 | octet;
    if (p->record_left == 1 && p->value >> 8 == ALERT_FATAL) p->alert = (p->value & 0xff) + 1;
    if (p->record_left == 1) p->value = 0;
}

static void record_byte(zti_peek *p, uint8_t octet)
{
    if (p->record_type == RECORD_HANDSHAKE)
        handshake_byte(p, octet);
    else
        alert_byte(p, octet);
    p->record_left--;
}

static void head_byte(zti_peek *p, uint8_t octet)
{
    if (p->head_have++ == 0) p->record_type = octet;
    if (p->head_have > 3) p->record_left = p->record_left << 8 | octet;
    if (p->head_have < RECORD_HEAD) return;
    p->head_have = 0;
    /* From ChangeCipherSpec on nothing is in clear; an alert inside a message is no alert. */
    if (p->record_type != RECORD_HANDSHAKE && p->record_type != RECORD_ALERT) p->is_blind = 1;
    if (p->record_type == RECORD_ALERT && (p->record_left != 2 || p->have > 0)) p->is_blind = 1;
}

void zti_peek_feed(zti_peek *p, const uint8_t *wire, size_t len)
{
    zti_cur c = zti_cur_of((zti_str){(const char *)wire, len});

    while (!zti_cur_done(&c) && !p->is_blind) {
        uint8_t octet = zti_cur_byte(&c);

        if (p->record_left > 0 && p->head_have == 0)
            record_byte(p, octet);
        else
            head_byte(p, octet);
    }
}
