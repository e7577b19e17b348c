// Convolution by windows of 3 x 3 in Winograd's minimal form F(r x r, 3 x 3): a tile of r x r outputs takes
// (r + 2)² products a pair of channels instead of 9 r².
//
//   winograd_weights(form, window, u);       // once: points of the weights of one pair of channels
//   kernel.input(…);                         // points of `lanes` channels of some tiles
//   … products[p][tile, m] = Σ_c v[p][tile, c] u[p][c, m], one matrix product a point …
//   kernel.output(…);                        // tiles of `lanes` output channels
//
// Theory: Winograd, Arithmetic Complexity of Computations (1980); Lavin and Gray, arXiv 1509.09308. The polynomials'
// points are 0, ±1, ∞ (r = 2) and 0, ±3/4, ±3/2, ∞ (r = 4): all numbers of the transforms of images are exact in
// f32, and r = 4 rounds as little as a direct sum does (with the usual ±1, ±2: twice as much).
// Contract: input and output are the same chains of operations in every entry, so that entries agree to the bit but
// for the last bits of an activation. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/activation.h"
#include "kernels/kernel_table.h"

namespace inlay::kernels {

enum class WinogradForm : uint8_t { kNone, k2x2, k4x4 };

constexpr int64_t winograd_outputs(WinogradForm form) { return form == WinogradForm::k4x4 ? 4 : 2; }
constexpr int64_t winograd_side(WinogradForm form) { return winograd_outputs(form) + 2; }
constexpr int64_t winograd_points(WinogradForm form) {
  return winograd_side(form) * winograd_side(form);
}
constexpr int64_t kMostWinogradPoints = 36;

// The points of r = 4, and what the transforms need of them.
struct WinogradPoints {
  static constexpr float kNear = 0.75f, kFar = 1.5f;
  static constexpr float kNear2 = kNear * kNear, kFar2 = kFar * kFar;
  static constexpr float kNear3 = kNear2 * kNear, kFar3 = kFar2 * kFar;
  static constexpr float kSum = kNear2 + kFar2, kProduct = kNear2 * kFar2;
};

// A rectangle of tiles of one image, `channels` channels of it (at most the kernel's lanes).
struct WinogradTiles {
  WinogradForm form;
  int64_t channels;
  int64_t channel_stride;  // of the image, in elements
  int64_t height, width;   // of the image
  int64_t y, x;            // of the first tile's first element; of an input, they may lie outside
  int64_t rows, columns;   // of tiles
  // Element (point, tile, channel) lies at point * point_stride + tile * tile_stride + channel; tiles are
  // row-major over the rectangle.
  int64_t point_stride, tile_stride;
  float* scratch;  // winograd_scratch_floats(form, lanes, columns), 64-byte aligned
};

struct WinogradInput {
  WinogradTiles tiles;
  const float* x;  // the first channel of the image, which is 0 around
  float* points;   // `lanes` channels are written, those behind `channels` as 0
};

struct WinogradOutput {
  WinogradTiles tiles;
  const float* points;    // `lanes` channels are read
  const float* bias;      // [channels], or null
  const float* residual;  // as y, or null
  float* y;               // the first channel: activation(tiles + bias + residual)
  Activation activation;
};

struct WinogradKernel {
  const char* name;
  uint32_t isa;
  int32_t lanes;
  void (*input)(const WinogradInput& args);
  void (*output)(const WinogradOutput& args);
};

const WinogradKernel& winograd_kernel();
KernelTable<WinogradKernel> winograd_table();

// Rows of elements with their channels side by side, and room for the last block of a row.
constexpr int64_t winograd_scratch_floats(WinogradForm form, int64_t lanes, int64_t columns) {
  return winograd_side(form) * (columns * winograd_outputs(form) + 2 + lanes) * lanes;
}

// points[i]: those of a window [3, 3]. Sums in double.
void winograd_weights(WinogradForm form, const float* window, float* points);

}  // namespace inlay::kernels
