#include "tasks/sentence_pipeline.h"

#include <algorithm>
#include <cmath>

#include "kernels/gemm.h"
#include "kernels/layer_norm.h"
#include "kernels/pooling.h"
#include "models/weight_files.h"

namespace inlay::tasks {
namespace {

using Mode = models::Pooling::Mode;

constexpr float kNormalizeEpsilon = 1e-12f;
constexpr float kLayerNormEpsilon = 1e-5f;  // torch's default, which the module does not change

// Later tokens weigh more: 1, 2, … by the place in the text, over their sum.
void weighted_mean(const float* rows, int64_t skipped, int64_t count, int64_t columns, float* out) {
  std::vector<float> weights(static_cast<size_t>(count));
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += static_cast<double>(skipped + i + 1);
  for (int64_t i = 0; i < count; ++i)
    weights[static_cast<size_t>(i)] =
        static_cast<float>(static_cast<double>(skipped + i + 1) / sum);
  kernels::weighted_sum_rows(rows, columns, weights.data(), count, columns, out);
}

// `rows` are those of the text from its first token; the first `skipped` of them do not count, but
// that the first token's vector is itself.
void pool_one(Mode mode, const float* rows, int64_t skipped, int64_t count, int64_t columns,
              float* out) {
  const float* const counted = rows + skipped * columns;
  const int64_t left = count - skipped;
  std::fill_n(out, columns, 0.0f);
  if (count == 0 || (left == 0 && mode != Mode::kCls)) return;
  switch (mode) {
    case Mode::kCls: std::copy_n(rows, columns, out); break;
    case Mode::kMax: kernels::max_rows(counted, columns, left, columns, out); break;
    case Mode::kMean: kernels::mean_rows(counted, columns, left, columns, out); break;
    case Mode::kMeanSqrtLength:
      kernels::sum_rows(counted, columns, left, columns, out);
      for (int64_t i = 0; i < columns; ++i) out[i] /= std::sqrt(static_cast<float>(left));
      break;
    case Mode::kWeightedMean: weighted_mean(counted, skipped, left, columns, out); break;
    case Mode::kLastToken: std::copy_n(rows + (count - 1) * columns, columns, out); break;
  }
}

kernels::Activation kernel_activation(models::SentenceDense::Activation activation) {
  using From = models::SentenceDense::Activation;
  switch (activation) {
    case From::kNone: return kernels::Activation::kNone;
    case From::kTanh: return kernels::Activation::kTanh;
    case From::kRelu: return kernels::Activation::kRelu;
    case From::kGelu: return kernels::Activation::kGeluErf;
    case From::kSigmoid: return kernels::Activation::kSigmoid;
    case From::kSilu: return kernels::Activation::kSilu;
  }
  return kernels::Activation::kNone;
}

// A float tensor of that rank; fails when it is missing.
Result<graph::TensorRef> find(const models::WeightFiles& files, const char* name, size_t rank) {
  const graph::TensorRef tensor = files.find(name);
  if (!tensor) return not_found("{}: expected a tensor {}", files.path(), quote(name));
  if (tensor->shape.size() != rank || !graph::is_float(tensor->dtype))
    return corrupt("{}: {}: expected floats in {} dimensions, found {} in {}", files.path(),
                   quote(name), rank, graph::dtype_text(tensor->dtype), tensor->shape.size());
  return tensor;
}

std::vector<float> floats(const graph::Tensor& tensor) {
  const std::vector<double> elements = *graph::float_elements(tensor);
  return {elements.begin(), elements.end()};
}

Result<std::vector<float>> find_vector(const models::WeightFiles& files, const char* name,
                                       int64_t size) {
  INLAY_ASSIGN(const graph::TensorRef tensor, find(files, name, 1));
  if (tensor->shape[0] != size)
    return corrupt("{}: {}: expected {} elements, found {}", files.path(), quote(name), size,
                   tensor->shape[0]);
  return floats(*tensor);
}

}  // namespace

Result<SentencePipeline::Stage> SentencePipeline::open_stage(const models::SentenceDense& dense,
                                                             FileAccess access, int64_t in) {
  INLAY_ASSIGN(const auto files, models::WeightFiles::open(dense.folder, access));
  INLAY_ASSIGN(const graph::TensorRef weight, find(files, "linear.weight", 2));
  if (weight->shape[1] != in || weight->shape[0] < 1)
    return corrupt("{}: \"linear.weight\": expected {} columns, found {}", files.path(), in,
                   weight->shape[1]);
  const int64_t out = weight->shape[0];
  Dense made{{}, {}, dense.activation};
  if (files.find("linear.bias")) {
    INLAY_ASSIGN(made.bias, find_vector(files, "linear.bias", out));
  }
  const kernels::GemmKernel& gemm = kernels::gemm_kernel();
  INLAY_ASSIGN(made.weights, Block::allocate(static_cast<size_t>(gemm.packed_bytes(in, out))));
  const std::vector<float> elements = floats(*weight);
  gemm.pack({elements.data(), kernels::Element::kF32, in, out, 1, in, 1.0f, 0}, in, out, 0, out,
            reinterpret_cast<float*>(made.weights.data()));
  return Stage{in, out, std::move(made)};
}

Result<SentencePipeline::Stage> SentencePipeline::open_stage(const models::SentenceLayerNorm& norm,
                                                             FileAccess access, int64_t in) {
  INLAY_ASSIGN(const auto files, models::WeightFiles::open(norm.folder, access));
  LayerNorm made;
  INLAY_ASSIGN(made.gamma, find_vector(files, "norm.weight", in));
  INLAY_ASSIGN(made.beta, find_vector(files, "norm.bias", in));
  return Stage{in, in, std::move(made)};
}

Result<SentencePipeline::Stage> SentencePipeline::open_stage(const models::SentenceNormalize&,
                                                             FileAccess, int64_t in) {
  return Stage{in, in, Normalize{}};
}

Result<SentencePipeline::Stage> SentencePipeline::open_stage(const models::Pooling&, FileAccess,
                                                             int64_t) {
  return unsupported("pooling is first behind the encoder");
}

Result<SentencePipeline> SentencePipeline::open(const models::HfDirectory& directory,
                                                FileAccess access, int64_t hidden) {
  SentencePipeline out;
  const std::span<const models::SentenceModule> modules = directory.modules.after;
  out.pooling_ = std::get<models::Pooling>(modules.front());
  out.hidden_ = hidden;
  out.pooled_ = out.dimensions_ = hidden * static_cast<int64_t>(out.pooling_.modes.size());
  for (const models::SentenceModule& module : modules.subspan(1)) {
    auto stage = std::visit(
        [&](const auto& kind) { return open_stage(kind, access, out.dimensions_); }, module);
    if (!stage.ok()) return std::move(stage).status();
    out.dimensions_ = stage->out;
    out.stages_.push_back(std::move(*stage));
  }
  // The last step is the caller's, who may cut vectors or add them up before.
  while (!out.stages_.empty() && std::holds_alternative<Normalize>(out.stages_.back().module)) {
    out.normalizes_ = true;
    out.stages_.pop_back();
  }
  return out;
}

void SentencePipeline::apply(const Dense& dense, const Stage& stage, ThreadPool& pool, int64_t rows,
                             const float* x, float* y) {
  kernels::GemmArgs args{};
  args.a = x;
  args.a_stride = args.k = stage.in;
  args.b_packed = reinterpret_cast<const float*>(dense.weights.data());
  args.bias = dense.bias.empty() ? nullptr : dense.bias.data();
  args.c = y;
  args.c_stride = args.n = stage.out;
  args.m = rows;
  args.activation = kernel_activation(dense.activation);
  const kernels::GemmPartition partition =
      kernels::plan_gemm(args.m, args.n, args.k, pool.threads());
  pool.parallel_for(partition.tasks(), [&](int64_t i) {
    kernels::run_block(kernels::gemm_kernel(), args, kernels::gemm_block(partition, i));
  });
}

void SentencePipeline::apply(const LayerNorm& norm, const Stage& stage, ThreadPool&, int64_t rows,
                             const float* x, float* y) {
  kernels::LayerNormArgs args{};
  args.x = x;
  args.gamma = norm.gamma.data();
  args.beta = norm.beta.data();
  args.y = y;
  args.columns = args.x_stride = args.y_stride = stage.in;
  args.epsilon = kLayerNormEpsilon;
  kernels::layer_norm(args, 0, rows);
}

void SentencePipeline::apply(const Normalize&, const Stage& stage, ThreadPool&, int64_t rows,
                             const float* x, float* y) {
  for (int64_t row = 0; row < rows; ++row)
    kernels::l2_normalize(x + row * stage.in, y + row * stage.in, stage.in, kNormalizeEpsilon);
}

void SentencePipeline::run(ThreadPool& pool, const float* hidden, std::span<const int64_t> offsets,
                           int64_t prompt_tokens, float* out) const {
  const auto rows = static_cast<int64_t>(offsets.size()) - 1;
  std::vector<float> x(static_cast<size_t>(rows * pooled_)), y;
  float* part = x.data();
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t begin = offsets[static_cast<size_t>(row)];
    const int64_t count = offsets[static_cast<size_t>(row) + 1] - begin;
    const int64_t skipped = pooling_.include_prompt ? 0 : std::min(prompt_tokens, count);
    for (Mode mode : pooling_.modes) {
      pool_one(mode, hidden + begin * hidden_, skipped, count, hidden_, part);
      part += hidden_;
    }
  }
  for (const Stage& stage : stages_) {
    y.resize(static_cast<size_t>(rows * stage.out));
    std::visit([&](const auto& module) { apply(module, stage, pool, rows, x.data(), y.data()); },
               stage.module);
    std::swap(x, y);
  }
  std::copy_n(x.data(), rows * dimensions_, out);
}

}  // namespace inlay::tasks
