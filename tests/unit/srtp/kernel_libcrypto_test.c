#include "kernel_cases.h"

UNIT_MAIN("srtp/kernel_libcrypto", KERNEL_CASES)
