// What the kernel tests share: entries to run, inputs, buffers that notice writes past their end, ULP.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <new>
#include <vector>

#include "base/cpu.h"
#include "kernels/kernel_table.h"

namespace inlay::kernels {

// The entries that this processor can run, whatever INLAY_ISA says; `ref` among them.
template <class Kernel>
std::vector<const Kernel*> runnable(KernelTable<Kernel> table) {
  std::vector<const Kernel*> entries;
  for (const Kernel* entry : table) {
    if ((cpu_info().isa & entry->isa) == entry->isa) entries.push_back(entry);
  }
  return entries;
}

// Floats between two guards. `shift` moves the data off a 64-byte boundary by that many floats.
class Floats {
 public:
  explicit Floats(int64_t n, int64_t shift = 0) : n_(n), shift_(shift) {
    block_ = static_cast<float*>(
        ::operator new(sizeof(float) * (n + shift + 2 * kGuard), std::align_val_t(64)));
    for (int64_t i = 0; i < n + shift + 2 * kGuard; ++i) block_[i] = guard_value();
  }
  ~Floats() { ::operator delete(block_, std::align_val_t(64)); }
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;

  float* data() { return block_ + kGuard + shift_; }
  float& operator[](int64_t i) { return data()[i]; }
  int64_t size() const { return n_; }
  std::vector<float> copy() { return {data(), data() + n_}; }
  bool intact() const {
    for (int64_t i = 0; i < kGuard + shift_; ++i) {
      if (block_[i] != guard_value()) return false;
    }
    for (int64_t i = 0; i < kGuard; ++i) {
      if (block_[kGuard + shift_ + n_ + i] != guard_value()) return false;
    }
    return true;
  }

 private:
  static constexpr int64_t kGuard = 64;
  static float guard_value() { return -77.0f; }
  float* block_;
  int64_t n_, shift_;
};

// Values of order `size`, the same at each run.
class Noise {
 public:
  explicit Noise(uint64_t seed) : state_(seed * 2654435769u + 1) {}
  float next(float size = 1.0f) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (static_cast<float>(state_ >> 40) * 0x1p-23f - 1.0f) * size;
  }
  void fill(Floats& floats, float size = 1.0f) {
    for (int64_t i = 0; i < floats.size(); ++i) floats[i] = next(size);
  }

 private:
  uint64_t state_;
};

// Distance in units of the last place of the exact value; 0 for equal values and two NaN.
inline double ulp_distance(float found, double exact) {
  const float rounded = static_cast<float>(exact);
  if (std::isnan(found) || std::isnan(rounded)) {
    return std::isnan(found) && std::isnan(rounded) ? 0 : INFINITY;
  }
  if (found == rounded) return 0;
  if (std::isinf(found) || std::isinf(rounded)) return INFINITY;
  const float up = std::nextafter(std::fabs(rounded), std::numeric_limits<float>::infinity());
  return std::fabs(found - exact) / (double{up} - std::fabs(rounded));
}

}  // namespace inlay::kernels
