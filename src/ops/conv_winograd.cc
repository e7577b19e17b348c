// Convolution by windows of 3 x 3 through Winograd's points: the image's tiles become points, each point is a
// product of tiles [tiles, c] and weights [c, m], and the results become tiles of outputs.
//
// Tiles are the rows of the products, so that the weights stream once through a block of tiles however few
// tiles an image has. A block is as many tiles as keep its points near; blocks are shared by threads, or the
// channels and points of one block where blocks are few.
#include "kernels/gemm.h"
#include "kernels/winograd.h"
#include "ops/convolution.h"
#include "ops/lanes.h"
#include "ops/stop_check.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

using kernels::WinogradForm;

constexpr int64_t kFloatBytes = sizeof(float);
constexpr int64_t kCacheBytes = 1 << 20;  // a second-level cache
constexpr int64_t kWindow = 9;

WinogradForm form_of(const PackLayout* layout) {
  return layout == &kWinograd4x4Layout ? WinogradForm::k4x4 : WinogradForm::k2x2;
}

// ---- weights: rows [m, 9 c] as a packed [c, m] matrix a point ----

int64_t matrix_floats(int64_t channels, int64_t rows) {
  return kernels::gemm_kernel().packed_bytes(channels, rows) / kFloatBytes;
}

Result<int64_t> weights_bytes(const PackRecipe& recipe) {
  const int64_t points = kernels::winograd_points(form_of(recipe.layout));
  const int64_t tile = kernels::gemm_kernel().tile_n;
  int64_t products = 0;
  if (recipe.k < 0 || recipe.n < 0 || recipe.n > INT64_MAX - tile ||
      __builtin_mul_overflow(recipe.k, recipe.n + tile, &products) ||
      products > INT64_MAX / (points * kFloatBytes))
    return invalid("weights of {} by {} are too large", recipe.k, recipe.n);
  return points * matrix_floats(recipe.k / kWindow, recipe.n) * kFloatBytes;
}

// A panel of output channels each.
int64_t weight_units(const PackRecipe& recipe) {
  return divide_up(recipe.n, kernels::gemm_kernel().tile_n);
}

// The window of a row and a channel.
void read_window(const PackRecipe& recipe, int64_t row, int64_t channel, float* window) {
  const bool one_part = recipe.parts.size() == 1;
  const PackPart& part = recipe.parts[one_part ? 0 : static_cast<size_t>(row)];
  const int64_t from = part.offset + (one_part ? row : 0) * part.n_stride;
  for (int64_t i = 0; i < kWindow; ++i)
    window[i] =
        part.scale * read_weight(*part.tensor, from + (channel * kWindow + i) * part.k_stride);
}

void pack_weights(const PackRecipe& recipe, int64_t unit, std::byte* target) {
  const int64_t width = kernels::gemm_kernel().tile_n, channels = recipe.k / kWindow;
  const WinogradForm form = form_of(recipe.layout);
  const int64_t points = kernels::winograd_points(form);
  const int64_t matrix = matrix_floats(channels, recipe.n);
  float* to = reinterpret_cast<float*>(target) + unit * width * channels;
  for (int64_t c = 0; c < channels; ++c, to += width)
    for (int64_t column = 0; column < width; ++column) {
      float window[kWindow] = {}, values[kernels::kMostWinogradPoints];
      const int64_t row = unit * width + column;
      if (row < recipe.n) read_window(recipe, row, c, window);
      kernels::winograd_weights(form, window, values);
      for (int64_t p = 0; p < points; ++p) to[p * matrix + column] = values[p];
    }
}

// ---- the step ----

// Blocks of tiles, and memory for one of them.
struct Blocks {
  int64_t tile_rows, tile_columns;  // of an image
  int64_t rows, columns;            // of a block, in tiles; the last blocks may be smaller
  int64_t down, across;

  int64_t most_tiles() const { return rows * columns; }
};

