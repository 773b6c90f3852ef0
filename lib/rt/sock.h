/* sock.h - sockets as the transports want them: nonblocking, closed on exec, IPv6 apart. */
#ifndef ZTI_RT_SOCK_H
#define ZTI_RT_SOCK_H

#include <sys/socket.h>
#include <zerotrunk/core.h>

/* 0 when addr has no family. */
socklen_t zti_sockaddr_of(const ztrunk_addr *addr, struct sockaddr_storage *out);
/* An IPv4-mapped address becomes IPv4. */
void zti_addr_of(const struct sockaddr_storage *from, ztrunk_addr *out);
/* type: SOCK_STREAM (listening) or SOCK_DGRAM (bound). E_SYSTEM. */
int32_t zti_sock_bind(int type, const ztrunk_addr *addr, int *fd);
/* local NULL or of family 0: the kernel's choice. The connect may still be under way. */
int32_t zti_sock_connect(const ztrunk_addr *local, const ztrunk_addr *remote, int *fd);
/* TCP_NODELAY, keep-alive, and an end to a peer that acknowledges nothing. */
void zti_sock_tune(int fd);
/* Closes with a reset, whatever is still unsent or unread: no state is left in the kernel. */
void zti_sock_abort(int fd);
int32_t zti_sock_local(int fd, ztrunk_addr *out);
uint32_t zti_addr_is_loopback(const ztrunk_addr *addr);
/* What went wrong, static. */
const char *zti_sock_text(int error);

#endif
