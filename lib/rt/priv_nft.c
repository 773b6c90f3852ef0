/* priv_nft.c - what a program asks of the table that its privileged process has. */
#include <string.h>
#include <zerotrunk/nft.h>
#include "rt/priv.h"

int32_t ztrunk_priv_nft_set_table(ztrunk_priv *p, const char *name)
{
    ztrunk_prefix list[2] = {{.bits = 0}};
    char text[32] = {0};

    if (p == NULL || name == NULL) return ZTRUNK_E_INVALID;
    if (strnlen(name, sizeof text) == sizeof text) return ZTRUNK_E_INVALID;
    memcpy(text, name, strlen(name));
    memcpy(list[0].addr.ip, text, 16);
    memcpy(list[1].addr.ip, text + 16, 16);
    return zti_priv_ask(p, ZTI_PRIV_NAME, -1, list, 2);
}

int32_t ztrunk_priv_nft_set_ports(ztrunk_priv *p, const ztrunk_nft_port *ports, uint32_t count)
{
    ztrunk_prefix list[ZTI_PRIV_MAX_PORTS] = {{.bits = 0}};

    if (p == NULL || (ports == NULL && count > 0)) return ZTRUNK_E_INVALID;
    if (count > ZTI_PRIV_MAX_PORTS) return ZTRUNK_E_LIMIT;
    for (uint32_t i = 0; i < count; i++) {
        if (ports[i].kind > 0xff || ports[i].protocol > 0xff) return ZTRUNK_E_INVALID;
        if (ports[i].first > UINT16_MAX) return ZTRUNK_E_INVALID;
        list[i].addr = ports[i].addr;
        list[i].addr.port = (uint16_t)ports[i].first;
        list[i].bits = ports[i].last;
        list[i].reserved = ports[i].kind | ports[i].protocol << 8;
    }
    return zti_priv_ask(p, ZTI_PRIV_PORTS, -1, list, count);
}

int32_t ztrunk_priv_nft_set_sources(ztrunk_priv *p, uint32_t kind, const ztrunk_prefix *prefixes,
                                    uint32_t count)
{
    if (kind != ZTRUNK_NFT_SIGNALLING && kind != ZTRUNK_NFT_MEDIA) return ZTRUNK_E_INVALID;
    return zti_priv_ask(p, kind == ZTRUNK_NFT_MEDIA ? ZTI_PRIV_MEDIA : ZTI_PRIV_SIGNALLING, -1,
                        prefixes, count);
}

int32_t ztrunk_priv_nft_start(ztrunk_priv *p)
{
    return zti_priv_ask(p, ZTI_PRIV_START, -1, NULL, 0);
}

int32_t ztrunk_priv_nft_holes(ztrunk_priv *p, const ztrunk_prefix *holes, uint32_t count)
{
    return count > 0 ? zti_priv_tell(p, ZTI_PRIV_HOLES, holes, count) : ZTRUNK_OK;
}

int32_t ztrunk_priv_nft_block(ztrunk_priv *p, const ztrunk_addr *addr, uint32_t seconds)
{
    ztrunk_prefix one = {.bits = seconds};

    if (addr == NULL || seconds == 0) return ZTRUNK_E_INVALID;
    one.addr = *addr;
    return zti_priv_tell(p, ZTI_PRIV_BLOCK, &one, 1);
}

int32_t ztrunk_priv_nft_remove(ztrunk_priv *p)
{
    return zti_priv_ask(p, ZTI_PRIV_REMOVE, -1, NULL, 0);
}