struct Layout {
  WinogradForm form;
  int64_t points;
  int64_t tile_stride, point_stride;  // of the image's points
  int64_t results;                    // of a tile: output channels in whole panels
  int64_t result_stride, result_point_stride;
  int64_t matrix;  // floats of a point's weights
};

// As many tiles as a tile of the product has rows, or a multiple: few where all that a block needs then stays
// in cache, otherwise as many as make the weights' way worth while.
int64_t tiles_of_block(const Layout& layout, int64_t weights_bytes) {
  const int64_t tile_bytes =
      layout.points * (layout.tile_stride + layout.result_stride) * kFloatBytes;
  const int64_t rows = kernels::gemm_kernel().tile_m;
  const int64_t room = (kCacheBytes - weights_bytes) / (tile_bytes * rows);
  return room >= 1 ? std::min<int64_t>(room, 4) * rows : 4 * rows;
}

Blocks blocks_of(const ConvProblem& p, WinogradForm form, int64_t tiles) {
  const int64_t r = kernels::winograd_outputs(form);
  Blocks b{};
  b.tile_rows = divide_up(p.axes[1].out, r);
  b.tile_columns = divide_up(p.axes[2].out, r);
  b.across = divide_up(b.tile_columns, tiles);
  b.columns = divide_up(b.tile_columns, b.across);
  b.across = divide_up(b.tile_columns, b.columns);
  b.down = divide_up(b.tile_rows, std::max<int64_t>(tiles / b.columns, 1));
  b.rows = divide_up(b.tile_rows, b.down);
  b.down = divide_up(b.tile_rows, b.rows);
  return b;
}

Layout layout_of(const ConvProblem& p, WinogradForm form) {
  const kernels::GemmKernel& gemm = kernels::gemm_kernel();
  Layout layout{};
  layout.form = form;
  layout.points = kernels::winograd_points(form);
  layout.tile_stride = odd_lines(p.c);
  layout.results = divide_up(p.m, gemm.tile_n) * gemm.tile_n;
  layout.result_stride = odd_lines(layout.results);
  layout.matrix = matrix_floats(p.c, p.m);
  return layout;
}

class WinogradRun {
 public:
  // Requires outputs.
  WinogradRun(const StepCall& call, const ConvProblem& problem)
      : call_(call),
        p_(problem),
        layout_(layout_of(p_, call.as<ConvParams>().winograd)),
        blocks_(blocks_of(p_, layout_.form,
                          tiles_of_block(layout_, layout_.points * layout_.matrix * kFloatBytes))) {
    layout_.point_stride = odd_lines(blocks_.most_tiles() * layout_.tile_stride);
    layout_.result_point_stride = odd_lines(blocks_.most_tiles() * layout_.result_stride);
  }

  Status run() {
    const int64_t count = p_.n * blocks_.down * blocks_.across;
    ThreadPool& pool = call_.run.pool();
    const bool shared = count < pool.threads();
    const int64_t sets = shared ? 1 : lane_count(pool, count);
    const int64_t threads = shared ? pool.threads() : sets;
    INLAY_ASSIGN(std::byte* const scratch,
                 call_.run.scratch((sets * point_floats() + threads * row_floats()) * kFloatBytes));
    points_ = reinterpret_cast<float*>(scratch);
    rows_ = points_ + sets * point_floats();
    if (shared) {
      for (int64_t block = 0; block < count; ++block) run_shared(block);
    } else {
      for_each_in_lanes(pool, count, sets,
                        [this](int64_t lane, int64_t block) { run_alone(lane, block); });
    }
    return Status();
  }

 private:
  struct Place {
    int64_t n, row, column, rows, columns;  // tiles
    int64_t tiles() const { return rows * columns; }
  };

  int64_t point_floats() const {
    return layout_.points * (layout_.point_stride + layout_.result_point_stride);
  }
  int64_t row_floats() const {
    return odd_lines(kernels::winograd_scratch_floats(
        layout_.form, kernels::winograd_kernel().lanes, blocks_.columns));
  }
  float* results(float* points) const { return points + layout_.points * layout_.point_stride; }

