// A model of any kind is opened and run twice, as its file spells it and rewritten: neither ends the program,
// each error is one line, and where the first gives outputs the second gives the same.
//
// Inputs are changed as models, not as bytes (mutate_model.h). How far outputs may be apart is measured: the
// model runs a third time with its inputs moved by a millionth. Sizes and memory are limited, and a run that
// takes long is cancelled.
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "fuzz_target.h"
#include "mutate_model.h"
#include "runtime/session.h"
#include "runtime/values.h"
#include "scratch_folder.h"

namespace {

using inlay::Result;
using inlay::graph::DType;
using inlay::graph::Tensor;
using inlay::graph::TensorRef;
using inlay::ops::AnyValue;
using inlay::ops::ValueKind;
namespace runtime = inlay::runtime;

constexpr uint64_t kMemoryLimit = 64 << 20;
constexpr int64_t kMostElements = 4096;  // of an input
constexpr auto kLongest = std::chrono::milliseconds(500);

void check_line(std::string_view message) {
  INLAY_FUZZ_CHECK(!message.empty());
  INLAY_FUZZ_CHECK(message.find('\n') == std::string_view::npos);
}

// Sets a flag when a run has taken too long.
class Watchdog {
 public:
  Watchdog() : thread_([this] { watch(); }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  const std::atomic<bool>* flag() const { return &cancelled_; }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kLongest, [this] { return ended_; })) cancelled_ = true;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::atomic<bool> cancelled_{false};
  std::thread thread_;
};

// Elements that most operators take: small, some of them equal, integers mostly good as indices.
TensorRef make_input(DType dtype, const std::vector<int64_t>& shape, size_t number, double factor) {
  constexpr double kReals[] = {0.5, -1, 2, 0.25, 1, -0.5, 3, 0, 1.5, -2};
  constexpr int64_t kWhole[] = {0, 1, 2, 1, 0, 3, -1, 1};
  Tensor shaped;
  shaped.shape = shape;
  const auto count = static_cast<size_t>(shaped.count());
  const auto fill = [&]<class T>(T) {
    std::vector<T> values(count);
    for (size_t i = 0; i < count; ++i) {
      const size_t at = i + 3 * number;
      if constexpr (std::is_floating_point_v<T>)
        values[i] = static_cast<T>(kReals[at % std::size(kReals)] * factor);
      else
        values[i] = static_cast<T>(kWhole[at % std::size(kWhole)]);
    }
    return inlay::graph::make_tensor(dtype, shape, values);
  };
  switch (dtype) {
    case DType::kFloat32: return fill(float{});
    case DType::kFloat64: return fill(double{});
    case DType::kInt64: return fill(int64_t{});
    case DType::kInt32: return fill(int32_t{});
    case DType::kInt16: return fill(int16_t{});
    case DType::kInt8: return fill(int8_t{});
    case DType::kUint8: return fill(uint8_t{});
    case DType::kUint16: return fill(uint16_t{});
    case DType::kUint32: return fill(uint32_t{});
    case DType::kUint64: return fill(uint64_t{});
    case DType::kBool: {
      std::vector<uint8_t> values(count);
      for (size_t i = 0; i < count; ++i) values[i] = (i + number) % 3 == 0;
      return inlay::graph::make_tensor(dtype, shape, values);
    }
    case DType::kFloat16:
    case DType::kBfloat16: {  // 1 and 2, which both formats have
      const bool half = dtype == DType::kFloat16;
      std::vector<uint16_t> values(count);
      for (size_t i = 0; i < count; ++i)
        values[i] = static_cast<uint16_t>(i % 2 ? (half ? 0x3C00 : 0x3F80) : 0x4000);
      return inlay::graph::make_tensor(dtype, shape, values);
    }
    case DType::kString: {
      auto tensor = std::make_shared<Tensor>();
      tensor->dtype = dtype;
      tensor->shape = shape;
      for (size_t i = 0; i < count; ++i) tensor->strings.push_back(i % 2 ? "a" : "B c");
      return tensor;
    }
    default: return nullptr;
  }
}

