/* door_hello.h - can the first bytes of a connection begin a TLS 1.2 or 1.3 handshake? */
#ifndef ZTI_RT_DOOR_HELLO_H
#define ZTI_RT_DOOR_HELLO_H

#include <stddef.h>
#include <stdint.h>

/* A record's header and a handshake message's. */
enum { ZTI_HELLO_HEAD = 9 };

/* How many bytes the record with the ClientHello has in all; 0: no ClientHello begins so. One that
 * is cut into several records, which RFC 8446 5.1 allows and no known peer does, gives 0 too. */
size_t zti_hello_size(const uint8_t head[ZTI_HELLO_HEAD]);

#endif