  Place place(int64_t block) const {
    Place at{};
    at.column = block % blocks_.across * blocks_.columns;
    block /= blocks_.across;
    at.row = block % blocks_.down * blocks_.rows;
    block /= blocks_.down;
    at.n = block;
    at.rows = std::min(blocks_.rows, blocks_.tile_rows - at.row);
    at.columns = std::min(blocks_.columns, blocks_.tile_columns - at.column);
    return at;
  }

  int64_t channel_blocks(int64_t channels) const {
    return divide_up(channels, kernels::winograd_kernel().lanes);
  }

  void run_alone(int64_t lane, int64_t block) {
    const Place at = place(block);
    float* const points = points_ + lane * point_floats();
    float* const rows = rows_ + lane * row_floats();
    for (int64_t i = 0; i < channel_blocks(p_.c); ++i) read(at, i, points, rows);
    for (int64_t i = 0; i < layout_.points; ++i) multiply(at, i, points);
    for (int64_t i = 0; i < channel_blocks(p_.m); ++i) write(at, i, points, rows);
  }

  void run_shared(int64_t block) {
    const Place at = place(block);
    share(channel_blocks(p_.c), [&](int64_t i, float* rows) { read(at, i, points_, rows); });
    share(layout_.points, [&](int64_t i, float*) { multiply(at, i, points_); });
    share(channel_blocks(p_.m), [&](int64_t i, float* rows) { write(at, i, points_, rows); });
  }

  template <class Body>
  void share(int64_t count, Body&& body) {
    for_each_in_lanes(call_.run.pool(), count, lane_count(call_.run.pool(), count),
                      [&](int64_t lane, int64_t i) { body(i, rows_ + lane * row_floats()); });
  }

  kernels::WinogradTiles tiles(const Place& at, float* rows) const {
    kernels::WinogradTiles t{};
    t.form = layout_.form;
    t.rows = at.rows;
    t.columns = at.columns;
    t.y = at.row * kernels::winograd_outputs(t.form);
    t.x = at.column * kernels::winograd_outputs(t.form);
    t.scratch = rows;
    return t;
  }

  // Channels of the image to points.
  void read(const Place& at, int64_t block, float* points, float* rows) const {
    if (call_.run.cancelled()) return;
    const int64_t first = block * kernels::winograd_kernel().lanes;
    kernels::WinogradInput args{tiles(at, rows), nullptr, points + first};
    kernels::WinogradTiles& t = args.tiles;
    t.channels = std::min<int64_t>(kernels::winograd_kernel().lanes, p_.c - first);
    t.height = p_.axes[1].in;
    t.width = p_.axes[2].in;
    t.channel_stride = t.height * t.width;
    t.y -= p_.axes[1].front;
    t.x -= p_.axes[2].front;
    t.tile_stride = layout_.tile_stride;
    t.point_stride = layout_.point_stride;
    args.x = call_.at<const float>(0) + (at.n * p_.c + first) * t.channel_stride;
    kernels::winograd_kernel().input(args);
  }

  void multiply(const Place& at, int64_t point, float* points) const {
    if (call_.run.cancelled()) return;
    const kernels::GemmKernel& gemm = kernels::gemm_kernel();
    kernels::GemmArgs args{};
    args.a = points + point * layout_.point_stride;
    args.a_stride = layout_.tile_stride;
    args.b_packed = call_.at<const float>(1) + point * layout_.matrix;
    args.c = results(points) + point * layout_.result_point_stride;
    args.c_stride = layout_.result_stride;
    args.m = at.tiles();
    args.n = layout_.results;
    args.k = p_.c;
    args.stop = stop_check(call_.run);
    gemm.run(args, 0, args.m, 0, args.n);
  }

