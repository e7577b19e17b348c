// inlay_cancel_probe MODEL ROUNDS THREADS: how long runs of a model go on when they are cancelled at random
// moments. Inputs of fixed shapes are filled with 0.5. Prints a JSON object.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "inlay/inlay.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

class Cancelled {
 public:
  Cancelled(const char* model, uint32_t threads)
      : session_(inlay::Session::create(inlay::Model::open(model),
                                        inlay::SessionOptions().threads(threads))) {
    for (size_t i = 0; i < session_.input_count(); ++i) {
      const inlay::ValueInfo input = session_.input(i);
      size_t count = 1;
      for (const int64_t size : input.shape) count *= static_cast<size_t>(size);
      elements_.emplace_back(count, 0.5f);
      shapes_.emplace_back(input.shape.begin(), input.shape.end());
      names_.emplace_back(input.name);
    }
  }

  // Milliseconds of a whole run.
  double whole() {
    const auto begin = Clock::now();
    run();
    return milliseconds(Clock::now() - begin);
  }

  // Milliseconds from the flag to the run's end; -1 where it ended before.
  double after(double delay_ms) {
    cancel_.reset();
    Clock::time_point raised;
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(delay_ms));
      raised = Clock::now();
      cancel_.raise();
    });
    bool was_cancelled = false;
    try {
      run();
    } catch (const inlay::Error& error) {
      was_cancelled = error.code() == inlay::Status::kCancelled;
      if (!was_cancelled) std::fprintf(stderr, "%s\n", error.what());
    }
    const auto end = Clock::now();
    other.join();
    return was_cancelled ? milliseconds(end - raised) : -1;
  }

 private:
  void run() {
    std::vector<inlay::NamedTensor> inputs;
    for (size_t i = 0; i < names_.size(); ++i)
      inputs.push_back({names_[i], inlay::TensorView(elements_[i], shapes_[i])});
    session_.run(inputs, inlay::RunOptions().cancel(cancel_));
  }

  inlay::Session session_;
  inlay::Cancel cancel_ = inlay::Cancel::create();
  std::vector<std::string> names_;
  std::vector<std::vector<float>> elements_;
  std::vector<std::vector<int64_t>> shapes_;
};

double part(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5);
  return sorted[at];
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) return std::fprintf(stderr, "expected MODEL ROUNDS THREADS\n"), 2;
  Cancelled model(argv[1], static_cast<uint32_t>(std::atoi(argv[3])));
  model.whole();  // packs
  model.whole();
  const double run_ms = std::min(model.whole(), model.whole());
  std::mt19937 random(1);
  std::uniform_real_distribution<double> moment(0, run_ms);
  std::vector<double> late;
  for (int round = std::atoi(argv[2]); round > 0; --round)
    if (const double ms = model.after(moment(random)); ms >= 0) late.push_back(ms);
  std::sort(late.begin(), late.end());
  std::printf(
      "{\"run_ms\": %.2f, \"cancelled\": %zu, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"most_ms\": "
      "%.3f}\n",
      run_ms, late.size(), part(late, 0.5), part(late, 0.99), part(late, 1));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