// Sizes of one name are the same everywhere; none where the input is too large or its rank is not known.
std::optional<std::vector<int64_t>> sizes_of(const runtime::ModelInfo::Value& input) {
  if (!input.ranked) return std::vector<int64_t>{2, 3};
  std::vector<int64_t> sizes = input.shape;
  int64_t count = 1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] < 0)
      sizes[i] = 1 + static_cast<int64_t>(std::hash<std::string>()(input.dims[i]) % 3);
    if (sizes[i] > kMostElements) return std::nullopt;
    count *= sizes[i];
    if (count > kMostElements) return std::nullopt;
  }
  return sizes;
}

std::optional<std::vector<runtime::NamedValue>> make_inputs(const runtime::ModelInfo& info,
                                                            double factor) {
  std::vector<runtime::NamedValue> values;
  for (const runtime::ModelInfo::Value& input : info.inputs) {
    if (input.type.kind != inlay::graph::ValueType::Kind::kTensor) return std::nullopt;
    const auto sizes = sizes_of(input);
    if (!sizes) return std::nullopt;
    TensorRef tensor = make_input(input.dtype, *sizes, values.size(), factor);
    if (!tensor) return std::nullopt;
    values.push_back({input.name, AnyValue(std::move(tensor))});
  }
  return values;
}

using Outputs = std::vector<AnyValue>;

// A value's tensors, one behind the other; sequences and maps are taken apart.
void flatten(const AnyValue& value, std::vector<TensorRef>& out) {
  if (value.kind() == ValueKind::kTensor) out.push_back(value.tensor());
  if (value.kind() == ValueKind::kMap) {
    out.push_back(value.map().keys);
    out.push_back(value.map().values);
  }
  if (value.kind() == ValueKind::kSequence)
    for (const AnyValue& element : value.sequence().elements) flatten(element, out);
}

std::vector<TensorRef> flatten(const Outputs& outputs) {
  std::vector<TensorRef> out;
  for (const AnyValue& value : outputs) flatten(value, out);
  return out;
}

bool same_type(const Tensor& a, const Tensor& b) {
  return a.dtype == b.dtype && a.shape == b.shape;
}

bool same_bytes(const Tensor& a, const Tensor& b) {
  return a.strings == b.strings && a.data.size() == b.data.size() &&
         (a.data.empty() || std::memcmp(a.data.data(), b.data.data(), a.data.size()) == 0);
}

// Beyond them sums and powers end in infinities here and there.
bool is_ordinary(double x) { return std::abs(x) < 1e6; }

// How far the output moves when the inputs move a little; none where that makes another output of it: a size,
// an index, a comparison.
std::optional<double> movement(const Tensor& output, const Tensor& moved) {
  if (!same_type(output, moved)) return std::nullopt;
  const auto a = float_elements(output), b = float_elements(moved);
  if (!a) return same_bytes(output, moved) ? std::optional(0.0) : std::nullopt;
  double most = 0;
  for (size_t i = 0; i < a->size(); ++i) {
    if (!is_ordinary((*a)[i]) || !is_ordinary((*b)[i])) return std::nullopt;
    most = std::max(most, std::abs((*a)[i] - (*b)[i]));
  }
  return most;
}

// What rounding may change of an output of the type.
double rounding(DType dtype) {
  if (dtype == DType::kFloat64 || dtype == DType::kFloat32) return 1e-4;
  return dtype == DType::kFloat16 ? 1e-2 : 1e-1;
}