  // Products to channels of the output.
  void write(const Place& at, int64_t block, float* points, float* rows) const {
    if (call_.run.cancelled()) return;
    const int64_t first = block * kernels::winograd_kernel().lanes;
    kernels::WinogradOutput args{};
    args.tiles = tiles(at, rows);
    kernels::WinogradTiles& t = args.tiles;
    t.channels = std::min<int64_t>(kernels::winograd_kernel().lanes, p_.m - first);
    t.height = p_.axes[1].out;
    t.width = p_.axes[2].out;
    t.channel_stride = t.height * t.width;
    t.tile_stride = layout_.result_stride;
    t.point_stride = layout_.result_point_stride;
    args.points = results(points) + first;
    const int64_t offset = (at.n * p_.m + first) * t.channel_stride;
    args.bias = call_.data[2] ? call_.at<const float>(2) + first : nullptr;
    args.residual = call_.data[3] ? call_.at<const float>(3) + offset : nullptr;
    args.y = call_.at<float>(4) + offset;
    args.activation = call_.as<ConvParams>().activation;
    kernels::winograd_kernel().output(args);
  }

  const StepCall& call_;
  const ConvProblem& p_;
  Layout layout_;
  const Blocks blocks_;
  float* points_ = nullptr;
  float* rows_ = nullptr;
};

// ---- the choice ----

// Cycles of a core that makes two products of 16 floats a cycle; what counts is which road takes fewer. Fitted on
// a Skylake server with one thread to convolutions of 16 to 512 channels on images of 7 to 224 elements: panels of
// windows cost as much as six rows of weights; the transforms of a point 0.35 of a cycle a channel; points of
// weights come from memory or a third-level cache at five bytes a cycle. A direct sum is left for a tenth at least.
double direct_cycles(const WinogradShape& s) {
  const double columns = static_cast<double>(divide_up(s.height * s.width, 32) * 32);
  const double k = static_cast<double>(s.channels * kWindow);
  return columns / 32 * k * (static_cast<double>(s.rows) + 6);
}

double winograd_cycles(const WinogradShape& s, WinogradForm form) {
  const int64_t r = kernels::winograd_outputs(form);
  const auto points = static_cast<double>(kernels::winograd_points(form));
  const int64_t tiles = divide_up(s.height, r) * divide_up(s.width, r);
  const double rows = static_cast<double>(tiles) + static_cast<double>(divide_up(tiles, 14));
  const auto c = static_cast<double>(s.channels);
  const auto m = static_cast<double>(divide_up(s.rows, 32) * 32);
  const double product = points * rows * c * m / 32;
  const auto lanes = static_cast<double>(divide_up(s.channels, 16) * 16);
  const double transforms = points * static_cast<double>(tiles) * (lanes + m) * 0.35;
  const double weights =
      points * c * m * 4 / 5;  // bytes a cycle from memory or a third-level cache
  return std::max(product, weights) + transforms;
}

}  // namespace

constinit const PackLayout kWinograd2x2Layout{"winograd_2x2_f32", weights_bytes, weight_units,
                                              pack_weights, false};
constinit const PackLayout kWinograd4x4Layout{"winograd_4x4_f32", weights_bytes, weight_units,
                                              pack_weights, false};

WinogradForm choose_winograd(const WinogradShape& s) {
  if (kernels::winograd_kernel().isa == 0) return WinogradForm::kNone;
  WinogradForm best = WinogradForm::kNone;
  double least = direct_cycles(s) * 0.9;
  for (WinogradForm form : {WinogradForm::k2x2, WinogradForm::k4x4}) {
    const double cycles = winograd_cycles(s, form);
    if (cycles < least) {
      least = cycles;
      best = form;
    }
  }
  return best;
}

Status run_conv_winograd(const StepCall& call) {
  const ConvProblem p(call, 3);
  INLAY_TRY(check_axes(p.axes));
  if (p.n * p.m * out_count(p.axes) == 0) return Status();
  return WinogradRun(call, p).run();
}

}  // namespace inlay::ops
