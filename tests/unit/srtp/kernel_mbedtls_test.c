#include "kernel_cases.h"

UNIT_MAIN("srtp/kernel_mbedtls", KERNEL_CASES)
