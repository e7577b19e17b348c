#include "fuzz_target.h"

#include <cstdio>
#include <cstdlib>

namespace inlay::fuzz {
namespace {

constinit const Target* first = nullptr;

}  // namespace

Registration::Registration(std::string_view name, void (*run)(std::string_view))
    : target{name, run, first} {
  first = &target;
}

const Target* targets() { return first; }

void fail(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: expected %s\n", file, line, condition);
  std::abort();
}

}  // namespace inlay::fuzz
