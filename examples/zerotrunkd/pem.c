#include "pem.h"
#include <string.h>

static int digit(char c)
{
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != 0 ? strchr(set, c) : NULL;

    return at != NULL ? (int)(at - set) : -1;
}

static int decode(const char *text, size_t len, uint8_t *out, size_t cap, size_t *out_len)
{
    uint32_t bits = 0;
    uint32_t have = 0;

    *out_len = 0;
    for (size_t i = 0; i < len; i++) {
        int value = digit(text[i]);

        if (strchr("\r\n\t =", text[i]) != NULL && text[i] != 0) continue;
        if (value < 0 || *out_len == cap) return -1;
        bits = bits << 6 | (uint32_t)value;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        out[(*out_len)++] = (uint8_t)(bits >> have);
    }
    return 0;
}

int pem_block(const char *pem, const char *label, uint32_t nth, uint8_t *der, size_t cap,
              size_t *der_len)
{
    static const char begin[] = "-----BEGIN ", dashes[] = "-----";
    const char *end;

    for (;;) {
        pem = strstr(pem, begin);
        if (pem == NULL) return -1;
        pem += sizeof begin - 1;
        if (strncmp(pem, label, strlen(label)) != 0) continue;
        if (strncmp(pem + strlen(label), dashes, sizeof dashes - 1) != 0) continue;
        if (nth-- == 0) break;
    }
    pem += strlen(label) + sizeof dashes - 1;
    end = strstr(pem, "-----END ");
    if (end == NULL) return -2;
    return decode(pem, (size_t)(end - pem), der, cap, der_len) == 0 ? 0 : -2;
}
