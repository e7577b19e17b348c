// Loops that do nothing but what the machine's limit is made of.
#pragma once

#include <stdint.h>

namespace inlay::bench {

// `rounds` times ten independent fused multiply-adds in registers; returns the floating-point
// operations done.
double fma_avx2(int64_t rounds);
double fma_avx512(int64_t rounds);

// Reads n bytes (a multiple of 512) once, by the widest loads that `wide` allows.
void read_avx2(const void* data, int64_t n_bytes);
void read_avx512(const void* data, int64_t n_bytes);

}  // namespace inlay::bench
