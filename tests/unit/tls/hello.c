#include "unit/tls/hello.h"

typedef struct writer {
    uint8_t *out;
    size_t len;
} writer;

static void u8(writer *w, size_t value)
{
    w->out[w->len++] = (uint8_t)value;
}

static void u16(writer *w, size_t value)
{
    u8(w, value >> 8);
    u8(w, value & 0xff);
}

static void set_u16(writer *w, size_t at)
{
    w->out[at] = (uint8_t)((w->len - at - 2) >> 8);
    w->out[at + 1] = (uint8_t)(w->len - at - 2);
}

static size_t open(writer *w)
{
    u16(w, 0);
    return w->len - 2;
}

static void list(writer *w, const uint16_t *values)
{
    size_t at = open(w);

    for (; *values != 0; values++) u16(w, *values);
    set_u16(w, at);
}

static void extension(writer *w, uint16_t type, const uint16_t *values)
{
    size_t at;

    u16(w, type);
    at = open(w);
    list(w, values);
    set_u16(w, at);
}

static void body(writer *w, const hello *h)
{
    static const uint16_t groups[] = {23, 24, 0};
    static const uint16_t signatures[] = {0x0403, 0x0401, 0};
    size_t at;

    u16(w, h->version);
    for (size_t i = 0; i < 32; i++) u8(w, i);
    u8(w, 0);
    list(w, h->suites);
    u8(w, h->compressions != NULL ? h->compressions_len : 1);
    for (size_t i = 0; i < h->compressions_len; i++) u8(w, (uint8_t)h->compressions[i]);
    if (h->compressions == NULL) u8(w, 0);
    at = open(w);
    extension(w, 10, h->groups != NULL ? h->groups : groups);
    extension(w, 13, h->signatures != NULL ? h->signatures : signatures);
    set_u16(w, at);
}

size_t hello_make(const hello *h, uint8_t out[HELLO_MAX])
{
    writer w = {out, 0};
    size_t record, message;

    u8(&w, 22);
    u16(&w, 0x0301);
    record = open(&w);
    u8(&w, 1);
    u8(&w, 0);
    message = open(&w);
    body(&w, h);
    set_u16(&w, message);
    set_u16(&w, record);
    return w.len;
}
