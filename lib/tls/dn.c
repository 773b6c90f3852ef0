#include "tls/dn.h"

/* RFC 5280 allows no depth; nobody names anything with more. */
enum { MOST_PARTS = 16 };

typedef struct part { /* of a name: its type and its value */
    zti_str oid, value;
} part;

typedef struct short_name {
    zti_str oid;
    const char *text;
} short_name;

static const short_name short_names[] = {
    /* RFC 4514 3, and what CAs use beside it */
    {{"\x55\x04\x03", 3}, "CN"},
    {{"\x55\x04\x05", 3}, "serialNumber"},
    {{"\x55\x04\x06", 3}, "C"},
    {{"\x55\x04\x07", 3}, "L"},
    {{"\x55\x04\x08", 3}, "ST"},
    {{"\x55\x04\x09", 3}, "STREET"},
    {{"\x55\x04\x0a", 3}, "O"},
    {{"\x55\x04\x0b", 3}, "OU"},
    {{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", 10}, "DC"},
    {{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", 10}, "UID"},
};

static void put_oid(zti_str oid, zti_buf *out)
{
    uint64_t arc = 0;
    uint32_t is_first = 1;

    for (zti_cur c = zti_cur_of(oid); !zti_cur_done(&c);) {
        uint8_t octet = zti_cur_byte(&c);
        uint64_t root;

        arc = arc << 7 | (octet & 0x7f);
        if (octet & 0x80) continue;
        root = arc < 80 ? arc / 40 : 2; /* X.690 8.19.4 */
        if (is_first) zti_buf_u64(out, root);
        zti_buf_char(out, '.');
        zti_buf_u64(out, is_first ? arc - 40 * root : arc);
        is_first = 0;
        arc = 0;
    }
}

static void put_type(zti_str oid, zti_buf *out)
{
    for (size_t i = 0; i < sizeof short_names / sizeof short_names[0]; i++)
        if (zti_str_eq(oid, short_names[i].oid)) {
            zti_buf_text(out, short_names[i].text);
            return;
        }
    put_oid(oid, out);
}

/* RFC 4514 2.4: at either end a space, at the beginning a number sign, anywhere the rest. */
static uint32_t is_special(char ch, uint32_t is_first, uint32_t is_last)
{
    if (ch == ' ') return is_first || is_last;
    if (ch == '#') return is_first;
    return zti_str_find(ZTI_STR("\"+,;<>\\="), ch) < 8;
}

static void put_value(zti_str value, zti_buf *out)
{
    for (size_t i = 0; i < value.len; i++) {
        char ch = value.p[i];

        if (ch < ' ' || ch > '~') {
            uint8_t octet = (uint8_t)ch;

            zti_buf_char(out, '\\');
            zti_buf_hex(out, &octet, 1);
            continue;
        }
        if (is_special(ch, i == 0, i + 1 == value.len)) zti_buf_char(out, '\\');
        zti_buf_char(out, ch);
    }
}

/* A SET has one part nearly always; each of more stands by itself here. */
static size_t read_parts(zti_str name, part parts[MOST_PARTS])
{
    zti_cur outer = zti_cur_of(name);
    zti_cur sets = zti_der_enter(&outer, ZTI_DER_SEQ);
    size_t count = 0;

    while (!zti_cur_done(&sets) && count < MOST_PARTS) {
        zti_cur set = zti_der_enter(&sets, ZTI_DER_SET);

        while (!zti_cur_done(&set) && count < MOST_PARTS) {
            zti_cur pair = zti_der_enter(&set, ZTI_DER_SEQ);
            uint8_t tag;

            parts[count].oid = zti_der_get(&pair, ZTI_DER_OID);
            parts[count].value = zti_der_any(&pair, &tag);
            if (pair.err != ZTRUNK_OK) return count;
            count++;
        }
    }
    return count;
}

void zti_dn_text(zti_str name, zti_buf *out)
{
    part parts[MOST_PARTS];
    size_t count = read_parts(name, parts);

    for (size_t i = count; i > 0; i--) {
        if (i < count) zti_buf_char(out, ',');
        put_type(parts[i - 1].oid, out);
        zti_buf_char(out, '=');
        put_value(parts[i - 1].value, out);
    }
}
