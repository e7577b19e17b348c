// How a caller ends a kernel's run() early: the kernel asks now and then, at least every tenth of a millisecond or so,
// and returns when the answer is yes. What it was to write is undefined then.
#pragma once

namespace inlay::kernels {

struct StopCheck {
  bool (*asked)(const void* caller) = nullptr;  // null: never
  const void* caller = nullptr;

  bool operator()() const { return asked && asked(caller); }
};

}  // namespace inlay::kernels
