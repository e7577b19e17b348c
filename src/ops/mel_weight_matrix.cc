// MelWeightMatrix (ONNX 17…): triangles over the bins of a spectrum, one for each mel bin, between frequencies
// that are equally far apart on the mel scale.
#include <cmath>
#include <vector>

#include "ops/element_types.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

using Load = double (*)(const std::byte* at);
constexpr auto kLoad = []<class T>(std::type_identity<T>) -> Load {
  return [](const std::byte* at) { return static_cast<double>(*reinterpret_cast<const T*>(at)); };
};

struct MelParams {
  Load load[3];
};

struct Mel {
  int64_t dft_length, bins;
  double sample_rate, lower_hz, upper_hz;

  static double mel_of(double hz) { return 2595 * std::log10(1 + hz / 700); }

  // The bin of the spectrum at which triangle `i` begins, triangle i - 1 peaks and triangle i - 2 ends.
  int64_t edge(int64_t i) const {
    const double low = mel_of(lower_hz);
    const double step = (mel_of(upper_hz) - low) / static_cast<double>(bins + 2);
    const double hz = 700 * (std::pow(10, (low + step * static_cast<double>(i)) / 2595) - 1);
    return static_cast<int64_t>(std::floor(static_cast<double>(dft_length + 1) * hz / sample_rate));
  }
};

Result<Mel> read_mel(const StepCall& call) {
  const auto& params = call.as<MelParams>();
  const auto value = [&](size_t i) { return params.load[i](call.data[i]); };
  const Mel mel{call.sizes[0], call.sizes[1], value(0), value(1), value(2)};
  if (mel.dft_length < 1) return invalid("expected a DFT length above 0, found {}", mel.dft_length);
  const bool edges = mel.lower_hz >= 0 && mel.upper_hz >= mel.lower_hz;
  if (!(mel.sample_rate > 0) || !edges || !(mel.upper_hz <= mel.sample_rate))
    return invalid("expected 0 <= lower edge <= upper edge <= sample rate, found {}, {} and {}",
                   mel.lower_hz, mel.upper_hz, mel.sample_rate);
  return mel;
}

// Operands: sample rate, lower and upper edge, y [spectrum bins, mel bins]. Sizes: DFT length, mel bins.
template <class T>
Status run_mel(const StepCall& call) {
  INLAY_ASSIGN(const Mel mel, read_mel(call));
  const int64_t rows = mel.dft_length / 2 + 1;
  T* y = call.at<T>(3);
  for (int64_t i = 0; i < rows * mel.bins; ++i) y[i] = static_cast<T>(0.0f);
  const auto put = [&](int64_t row, int64_t bin, int64_t part, int64_t whole) {
    if (row < 0 || row >= rows) return;
    const double weight = static_cast<double>(part) / static_cast<double>(whole);
    y[row * mel.bins + bin] = static_cast<T>(static_cast<Wide<T>>(weight));
  };
  for (int64_t bin = 0; bin < mel.bins; ++bin) {
    const int64_t begin = mel.edge(bin), peak = mel.edge(bin + 1), end = mel.edge(bin + 2);
    if (begin == peak) put(peak, bin, 1, 1);
    for (int64_t row = begin; row <= peak && begin < peak; ++row)
      put(row, bin, row - begin, peak - begin);
    for (int64_t row = peak; row < end; ++row) put(row, bin, end - row, end - peak);
  }
  return Status();
}

constexpr auto kMel = []<class T>(std::type_identity<T>) -> StepFn { return run_mel<T>; };

}  // namespace

Status infer_mel_weight_matrix(Inference& in) {
  INLAY_TRY(in.expect_inputs(5, 5));
  const auto dtype = static_cast<DType>(in.node().integer("output_datatype", 1));
  if (!is_one_of(dtype, Numbers()))
    return in.error("output_datatype: {} is not supported", graph::dtype_text(dtype));
  for (size_t i = 2; i < 5; ++i) {
    INLAY_ASSIGN(const Shape shape, in.shape(i));
    INLAY_TRY(in.expect_equal(in.exprs().product(shape), in.constant(1), "elements"));
    if (!is_one_of(in.dtype(i), Numbers()))
      return in.error("input {}: expected a number, found {}", i, graph::dtype_text(in.dtype(i)));
  }
  INLAY_ASSIGN(const std::vector<Expr> bins, in.content_or_read(0));
  INLAY_ASSIGN(const std::vector<Expr> length, in.content_or_read(1));
  if (bins.size() != 1 || length.size() != 1)
    return in.error("expected one number of bins and one length, found {} and {}", bins.size(),
                    length.size());
  ExprPool& e = in.exprs();
  const Expr rows = e.add(e.floor_div(length[0], in.constant(2)), in.constant(1));
  in.set_output(0, dtype, {rows, bins[0]});
  return Status();
}

Status lower_mel_weight_matrix(Lowering& low) {
  MelParams params{};
  for (size_t i = 0; i < 3; ++i)
    params.load[i] = for_type(low.input_type(i + 2).dtype, Numbers(), kLoad);
  const Operand rate = low.dense(2), lower = low.dense(3), upper = low.dense(4);
  const Expr length = (*low.graph().value(low.node().input(1)).content)[0];
  low.step({for_type(low.output_type(0).dtype, Numbers(), kMel),
            {rate, lower, upper, low.output(0)},
            {length, low.output_shape(0)[1]},
            std::make_shared<MelParams>(params)});
  return Status();
}

}  // namespace inlay::ops
