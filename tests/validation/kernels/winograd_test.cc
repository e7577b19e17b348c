// Winograd's transforms: entries against each other, and the whole against a direct sum.
#include "kernels/winograd.h"

#include <algorithm>

#include "kernels/kernel_test.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kMostLanes = 16;
constexpr WinogradForm kForms[] = {WinogradForm::k2x2, WinogradForm::k4x4};

const WinogradKernel& oracle() {
  const KernelTable<WinogradKernel> table = winograd_table();
  return *table.entries[table.count - 1];
}

struct Geometry {
  int64_t height, width, y, x, rows, columns;
};

constexpr Geometry kInputs[] = {
    {1, 1, -1, -1, 1, 1}, {5, 7, -1, -1, 2, 2},   {9, 33, 3, 15, 2, 5}, {6, 40, -3, -5, 3, 11},
    {4, 3, 9, 9, 1, 1},   {14, 14, -1, -1, 4, 4}, {8, 8, -7, 30, 2, 2}, {17, 70, -1, 3, 5, 17}};

// Points of `channels` channels, as [point, tile, channel]: entries take as many at a time as they have lanes.
std::vector<float> read(const WinogradKernel& kernel, WinogradForm form, const Geometry& g,
                        int64_t channels, float* x) {
  const int64_t tiles = g.rows * g.columns, points = winograd_points(form);
  std::vector<float> out(static_cast<size_t>(points * tiles * channels));
  for (int64_t first = 0; first < channels; first += kernel.lanes) {
    Floats scratch(winograd_scratch_floats(form, kernel.lanes, g.columns));
    Floats found(points * tiles * kMostLanes);
    const int64_t count = std::min<int64_t>(kernel.lanes, channels - first);
    const WinogradTiles t{
        form, count,  g.height * g.width, g.height,           g.width,    g.y,
        g.x,  g.rows, g.columns,          tiles * kMostLanes, kMostLanes, scratch.data()};
    kernel.input({t, x + first * g.height * g.width, found.data()});
    EXPECT_TRUE(scratch.intact() && found.intact()) << kernel.name;
    for (int64_t i = 0; i < points * tiles; ++i) {
      for (int64_t c = 0; c < count; ++c)
        out[static_cast<size_t>(i * channels + first + c)] = found[i * kMostLanes + c];
      for (int64_t c = count; c < kernel.lanes; ++c) EXPECT_EQ(found[i * kMostLanes + c], 0.0f);
    }
  }
  return out;
}

TEST(Winograd, InputsAgreeToTheBit) {
  for (WinogradForm form : kForms)
    for (const Geometry& g : kInputs)
      for (int64_t channels : {1, 8, 19}) {
        Floats x(channels * g.height * g.width, 3);
        Noise(static_cast<uint64_t>(g.width + channels)).fill(x);
        const std::vector<float> expected = read(oracle(), form, g, channels, x.data());
        for (const WinogradKernel* kernel : runnable(winograd_table()))
          EXPECT_EQ(read(*kernel, form, g, channels, x.data()), expected)
              << kernel->name << " " << g.width << " " << channels;
      }
}

struct OutputCase {
  WinogradForm form;
  Geometry g;
  int64_t channels;
  bool bias, residual;
  Activation activation;
};

std::vector<float> write(const WinogradKernel& kernel, const OutputCase& c, Floats& points,
                         Floats& bias, Floats& residual) {
  const int64_t tiles = c.g.rows * c.g.columns, image = c.g.height * c.g.width;
  Floats y(c.channels * image, 1);
  for (int64_t i = 0; i < y.size(); ++i) y[i] = -3.0f;
  for (int64_t first = 0; first < c.channels; first += kernel.lanes) {
    Floats scratch(winograd_scratch_floats(c.form, kernel.lanes, c.g.columns));
    WinogradOutput args{};
    args.tiles = {c.form,         std::min<int64_t>(kernel.lanes, c.channels - first),
                  image,          c.g.height,
                  c.g.width,      c.g.y,
                  c.g.x,          c.g.rows,
                  c.g.columns,    tiles * 2 * kMostLanes,
                  2 * kMostLanes, scratch.data()};
    args.points = points.data() + first;
    args.bias = c.bias ? bias.data() + first : nullptr;
    args.residual = c.residual ? residual.data() + first * image : nullptr;
    args.y = y.data() + first * image;
    args.activation = c.activation;
    kernel.output(args);
    EXPECT_TRUE(scratch.intact()) << kernel.name;
  }
  EXPECT_TRUE(y.intact()) << kernel.name;
  return y.copy();
}

TEST(Winograd, OutputsAgreeToTheBit) {
  constexpr Geometry kOutputs[] = {{1, 1, 0, 0, 1, 1},   {4, 4, 0, 0, 1, 1},
                                   {7, 9, 0, 0, 2, 3},   {9, 50, 4, 8, 2, 11},
                                   {14, 14, 0, 0, 4, 4}, {6, 70, 4, 0, 1, 18}};
  for (WinogradForm form : kForms)
    for (const Geometry& g : kOutputs)
      for (int64_t channels : {1, 8, 19})
        for (Activation activation : {Activation::kNone, Activation::kRelu}) {
          const bool bias = channels > 1, residual = g.width % 2 == 1;
          const OutputCase c{form, g, channels, bias, residual, activation};
          Floats points(winograd_points(form) * g.rows * g.columns * 2 * kMostLanes);
          Floats biases(channels), residuals(channels * g.height * g.width, 1);
          Noise noise(static_cast<uint64_t>(g.width));
          for (Floats* floats : {&points, &biases, &residuals}) noise.fill(*floats);
          const std::vector<float> expected = write(oracle(), c, points, biases, residuals);
          for (const WinogradKernel* kernel : runnable(winograd_table()))
            EXPECT_EQ(write(*kernel, c, points, biases, residuals), expected)
                << kernel->name << " " << g.width << " " << channels;
        }
}

// One channel, one tile: weights, products and both transforms are the convolution.
TEST(Winograd, ATileIsTheDirectSum) {
  for (WinogradForm form : kForms) {
    const int64_t r = winograd_outputs(form), side = winograd_side(form);
    const int64_t points = winograd_points(form);
    for (uint64_t seed = 0; seed < 50; ++seed) {
      Floats x(side * side), window(9), weights(points), y(r * r), scratch(4096);
      Floats tile(points * kMostLanes);
      Noise noise(seed);
      noise.fill(x);
      noise.fill(window);
      winograd_weights(form, window.data(), weights.data());
      WinogradTiles t{form, 1, side * side, side,       side,       0,
                      0,    1, 1,           kMostLanes, kMostLanes, scratch.data()};
      oracle().input({t, x.data(), tile.data()});
      for (int64_t p = 0; p < points; ++p) tile[p * kMostLanes] *= weights[p];
      t.height = t.width = r;
      oracle().output({t, tile.data(), nullptr, nullptr, y.data(), Activation::kNone});
      for (int64_t i = 0; i < r * r; ++i) {
        double sum = 0;
        for (int64_t w = 0; w < 9; ++w)
          sum += double{window[w]} * double{x[(i / r + w / 3) * side + i % r + w % 3]};
        EXPECT_NEAR(y[i], sum, 4e-6) << seed;
      }
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
