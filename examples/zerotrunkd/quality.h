/* quality.h - an estimate of how a leg's media sounds, from what was counted on its way.
 *
 * ITU-T G.107's E-model with all its defaults but for loss and delay, on its narrowband scale:
 *   R   = 93.2 - Id - Ie,eff
 *   Ie,eff = Ie + (95 - Ie) * Ppl / (Ppl + Bpl)    random loss (BurstR 1), Ppl in per cent
 *   Id  = 0.024 d + 0.11 (d - 177.3) above 177.3   Cole and Rosenbluth's fit of G.107 for an
 *                                                  echo-free path
 *   MOS = 1 + 0.035 R + R (R - 60) (100 - R) 7e-6  G.107 Annex B
 * Ie and Bpl are ITU-T G.113 Appendix I's where it has the codec: PCMU and PCMA 0 and 25.1 (with
 * the loss concealment of G.711 Appendix I), G.729 11 and 19 (Annex A), G.723 15 and 16.1, GSM 20
 * (full rate). It has no Bpl for GSM, and neither G.722 nor Opus on this scale: 10, and 0 and 10,
 * are assumed. d is not measured: 50 ms for the network and both ends, a packet of 20 ms, and a
 * jitter buffer of twice the jitter are assumed. */
#ifndef ZEROTRUNKD_QUALITY_H
#define ZEROTRUNKD_QUALITY_H

#include <stdint.h>

/* In hundredths, 100 to 441; 0: no packet came, nothing can be said. codec as SDP spells it. */
uint32_t quality_mos(const char *codec, uint64_t received, uint64_t lost, uint32_t jitter_us);

#endif
