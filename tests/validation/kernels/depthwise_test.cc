// Windows over several channels at a time: entries against each other.
#include "kernels/depthwise.h"

#include <algorithm>
#include <string>

#include "kernels/kernel_test.h"

namespace inlay::kernels {
namespace {

const DepthwiseKernel& oracle() {
  const KernelTable<DepthwiseKernel> table = depthwise_table();
  return *table.entries[table.count - 1];
}

DepthwiseAxis axis(int64_t in, int64_t kernel, int64_t stride, int64_t dilation, int64_t front,
                   int64_t behind) {
  return {in,       (in + front + behind - (kernel - 1) * dilation - 1) / stride + 1,
          kernel,   stride,
          dilation, front};
}

struct Case {
  DepthwiseAxis rows, columns;
};

const Case kCases[] = {
    {axis(7, 3, 1, 1, 1, 1), axis(7, 3, 1, 1, 1, 1)},
    {axis(1, 1, 1, 1, 0, 0), axis(1, 1, 1, 1, 0, 0)},
    {axis(1, 3, 1, 1, 3, 3), axis(2, 3, 1, 1, 4, 5)},  // windows that lie outside
    {axis(14, 5, 2, 1, 2, 2), axis(33, 5, 2, 1, 2, 1)},
    {axis(20, 3, 1, 4, 4, 4), axis(17, 2, 1, 7, 0, 7)},
    {axis(11, 1, 3, 1, 0, 0), axis(40, 2, 5, 1, 0, 0)},  // strides that leave elements out
    {axis(9, 3, 1, 1, 0, 0), axis(70, 3, 1, 1, 1, 1)},
};

using Member = void (*DepthwiseKernel::*)(const DepthwiseArgs&);

// All of `channels` channels, as many at a time as the kernel has lanes, in two bands of rows.
std::vector<float> run(const DepthwiseKernel& kernel, Member which, DepthwiseArgs args,
                       int64_t channels) {
  const int64_t image = args.rows.in * args.columns.in, out = args.rows.out * args.columns.out;
  Floats y(channels * out, 1),
      scratch(depthwise_scratch_floats(args.rows, args.columns, kernel.lanes));
  const DepthwiseArgs all = args;
  for (int64_t first = 0; first < channels; first += kernel.lanes)
    for (int64_t band = 0; band < 2; ++band) {
      args.channels = std::min<int64_t>(kernel.lanes, channels - first);
      args.begin = args.rows.out * band / 2;
      args.end = args.rows.out * (band + 1) / 2;
      args.x = all.x + first * image;
      args.weights = all.weights ? all.weights + first * args.weight_stride : nullptr;
      args.bias = all.bias ? all.bias + first : nullptr;
      args.residual = all.residual ? all.residual + first * out : nullptr;
      args.y = y.data() + first * out;
      args.scratch = scratch.data();
      (kernel.*which)(args);
    }
  EXPECT_TRUE(y.intact() && scratch.intact()) << kernel.name;
  return y.copy();
}

TEST(Depthwise, EntriesAgreeToTheBit) {
  for (const Case& c : kCases)
    for (int64_t channels : {1, 8, 21}) {
      const int64_t taps = c.rows.kernel * c.columns.kernel, out = c.rows.out * c.columns.out;
      Floats x(channels * c.rows.in * c.columns.in, 3), weights(channels * (taps + 2));
      Floats bias(channels), residual(channels * out, 1);
      Noise noise(static_cast<uint64_t>(channels + taps));
      for (Floats* floats : {&x, &weights, &bias, &residual}) noise.fill(*floats);
      DepthwiseArgs bare{}, full{};
      bare.rows = c.rows;
      bare.columns = c.columns;
      bare.x = x.data();
      full = bare;
      full.weights = weights.data();
      full.weight_stride = taps + 2;
      full.bias = bias.data();
      full.residual = residual.data();
      full.activation = Activation::kRelu;
      for (const DepthwiseKernel* kernel : runnable(depthwise_table())) {
        const std::string place = std::string(kernel->name) + " " + std::to_string(channels);
        for (Member which : {&DepthwiseKernel::weighted_sum, &DepthwiseKernel::highest})
          EXPECT_EQ(run(*kernel, which, bare, channels), run(oracle(), which, bare, channels))
              << place;
        EXPECT_EQ(run(*kernel, &DepthwiseKernel::weighted_sum, full, channels),
                  run(oracle(), &DepthwiseKernel::weighted_sum, full, channels))
            << place;
      }
    }
}

}  // namespace
}  // namespace inlay::kernels
