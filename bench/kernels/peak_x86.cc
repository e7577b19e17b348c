#include "peak.h"

#include <immintrin.h>

#define INLAY_BENCH_FMAS                                                             \
  "vfmadd231ps %10, %10, %0\n vfmadd231ps %10, %10, %1\n vfmadd231ps %10, %10, %2\n" \
  "vfmadd231ps %10, %10, %3\n vfmadd231ps %10, %10, %4\n vfmadd231ps %10, %10, %5\n" \
  "vfmadd231ps %10, %10, %6\n vfmadd231ps %10, %10, %7\n vfmadd231ps %10, %10, %8\n" \
  "vfmadd231ps %10, %10, %9\n"
#define INLAY_BENCH_OPERANDS                                                                      \
  "+v"(s[0]), "+v"(s[1]), "+v"(s[2]), "+v"(s[3]), "+v"(s[4]), "+v"(s[5]), "+v"(s[6]), "+v"(s[7]), \
      "+v"(s[8]), "+v"(s[9])

namespace inlay::bench {

__attribute__((target("avx2,fma"))) double fma_avx2(int64_t rounds) {
  __m256 s[10], x = _mm256_setzero_ps();
  for (__m256& sum : s) sum = _mm256_setzero_ps();
  for (int64_t i = 0; i < rounds; ++i) {
    asm volatile(INLAY_BENCH_FMAS:INLAY_BENCH_OPERANDS : "v"(x));
  }
  return static_cast<double>(rounds) * 10 * 8 * 2;
}

__attribute__((target("avx512f"))) double fma_avx512(int64_t rounds) {
  __m512 s[10], x = _mm512_setzero_ps();
  for (__m512& sum : s) sum = _mm512_setzero_ps();
  for (int64_t i = 0; i < rounds; ++i) {
    asm volatile(INLAY_BENCH_FMAS:INLAY_BENCH_OPERANDS : "v"(x));
  }
  return static_cast<double>(rounds) * 10 * 16 * 2;
}

__attribute__((target("avx2"))) void read_avx2(const void* data, int64_t n_bytes) {
  const char* p = static_cast<const char*>(data);
  for (int64_t i = 0; i < n_bytes; i += 128) {
    asm volatile(
        "vmovaps (%0), %%ymm0\n vmovaps 32(%0), %%ymm1\n"
        "vmovaps 64(%0), %%ymm2\n vmovaps 96(%0), %%ymm3\n"
        :
        : "r"(p + i)
        : "xmm0", "xmm1", "xmm2", "xmm3");
  }
}

__attribute__((target("avx512f"))) void read_avx512(const void* data, int64_t n_bytes) {
  const char* p = static_cast<const char*>(data);
  for (int64_t i = 0; i < n_bytes; i += 256) {
    asm volatile(
        "vmovaps (%0), %%zmm0\n vmovaps 64(%0), %%zmm1\n"
        "vmovaps 128(%0), %%zmm2\n vmovaps 192(%0), %%zmm3\n"
        :
        : "r"(p + i)
        : "xmm0", "xmm1", "xmm2", "xmm3");
  }
}

}  // namespace inlay::bench
