// When each step of some runs began and how long it took. Many runs may write to one profile at once.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace inlay::runtime {

class Profile {
 public:
  struct Step {
    std::string op,
        node;     // "MatMul", the node's name; of steps that no node stands for: "Copy", ""
    int64_t run;  // counts from 1
    int64_t begin_ns, duration_ns;  // of the system's steady clock
  };

  // The number of a run that begins.
  int64_t begin_run() {
    const std::lock_guard lock(mutex_);
    return ++runs_;
  }
  void add(Step step) {
    const std::lock_guard lock(mutex_);
    steps_.push_back(std::move(step));
  }
  std::vector<Step> steps() const {
    const std::lock_guard lock(mutex_);
    return steps_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Step> steps_;
  int64_t runs_ = 0;
};

}  // namespace inlay::runtime