void check_same(const Tensor& output, const Tensor& rewritten, double moved) {
  INLAY_FUZZ_CHECK(same_type(output, rewritten));
  const auto a = float_elements(output), b = float_elements(rewritten);
  if (!a) return INLAY_FUZZ_CHECK(same_bytes(output, rewritten));
  double largest = 1;
  for (double x : *a) largest = std::max(largest, std::abs(x));
  for (size_t i = 0; i < a->size(); ++i)
    INLAY_FUZZ_CHECK(std::abs((*a)[i] - (*b)[i]) <=
                     rounding(output.dtype) * largest + 1000 * moved);
}

void check_same(const Outputs& outputs, const Outputs& moved, const Outputs& rewritten) {
  const std::vector<TensorRef> a = flatten(outputs), b = flatten(moved), c = flatten(rewritten);
  if (a.size() != b.size()) return;
  std::vector<double> movements;
  for (size_t i = 0; i < a.size(); ++i) {
    const std::optional<double> distance = movement(*a[i], *b[i]);
    if (!distance) return;
    movements.push_back(*distance);
  }
  INLAY_FUZZ_CHECK(a.size() == c.size());
  for (size_t i = 0; i < a.size(); ++i) check_same(*a[i], *c[i], movements[i]);
}

// Each run draws anew where no seed is given.
bool draws(const runtime::ModelInfo& info) {
  for (const char* name : {"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
                           "Bernoulli", "Multinomial", "Dropout"})
    if (info.operators.contains(name)) return true;
  return false;
}

struct Opened {
  std::shared_ptr<const runtime::Model> model;
  std::shared_ptr<const runtime::Session> session;
};

Result<Opened> open(const std::string& path, bool rewrite) {
  Opened opened;
  INLAY_ASSIGN(opened.model, runtime::Model::open(path, {.rewrite = rewrite}));
  INLAY_ASSIGN(opened.session, runtime::Session::create(
                                   opened.model, {.threads = 1, .memory_limit = kMemoryLimit}));
  return opened;
}

std::optional<Outputs> run(const Opened& opened, double factor) {
  const auto inputs = make_inputs(opened.model->info(), factor);
  if (!inputs) return std::nullopt;
  const Watchdog watchdog;
  runtime::RunOptions options;
  options.cancel = watchdog.flag();
  auto outputs = opened.session->run_values(*inputs, {}, options);
  if (outputs.ok()) return std::move(*outputs);
  check_line(outputs.message());
  return std::nullopt;
}

}  // namespace

INLAY_FUZZ_TARGET(onnx_run) {
  static const inlay::fuzz::ScratchFolder folder;
  folder.write("model.onnx", input);
  const Result<Opened> spelled = open(folder.path("model.onnx"), false);
  if (!spelled.ok()) return check_line(spelled.message());
  const std::optional<Outputs> outputs = run(*spelled, 1);
  const Result<Opened> rewritten = open(folder.path("model.onnx"), true);
  if (!rewritten.ok()) {
    check_line(rewritten.message());
    return INLAY_FUZZ_CHECK(!outputs);
  }
  const std::optional<Outputs> found = run(*rewritten, 1);
  if (!outputs || draws(spelled->model->info())) return;
  const std::optional<Outputs> moved = run(*spelled, 1 + 1e-6);
  if (!moved) return;
  INLAY_FUZZ_CHECK(found.has_value());
  check_same(*outputs, *moved, *found);
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  const std::string changed =
      inlay::fuzz::mutate_model({reinterpret_cast<const char*>(data), size}, seed);
  if (changed.size() > max_size) return size;
  if (!changed.empty()) std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* first, size_t first_size,
                                            const uint8_t* second, size_t second_size, uint8_t* out,
                                            size_t max_size, unsigned seed) {
  const std::string crossed =
      inlay::fuzz::cross_models({reinterpret_cast<const char*>(first), first_size},
                                {reinterpret_cast<const char*>(second), second_size}, seed);
  if (crossed.empty() || crossed.size() > max_size) return 0;
  std::memcpy(out, crossed.data(), crossed.size());
  return crossed.size();
}
