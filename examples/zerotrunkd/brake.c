#include "brake.h"

#define SECOND UINT64_C(1000000000)

uint32_t brake_allows(struct brake *brake, uint64_t now_ns, uint64_t *left_out)
{
    if (now_ns < brake->next_ns) {
        brake->left_out++;
        return 0;
    }
    *left_out = brake->left_out;
    brake->left_out = 0;
    brake->next_ns = now_ns + SECOND;
    return 1;
}
