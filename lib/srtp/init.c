#include "srtp/init.h"

#include <pthread.h>
#include <srtp2/srtp.h>
#include "srtp/kernel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t is_ready;
static _Thread_local uint32_t is_deriving_192;

/* srtp_init runs every self-test of libsrtp2, some 35 ms: it stays initialised when the last
 * context goes, or each first call after a quiet minute would pay that again. Its answer does not
 * tell "called before" from "failed"; a context that is then made does, for libsrtp2 gives none
 * before it is up. */
int32_t zti_srtp_ready(void)
{
    int32_t err = ZTRUNK_OK;

    pthread_mutex_lock(&lock);
    if (!is_ready) {
        (void)srtp_init();
        err = zti_kernels_install();
        is_ready = err == ZTRUNK_OK;
    }
    pthread_mutex_unlock(&lock);
    return err;
}

void zti_srtp_derive_192(uint32_t is_on)
{
    is_deriving_192 = is_on;
}

uint32_t zti_srtp_deriving_192(void)
{
    return is_deriving_192;
}
