// Each kernel's share of the machine's limit, at the shapes of a small encoder (384 wide, 12 heads).
//
//   inlay_bench_kernels --benchmark_filter='gemm.*avx512' --benchmark_out=kernels.json
//
// The limits are measured first, in the same process, with one and with two threads: multiply-adds per
// second for each instruction set, and bytes read per second. Counter `share` is a
// kernel's FLOP/s (2 a multiply-add) over its instruction set's limit; for kernels that move bytes it is
// absent and `bytes_per_second` says it.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/cpu.h"
#include "kernels/activation.h"
#include "kernels/attention.h"
#include "kernels/embedding.h"
#include "kernels/gemm.h"
#include "kernels/layer_norm.h"
#include "kernels/pooling.h"
#include "kernels/softmax.h"
#include "peak.h"

namespace inlay::bench {
namespace {

using namespace kernels;

struct Limits {
  double avx2 = 0, avx512 = 0;          // FLOP/s of one thread
  double avx2_two = 0, avx512_two = 0;  // of two
  double read = 0, read_two = 0;        // bytes/s from memory

  double flops(uint32_t isa) const { return isa & kIsaAvx512 ? avx512 : isa & kIsaAvx2 ? avx2 : 0; }
};
Limits g_limits;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Free {
  void operator()(float* p) const { std::free(p); }
};
using Buffer = std::unique_ptr<float[], Free>;

// n floats on a cache line, of order 1.
Buffer floats(int64_t n, float size = 1.0f) {
  const size_t bytes = (static_cast<size_t>(n) * sizeof(float) + 127) / 64 * 64;
  Buffer buffer(static_cast<float*>(std::aligned_alloc(64, bytes)));
  uint32_t state = 1;
  for (int64_t i = 0; i < n; ++i) {
    state = state * 1664525u + 1013904223u;
    buffer[i] = (static_cast<float>(state >> 8) * 0x1p-23f - 1.0f) * size;
  }
  return buffer;
}

#if INLAY_KERNELS_X86
// Runs work(t) on `threads` threads, 0 ≤ t < threads; returns the seconds that it took from the moment
// when all had started.
template <class Work>
double timed(int threads, const Work& work) {
  std::atomic<int> missing = threads;
  const auto meet = [&] {
    missing.fetch_sub(1);
    while (missing.load() > 0) {
    }
  };
  std::vector<std::thread> workers;
  for (int t = 1; t < threads; ++t) {
    workers.emplace_back([&, t] {
      meet();
      work(t);
    });
  }
  meet();
  const double start = seconds();
  work(0);
  for (std::thread& worker : workers) worker.join();
  return seconds() - start;
}

double best_flops(double (*loop)(int64_t), int threads) {
  constexpr int64_t kRounds = 400000;  // about a millisecond, in which nobody else may come between
  double best = 0;
  for (int i = 0; i < 60; ++i) {
    std::array<double, 2> done = {};
    const double took =
        timed(threads, [&](int t) { done[static_cast<size_t>(t)] = loop(kRounds); });
    best = std::max(best, (done[0] + done[1]) / took);
  }
  return best;
}

// Slices of a buffer that no cache holds, one after the other: each a millisecond or two.
double best_read(int threads) {
  constexpr int64_t kSlices = 16, kSlice = 16 << 20;
  const Buffer data = floats(kSlices * kSlice / 4);
  const auto read = cpu_info().isa & kIsaAvx512 ? read_avx512 : read_avx2;
  double best = 0;
  for (int64_t i = 0; i < 4 * kSlices; ++i) {
    const char* slice = reinterpret_cast<const char*>(data.get()) + i % kSlices * kSlice;
    const double took =
        timed(threads, [&](int t) { read(slice + kSlice / threads * t, kSlice / threads); });
    best = std::max(best, kSlice / took);
  }
  return best;
}

void measure_limits() {
  if (cpu_info().isa & kIsaAvx2) {
    g_limits.avx2 = best_flops(fma_avx2, 1), g_limits.avx2_two = best_flops(fma_avx2, 2);
    g_limits.read = best_read(1), g_limits.read_two = best_read(2);
  }
  if (cpu_info().isa & kIsaAvx512) {
    g_limits.avx512 = best_flops(fma_avx512, 1), g_limits.avx512_two = best_flops(fma_avx512, 2);
  }
}
#else
void measure_limits() {}
#endif

// The limits as entries of the report, so that one file holds both.
void report_limit(benchmark::State& state, double value) {
  for (auto _ : state) benchmark::DoNotOptimize(value);
  state.counters["per_second"] = value;
}

void count_flops(benchmark::State& state, uint32_t isa, double flops_each) {
  const double total = flops_each * static_cast<double>(state.iterations());
  state.counters["flops"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
  const double limit = g_limits.flops(isa);
  if (limit > 0) {
    state.counters["share"] = benchmark::Counter(total / limit, benchmark::Counter::kIsRate);
  }
}

void gemm(benchmark::State& state, const GemmKernel& kernel, int64_t m, int64_t k, int64_t n,
          Activation activation) {
  const Buffer a = floats(m * k), b = floats(n * k), bias = floats(n), c = floats(m * n);
  const Buffer packed = floats(kernel.packed_bytes(k, n) / 4);
  kernel.pack({b.get(), Element::kF32, k, n, 1, k, 1.0f, 0}, k, n, 0, n, packed.get());
  const GemmArgs args = {a.get(), k, packed.get(), bias.get(), nullptr, 0, c.get(), n, m,
                         n,       k, activation};
  for (auto _ : state) {
    kernel.run(args, 0, m, 0, n);
    benchmark::ClobberMemory();
  }
  count_flops(state, kernel.isa, 2.0 * static_cast<double>(m * k * n));
}

// All 42 MB of a small encoder's weights one after the other, as a short text needs them.
void stream(benchmark::State& state, const GemmKernel& kernel, int64_t m) {
  constexpr int64_t k = 384, n = 1536, kMatrices = 18;
  const int64_t size = kernel.packed_bytes(k, n) / 4;
  const Buffer a = floats(m * k), c = floats(m * n), packed = floats(size * kMatrices, 0.1f);
  for (auto _ : state) {
    for (int64_t i = 0; i < kMatrices; ++i) {
      kernel.run({a.get(), k, packed.get() + i * size, nullptr, nullptr, 0, c.get(), n, m, n, k,
                  Activation::kNone},
                 0, m, 0, n);
    }
    benchmark::ClobberMemory();
  }
  count_flops(state, kernel.isa, 2.0 * static_cast<double>(m * k * n * kMatrices));
  state.SetBytesProcessed(state.iterations() * size * kMatrices * 4);
}

void pack(benchmark::State& state, const GemmKernel& kernel) {
  constexpr int64_t k = 384, n = 1536;
  const Buffer b = floats(n * k), packed = floats(kernel.packed_bytes(k, n) / 4);
  for (auto _ : state) {
    kernel.pack({b.get(), Element::kF32, k, n, 1, k, 1.0f, 0}, k, n, 0, n, packed.get());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * n * k * 4);
}

void attention(benchmark::State& state, const AttentionKernel& kernel, int64_t length,
               int64_t heads, int64_t dim) {
  const int64_t width = 3 * heads * dim;
  const Buffer qkv = floats(length * width), out = floats(length * heads * dim);
  const Buffer scratch = floats(kernel.scratch_bytes(length, length, dim, dim) / 4);
  for (auto _ : state) {
    for (int64_t h = 0; h < heads; ++h) {
      AttentionArgs args = {};
      args.q = qkv.get() + h * dim;
      args.k = args.q + heads * dim;
      args.v = args.k + heads * dim;
      args.q_stride = args.k_stride = args.v_stride = width;
      args.out = out.get() + h * dim;
      args.out_stride = heads * dim;
      args.q_rows = args.k_rows = length;
      args.head_dim = args.v_dim = dim;
      args.scale = 1.0f / std::sqrt(static_cast<float>(dim));
      args.scratch = scratch.get();
      kernel.run(args);
    }
    benchmark::ClobberMemory();
  }
  count_flops(state, kernel.isa, 4.0 * static_cast<double>(heads * length * length * dim));
}

void layer_norm(benchmark::State& state, const LayerNormKernel& kernel) {
  constexpr int64_t rows = 128, n = 384;
  const Buffer x = floats(rows * n), residual = floats(rows * n), gamma = floats(n);
  const Buffer y = floats(rows * n);
  const LayerNormArgs args = {
      x.get(), residual.get(), gamma.get(), gamma.get(), y.get(), nullptr, n, n, n, n, 1e-12f};
  for (auto _ : state) {
    kernel.run(args, 0, rows);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * rows * n);
}

void unary_op(benchmark::State& state, const ActivationKernel& kernel, Unary op) {
  constexpr int64_t n = 6144;  // 24 KB: the function, not the memory
  const Buffer x = floats(n, 4.0f), y = floats(n);
  for (auto _ : state) {
    kernel.run(op, x.get(), y.get(), n);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
}

void embedding(benchmark::State& state, const EmbeddingKernel& kernel) {
  constexpr int64_t entries = 30522, rows = 128, n = 384;
  const Buffer words = floats(entries * n), positions = floats(512 * n), gamma = floats(n);
  const Buffer y = floats(rows * n);
  std::vector<int64_t> ids(rows), places(rows);
  for (int64_t i = 0; i < rows; ++i) ids[i] = i * 7919 % entries, places[i] = i;
  EmbeddingArgs args = {};
  args.tables[0] = {words.get(), Element::kF32, n, ids.data(), 8};
  args.tables[1] = {positions.get(), Element::kF32, n, places.data(), 8};
  args.tables[2] = {positions.get(), Element::kF32, n, nullptr, 8};
  args.table_count = 3;
  args.y = y.get(), args.y_stride = n, args.columns = n;
  args.normalize = true;
  args.gamma = args.beta = gamma.get();
  args.epsilon = 1e-12f;
  for (auto _ : state) {
    kernel.run(args, 0, rows);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * rows * n);
}

template <class Kernel>
std::vector<const Kernel*> vector_entries(KernelTable<Kernel> table) {
  std::vector<const Kernel*> entries;
  for (const Kernel* entry : table) {
    if (entry->isa != 0 && (cpu_info().isa & entry->isa) == entry->isa) entries.push_back(entry);
  }
  return entries;
}

void register_gemm() {
  struct Shape {
    int64_t m, k, n;
    Activation activation;
    const char* suffix;
  };
  constexpr Activation kNone = Activation::kNone;
  const Shape shapes[] = {
      {1024, 384, 1536, kNone, ""}, {1024, 384, 1536, Activation::kGeluErf, "+gelu"},
      {1024, 1536, 384, kNone, ""}, {1024, 384, 384, kNone, ""},
      {1024, 768, 3072, kNone, ""}, {128, 384, 1536, kNone, ""},
      {128, 1536, 384, kNone, ""},  {16, 384, 1536, kNone, ""},
      {16, 1536, 384, kNone, ""},   {7, 384, 1536, kNone, ""},
      {1, 384, 1536, kNone, ""}};
  for (const GemmKernel* kernel : vector_entries(gemm_table())) {
    const std::string name = kernel->name;
    for (const Shape& s : shapes) {
      const std::string shape = "/" + std::to_string(s.m) + "x" + std::to_string(s.k) + "x" +
                                std::to_string(s.n) + s.suffix;
      benchmark::RegisterBenchmark((name + shape).c_str(), [=](benchmark::State& state) {
        gemm(state, *kernel, s.m, s.k, s.n, s.activation);
      });
    }
    for (int64_t m : {1, 16}) {
      benchmark::RegisterBenchmark((name + "/stream42MB/" + std::to_string(m)).c_str(),
                                   [=](benchmark::State& state) { stream(state, *kernel, m); });
    }
    benchmark::RegisterBenchmark((name + "/pack").c_str(),
                                 [=](benchmark::State& state) { pack(state, *kernel); });
  }
}

void register_rest() {
  for (const AttentionKernel* kernel : vector_entries(attention_table())) {
    for (auto [length, heads, dim] : {std::array<int64_t, 3>{16, 12, 32},
                                      {128, 12, 32},
                                      {512, 12, 32},
                                      {128, 12, 64},
                                      {2048, 1, 64}}) {
      const std::string shape =
          "/" + std::to_string(length) + "x" + std::to_string(heads) + "x" + std::to_string(dim);
      benchmark::RegisterBenchmark((kernel->name + shape).c_str(),
                                   [=, l = length, h = heads, d = dim](benchmark::State& state) {
                                     attention(state, *kernel, l, h, d);
                                   });
    }
  }
  for (const LayerNormKernel* kernel : vector_entries(layer_norm_table())) {
    benchmark::RegisterBenchmark((std::string(kernel->name) + "/128x384").c_str(),
                                 [=](benchmark::State& state) { layer_norm(state, *kernel); });
  }
  for (const ActivationKernel* kernel : vector_entries(activation_table())) {
    for (auto [op, text] : {std::pair{Unary::kGeluErf, "/gelu_erf"},
                            {Unary::kGeluTanh, "/gelu_tanh"},
                            {Unary::kTanh, "/tanh"},
                            {Unary::kExp, "/exp"}}) {
      benchmark::RegisterBenchmark(
          (std::string(kernel->name) + text).c_str(),
          [=, f = op](benchmark::State& state) { unary_op(state, *kernel, f); });
    }
  }
  for (const EmbeddingKernel* kernel : vector_entries(embedding_table())) {
    benchmark::RegisterBenchmark((std::string(kernel->name) + "/128x384").c_str(),
                                 [=](benchmark::State& state) { embedding(state, *kernel); });
  }
}

void register_limits() {
  const std::pair<const char*, double> limits[] = {
      {"limit/fma_avx2_1_thread", g_limits.avx2},
      {"limit/fma_avx2_2_threads", g_limits.avx2_two},
      {"limit/fma_avx512_1_thread", g_limits.avx512},
      {"limit/fma_avx512_2_threads", g_limits.avx512_two},
      {"limit/read_1_thread", g_limits.read},
      {"limit/read_2_threads", g_limits.read_two}};
  for (auto [name, value] : limits) {
    if (value == 0) continue;
    benchmark::RegisterBenchmark(name, [v = value](benchmark::State& state) {
      report_limit(state, v);
    })->Iterations(1);
  }
}

}  // namespace
}  // namespace inlay::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  inlay::bench::measure_limits();
  inlay::bench::register_limits();
  inlay::bench::register_gemm();
  inlay::bench::register_rest();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
