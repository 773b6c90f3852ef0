/* filter_listen.c - a TCP listener that strangers cannot see (as root, or with CAP_NET_ADMIN):
 *
 *     filter_listen 5061 192.0.2.0/24 2001:db8::/32
 *
 * Names each peer that connects, and hangs up. A port scan from elsewhere finds nothing. Nothing is
 * left of root by then. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zerotrunk/priv.h>

enum { MAX = 64 };

static int listen_on(uint16_t port, const ztrunk_prefix *friends, uint32_t count)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    int fd = socket(AF_INET6, SOCK_STREAM, 0), off = 0, on = 1;

    if (fd < 0) return -1;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* The one line; before bind, so that no packet comes first. */
    if (ztrunk_filter_sources(fd, friends, count) == ZTRUNK_OK &&
        bind(fd, (struct sockaddr *)&any, sizeof any) == 0 && listen(fd, 16) == 0)
        return fd;
    close(fd);
    return -1;
}

static void greet(int listener)
{
    struct sockaddr_in6 from;
    socklen_t len = sizeof from;
    int fd = accept(listener, (struct sockaddr *)&from, &len);
    ztrunk_addr addr = {.family = 6};
    char text[64];
    size_t used = 0;

    if (fd < 0) return;
    memcpy(addr.ip, &from.sin6_addr, 16);
    if (ztrunk_addr_format(&addr, text, sizeof text, &used) == ZTRUNK_OK) puts(text);
    fflush(stdout);
    close(fd);
}

int main(int argc, char **argv)
{
    ztrunk_prefix friends[MAX];
    ztrunk_addr port = {0};
    char text[32];
    int fd;

    if (argc < 2 || argc > MAX + 2) return 2;
    snprintf(text, sizeof text, "0.0.0.0:%s", argv[1]);
    if (ztrunk_addr_parse(text, strlen(text), &port) != ZTRUNK_OK) return 2;
    for (int i = 2; i < argc; i++)
        if (ztrunk_prefix_parse(argv[i], strlen(argv[i]), &friends[i - 2]) != ZTRUNK_OK) return 2;
    fd = listen_on(port.port, friends, (uint32_t)argc - 2);
    if (fd < 0 || ztrunk_priv_drop(geteuid() == 0 ? "nobody" : NULL, NULL) != ZTRUNK_OK) {
        fprintf(stderr, "filter_listen: %s\n", strerror(errno));
        return 1;
    }
    for (;;) greet(fd);
}
