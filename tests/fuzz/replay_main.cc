// Runs every target over the saved inputs in CORPUS/<target>/: inlay_fuzz_replay CORPUS [TARGET…]
//
// Each input is also run cut to every length up to 512 bytes, in memory of exactly its size, so
// that the address sanitizer sees a read behind its end. A target without inputs, or an unknown
// name, is a failure: an empty corpus proves nothing.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "fuzz_target.h"

namespace {

namespace fs = std::filesystem;
using inlay::fuzz::Target;

constexpr size_t kMaxCut = 512;

void run_exact(const Target& target, std::string_view input) {
  const auto copy = std::make_unique<char[]>(input.size());
  std::copy(input.begin(), input.end(), copy.get());
  target.run({copy.get(), input.size()});
}

void run_file(const Target& target, const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string input(std::istreambuf_iterator<char>(file), {});
  run_exact(target, input);
  for (size_t size = 0; size < std::min(input.size(), kMaxCut); ++size) {
    run_exact(target, std::string_view(input).substr(0, size));
  }
}

size_t replay(const Target& target, const fs::path& corpus) {
  const fs::path folder = corpus / target.name;
  size_t inputs = 0;
  if (!fs::is_directory(folder)) return inputs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    run_file(target, entry.path());
    ++inputs;
  }
  return inputs;
}

const Target* find(std::string_view name) {
  const Target* target = inlay::fuzz::targets();
  while (target && target->name != name) target = target->next;
  return target;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: inlay_fuzz_replay CORPUS [TARGET...]\n");
    return 2;
  }
  std::vector<std::string> names(argv + 2, argv + argc);
  if (names.empty()) {
    for (const Target* t = inlay::fuzz::targets(); t; t = t->next) names.emplace_back(t->name);
  }
  int failures = names.empty();
  for (const std::string& name : names) {
    const Target* target = find(name);
    const size_t inputs = target ? replay(*target, argv[1]) : 0;
    std::printf("%s: %zu inputs\n", name.c_str(), inputs);
    failures += inputs == 0;
  }
  return failures ? 1 : 0;
}
