#include "quality.h"
#include <stddef.h>
#include <strings.h>

static const struct {
    const char *codec;
    double ie, bpl;
} codecs[] = {{"PCMU", 0, 25.1},
              {"PCMA", 0, 25.1},
              {"G729", 11, 19.0},
              {"G723", 15, 16.1},
              {"GSM", 20, 10.0}};

enum { COUNT = sizeof codecs / sizeof codecs[0] };

static double impairment(const char *codec, double loss)
{
    double ie = 0, bpl = 10.0;

    for (size_t i = 0; i < COUNT; i++) {
        if (strcasecmp(codecs[i].codec, codec) != 0) continue;
        ie = codecs[i].ie;
        bpl = codecs[i].bpl;
    }
    return ie + (95.0 - ie) * loss / (loss + bpl);
}

static double delay_impairment(double ms)
{
    double above = ms > 177.3 ? ms - 177.3 : 0;

    return 0.024 * ms + 0.11 * above;
}

static double mos_of(double r)
{
    if (r <= 0) return 1;
    return 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
}

uint32_t quality_mos(const char *codec, uint64_t received, uint64_t lost, uint32_t jitter_us)
{
    double loss, r, mos;

    if (received == 0) return 0;
    loss = 100.0 * (double)lost / ((double)received + (double)lost);
    r = 93.2 - delay_impairment(70.0 + 2.0 * jitter_us / 1000.0) - impairment(codec, loss);
    mos = mos_of(r);
    return mos < 1 ? 100 : (uint32_t)(mos * 100 + 0.5);
}
