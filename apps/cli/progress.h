// How far a long piece of work has come, on the standard error: a bar on a terminal, elsewhere a line
// for each finished piece.
//
//   Progress progress("model.safetensors", 90868376);
//   progress.update(bytes_so_far);
//   progress.finish();
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace cli {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  Progress(std::string name, int64_t total_bytes);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Bytes that are there; what is there at the first call does not count for the rate.
  void update(int64_t bytes);
  void finish();
  // Takes the bar away, so that a line may be written.
  void clear();

 private:
  void draw(Clock::time_point now);

  std::string name_;
  int64_t total_, done_ = 0, first_ = -1;
  bool terminal_, drawn_ = false;
  Clock::time_point start_, last_draw_;
};

}  // namespace cli
