/* firewall.h - what a firewall in front of the node must let pass for its trunks, in its words. */
#ifndef ZEROTRUNKD_FIREWALL_H
#define ZEROTRUNKD_FIREWALL_H

#include "config.h"

struct firewall_options {
    const char *form;        /* aws, terraform, nft, nft-bridge or live; NULL: none is asked for */
    struct config_addrs dns; /* the name servers; none: any */
    uint32_t is_bad_dns;     /* an address that is none, or one too many */
};

/* 1: it asks for what there is not. */
uint32_t firewall_is_wrong(const struct firewall_options *options);
/* A name server of the command line. */
void firewall_add_dns(struct firewall_options *options, const char *text);
/* Writes to stream, a FILE. -1: no memory, or the stream did not take all of it. */
int firewall_print(const struct config *config, const struct firewall_options *options,
                   void *stream);
/* The whole of zerotrunkd --firewall; the exit code. No file that the configuration names is read,
 * but the profiles of its clouds. */
int firewall_run(ztrunk_ctx *ctx, const char *file, const struct firewall_options *options);

#endif
