// A fuzz target: one file that reads any bytes through one part of the library.
//
//   INLAY_FUZZ_TARGET(json) { (void)json::parse(input, "input"); }
//
// The body sees `std::string_view input`. What must hold for every input is checked with
// INLAY_FUZZ_CHECK. The same file becomes the libFuzzer program fuzz_<name> and a part of
// inlay_fuzz_replay, which runs the saved inputs in corpus/<name>/.
#pragma once

#include <string_view>

#if defined(__clang__)  // the library may have nothing before and after main, its fuzzers may
#pragma clang diagnostic ignored "-Wglobal-constructors"
#pragma clang diagnostic ignored "-Wexit-time-destructors"
#endif

namespace inlay::fuzz {

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
  const Target* next;  // of the list that targets() begins
};

// Registers a target before main; test code only.
struct Registration {
  Registration(std::string_view name, void (*run)(std::string_view));
  Target target;
};
const Target* targets();

// Ends the program with a message: the fuzzer keeps the input.
[[noreturn]] void fail(const char* condition, const char* file, int line);

}  // namespace inlay::fuzz

#define INLAY_FUZZ_TARGET(name)                                                         \
  static void inlay_fuzz_##name(std::string_view input);                                \
  static const inlay::fuzz::Registration registration_##name(#name, inlay_fuzz_##name); \
  static void inlay_fuzz_##name([[maybe_unused]] std::string_view input)

#define INLAY_FUZZ_CHECK(condition) \
  ((condition) ? void() : inlay::fuzz::fail(#condition, __FILE__, __LINE__))
